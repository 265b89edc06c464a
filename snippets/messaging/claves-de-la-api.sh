#!/usr/bin/env bash
# Lista las claves de la API con su aplicación, su límite y su caducidad, y cuenta las que piden algo. Solo lee.
# Entorno: REDIS_HOST, REDISCLI_AUTH.
set -euo pipefail

hoy=$(date -u +%F)
pronto=$(date -u -d '+15 days' +%F)
activas=0 cercanas=0 caducadas=0
while read -r clave; do
  read -r aplicacion limite caduca estado < <(
    redis-cli -h "$REDIS_HOST" hmget "$clave" aplicacion limite caduca estado | paste -sd ' '
  )
  printf '%-22s %-14s %6s %s %s\n' "${clave#clave:}" "$aplicacion" "$limite" "$caduca" "$estado"
  if [ "$estado" != activa ]; then continue; fi
  activas=$((activas + 1))
  if [[ $caduca < $hoy ]]; then
    caducadas=$((caducadas + 1))
  elif [[ $caduca < $pronto ]]; then
    cercanas=$((cercanas + 1))
  fi
done < <(redis-cli -h "$REDIS_HOST" --scan --pattern 'clave:*' | sort)
redis-cli -h "$REDIS_HOST" ping >/dev/null # sin Redis, cero claves parecería un buen resultado
echo "activas=$activas caducan_en_15_dias=$cercanas caducadas=$caducadas"
