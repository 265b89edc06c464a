#!/usr/bin/env bash
# Cut Redis's append-only file at the first damaged place. Run on the Redis host while Redis is stopped,
# and only after keep-redis-files.sh: everything behind that place is lost.
# Needs REDIS_DATA_DIR.
set -euo pipefail

if [ -d "$REDIS_DATA_DIR/appendonlydir" ]; then
  target=$(find "$REDIS_DATA_DIR/appendonlydir" -name '*.manifest' | head -1)
else
  target=$REDIS_DATA_DIR/appendonly.aof
fi

printf 'y\n' | redis-check-aof --fix "$target"
