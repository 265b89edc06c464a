#!/usr/bin/env bash
# Espera a que /healthz responda 200 tres veces seguidas, dos minutos como mucho.
# Entorno: API_URL (http://localhost:8003).
set -euo pipefail

url="${API_URL:-http://localhost:8003}/healthz"
seguidas=0
while ((SECONDS < 120)); do
  if curl -fsS --max-time 5 -o /dev/null "$url"; then
    seguidas=$((seguidas + 1))
  else
    seguidas=0
  fi
  if ((seguidas == 3)); then
    echo "healthz=200 seguidas=3 tras=${SECONDS}s"
    exit 0
  fi
  sleep 2
done
echo "healthz no respondió 200 tres veces seguidas en 120 s" >&2
exit 1
