#!/usr/bin/env bash
# Cuenta por qué fallaron los últimos 500 mensajes que se dieron por perdidos. Solo lee.
# Entorno: REDIS_HOST, REDISCLI_AUTH.
set -euo pipefail

redis-cli -h "$REDIS_HOST" zrevrange bull:messages:failed 0 499 |
  while read -r trabajo; do
    [ -z "$trabajo" ] || redis-cli -h "$REDIS_HOST" hget "bull:messages:$trabajo" failedReason
  done | sort | uniq -c | sort -rn
echo "fallidos=$(redis-cli -h "$REDIS_HOST" zcard bull:messages:failed)"
