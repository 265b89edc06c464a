#!/usr/bin/env bash
# Espera a que Redis haya leído sus datos y conteste. Un AOF con muchos programados tarda minutos.
# Entorno: REDIS_HOST, REDISCLI_AUTH, SECONDS_AT_MOST (600).
set -euo pipefail

limite="${SECONDS_AT_MOST:-600}"
while ((SECONDS < limite)); do
  if redis-cli -h "$REDIS_HOST" info persistence 2>/dev/null | tr -d '\r' | grep -qx 'loading:0'; then
    echo "claves=$(redis-cli -h "$REDIS_HOST" dbsize) tras=${SECONDS}s"
    exit 0
  fi
  sleep "${SECONDS_BETWEEN:-2}"
done
echo "Redis no ha leído sus datos en $limite s" >&2
exit 1
