#!/usr/bin/env bash
# Espera a que /api/v1/healthz responda 200 tres veces seguidas, dos minutos como mucho, y dice en qué estado queda.
# Entorno: API_URL (http://localhost:8000), SECONDS_BETWEEN (2), SECONDS_AT_MOST (120).
set -euo pipefail

url="${API_URL:-http://localhost:8000}/api/v1/healthz"
limite="${SECONDS_AT_MOST:-120}"
seguidas=0
while ((SECONDS < limite)); do
  if salud=$(curl -fsS --max-time 5 "$url"); then
    seguidas=$((seguidas + 1))
  else
    seguidas=0
  fi
  if ((seguidas == 3)); then
    echo "salud=200 seguidas=3 tras=${SECONDS}s"
    printf '%s\n' "$salud"
    exit 0
  fi
  sleep "${SECONDS_BETWEEN:-2}"
done
echo "healthz no respondió 200 tres veces seguidas en $limite s" >&2
exit 1
