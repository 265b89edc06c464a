#!/usr/bin/env bash
# Corta el AOF de Redis donde empieza el daño; lo que sigue se pierde. En la máquina de Redis, con Redis parado y después
# de guardar-archivos.sh.
# Entorno: REDIS_DATA_DIR.
set -euo pipefail

aof=$REDIS_DATA_DIR/appendonly.aof
if [ -d "$REDIS_DATA_DIR/appendonlydir" ]; then
  aof=$(find "$REDIS_DATA_DIR/appendonlydir" -name '*.manifest' | head -n 1)
fi
printf 'y\n' | redis-check-aof --fix "$aof"
