#!/usr/bin/env bash
# El disco devuelve basura: el AOF se daña por el medio, Redis cae y ya no arranca. Solo para ensayos.
# Lo que había se guarda al lado, para que danar-aof-deshacer.sh lo pueda devolver.
# Entorno: REDIS_HOST, REDISCLI_AUTH, REDIS_DATA_DIR.
set -euo pipefail

aof=$REDIS_DATA_DIR/appendonly.aof
proceso=$(redis-cli -h "$REDIS_HOST" info server | tr -d '\r' | sed -n 's/^process_id://p')
kill -9 "$proceso"
cp "$aof" "$REDIS_DATA_DIR.sano.aof"
dd if=/dev/zero of="$aof" bs=1 seek=$(($(stat -c %s "$aof") / 3)) count=512 conv=notrunc status=none
docker start redis # como lo haría Docker por sí solo: lee el AOF, da con el daño y cae
