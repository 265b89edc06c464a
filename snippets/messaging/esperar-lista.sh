#!/usr/bin/env bash
# Espera a que /health/ready conteste 200 tres veces seguidas, dos minutos como mucho.
# Entorno: API_URL (https://api.mensajeria.example.com), SECONDS_BETWEEN (2), SECONDS_AT_MOST (120).
set -euo pipefail

url="${API_URL:-https://api.mensajeria.example.com}/health/ready"
limite="${SECONDS_AT_MOST:-120}"
seguidas=0
while ((SECONDS < limite)); do
  if curl -fsS --max-time 5 -o /dev/null "$url"; then
    seguidas=$((seguidas + 1))
  else
    seguidas=0
  fi
  if ((seguidas == 3)); then
    echo "lista=200 seguidas=3 tras=${SECONDS}s"
    exit 0
  fi
  sleep "${SECONDS_BETWEEN:-2}"
done
echo "/health/ready no contestó 200 tres veces seguidas en $limite s" >&2
exit 1
