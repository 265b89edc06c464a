#!/usr/bin/env bash
# Devuelve a Redis el AOF que danar-aof.sh guardó, y lo arranca.
# Entorno: REDIS_HOST, REDISCLI_AUTH, REDIS_DATA_DIR.
set -euo pipefail

docker stop --time 60 redis
mv "$REDIS_DATA_DIR.sano.aof" "$REDIS_DATA_DIR/appendonly.aof"
docker start redis
