#!/usr/bin/env bash
# Espera a que PostgreSQL acepte conexiones y Redis conteste, un minuto como mucho.
# Entorno: PGHOST (localhost), REDIS_HOST (localhost), REDISCLI_AUTH, SECONDS_BETWEEN (2), SECONDS_AT_MOST (60).
set -euo pipefail

limite="${SECONDS_AT_MOST:-60}"
while ((SECONDS < limite)); do
  if pg_isready -q -h "${PGHOST:-localhost}" -U alojamientos -d alojamientos_db &&
    redis-cli -h "${REDIS_HOST:-localhost}" ping | grep -qx PONG; then
    echo "postgres=listo redis=listo tras=${SECONDS}s"
    exit 0
  fi
  sleep "${SECONDS_BETWEEN:-2}"
done
echo "postgres o redis no contestaron en $limite s" >&2
exit 1
