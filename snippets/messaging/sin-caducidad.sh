#!/usr/bin/env bash
# Cuenta las claves de límites, idempotencia y pausas que no caducan, y enseña diez. Solo lee.
# Entorno: REDIS_HOST, REDISCLI_AUTH.
set -euo pipefail

cuantas=0
for patron in 'limite:*' 'idempotencia:*' 'pausa:*'; do
  while read -r clave; do
    if [ "$(redis-cli -h "$REDIS_HOST" ttl "$clave")" = -1 ]; then
      cuantas=$((cuantas + 1))
      ((cuantas > 10)) || echo "$clave"
    fi
  done < <(redis-cli -h "$REDIS_HOST" --scan --pattern "$patron")
done
redis-cli -h "$REDIS_HOST" ping >/dev/null # sin Redis, cero parecería un buen resultado
echo "sin_caducidad=$cuantas"
