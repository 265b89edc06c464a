#!/usr/bin/env bash
# Pide la salud varias veces seguidas y resume fallos y p95. Termina con 1 si pasa de los umbrales de las alertas.
# Entorno: API_URL (http://localhost:8000), SAMPLE_PATH (/api/v1/healthz), SAMPLES (50).
set -euo pipefail

url="${API_URL:-http://localhost:8000}${SAMPLE_PATH:-/api/v1/healthz}"
for ((i = 0; i < ${SAMPLES:-50}; i++)); do
  curl -sS --max-time 10 -o /dev/null -w '%{http_code} %{time_total}\n' "$url" || true
done | LC_ALL=C sort -k2,2n | LC_ALL=C awk '
  { segundos[NR] = $2; if ($1 == "000" || $1 >= 500) fallos++ }
  END {
    indice = int(NR * 0.95 + 0.999)
    printf "peticiones=%d fallos=%d p95=%.3fs\n", NR, fallos, segundos[indice]
    exit (fallos / NR > 0.05 || segundos[indice] > 6)
  }'
