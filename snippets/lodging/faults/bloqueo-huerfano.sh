#!/usr/bin/env bash
# Avería: deja el bloqueo LOCK_KEY sin nadie que lo suelte, como un backend que muere a mitad de una reserva, y con la
# caducidad de cuatro horas que tenían antes. Otro huésped tiene a la vez un bloqueo vivo, LIVE_LOCK.
# Entorno: LOCK_KEY, LIVE_LOCK, REDIS_HOST (localhost), REDISCLI_AUTH.
set -euo pipefail

host="${REDIS_HOST:-localhost}"
redis-cli -h "$host" set "$LOCK_KEY" sin-dueño nx ex 14400 | grep -qx OK
redis-cli -h "$host" set "$LIVE_LOCK" huesped nx ex 30 | grep -qx OK
