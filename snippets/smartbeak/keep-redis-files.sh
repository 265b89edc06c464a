#!/usr/bin/env bash
# Copy Redis's append-only file and snapshot aside before anything touches them. Run on the Redis host.
# Redis 7 keeps the append-only file in a directory, older versions in one file: both are found.
# Needs REDIS_DATA_DIR and KEEP_DIR (a new directory).
set -euo pipefail

if [ -e "$KEEP_DIR" ]; then
  echo "refused: $KEEP_DIR exists already" >&2
  exit 1
fi
mkdir -p "$KEEP_DIR"

kept=0
for file in dump.rdb appendonly.aof appendonlydir; do
  if [ -e "$REDIS_DATA_DIR/$file" ]; then
    cp -a "$REDIS_DATA_DIR/$file" "$KEEP_DIR/"
    kept=$((kept + 1))
  fi
done

du -sh "$KEEP_DIR"
echo "kept: $kept"
[ "$kept" -gt 0 ]
