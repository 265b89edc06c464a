#!/usr/bin/env bash
# Check Redis's append-only file without changing it. Run on the Redis host while Redis is stopped.
# Needs REDIS_DATA_DIR.
set -euo pipefail

if [ -d "$REDIS_DATA_DIR/appendonlydir" ]; then
  target=$(find "$REDIS_DATA_DIR/appendonlydir" -name '*.manifest' | head -1)
else
  target=$REDIS_DATA_DIR/appendonly.aof
fi
if [ ! -e "$target" ]; then
  echo "there is no append-only file in $REDIS_DATA_DIR" >&2
  exit 1
fi

redis-check-aof "$target"
