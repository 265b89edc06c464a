#!/usr/bin/env bash
# Cuenta los trabajos de las tres colas, por estado. Solo lee.
# Entorno: REDIS_HOST, REDISCLI_AUTH.
set -euo pipefail

redis() { redis-cli -h "$REDIS_HOST" "$@"; }

printf '%-10s %10s %8s %12s\n' cola esperando activos programados
total=0
for cola in messages webhooks analytics; do
  esperando=$(redis llen "bull:$cola:wait")
  activos=$(redis llen "bull:$cola:active")
  programados=$(redis zcard "bull:$cola:delayed")
  printf '%-10s %10s %8s %12s\n' "$cola" "$esperando" "$activos" "$programados"
  total=$((total + esperando + activos + programados))
done
echo "total=$total"
