#!/usr/bin/env bash
# Devuelve a Redis la carpeta que perder-redis.sh apartó, y lo arranca.
# Entorno: REDIS_HOST, REDISCLI_AUTH, REDIS_DATA_DIR.
set -euo pipefail

redis-cli -h "$REDIS_HOST" shutdown nosave 2>/dev/null || true
rm -rf "$REDIS_DATA_DIR"
mv "$REDIS_DATA_DIR.perdido" "$REDIS_DATA_DIR"
docker start redis
