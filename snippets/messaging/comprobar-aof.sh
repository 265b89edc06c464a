#!/usr/bin/env bash
# Comprueba el AOF de Redis sin cambiarlo. En la máquina de Redis, con Redis parado.
# Entorno: REDIS_DATA_DIR.
set -euo pipefail

aof=$REDIS_DATA_DIR/appendonly.aof
if [ -d "$REDIS_DATA_DIR/appendonlydir" ]; then
  aof=$(find "$REDIS_DATA_DIR/appendonlydir" -name '*.manifest' | head -n 1)
fi
if [ ! -s "$aof" ]; then
  echo "no hay AOF en $REDIS_DATA_DIR" >&2
  exit 2
fi
redis-check-aof "$aof"
