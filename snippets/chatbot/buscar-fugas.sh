#!/usr/bin/env bash
# Busca en LOG_FILE los valores de los secretos de .env. Muestra cuántas líneas los contienen, nunca cuáles.
# Entorno: LOG_FILE.
set -euo pipefail

log="${LOG_FILE:?por ejemplo incidentes/logs.txt}"
fugas=0
for clave in JWT_SECRET ADMIN_PASSWORD REDIS_PASSWORD POSTGRES_PASSWORD; do
  valor=$(sed -n "s/^$clave=//p" .env)
  if [[ -z $valor ]]; then
    echo "$clave: sin valor en .env"
    continue
  fi
  lineas=$(grep -cF -f <(printf '%s\n' "$valor") "$log" || true)
  echo "$clave: $lineas líneas"
  fugas=$((fugas + lineas))
done
echo "fugas=$fugas"
((fugas == 0))
