#!/usr/bin/env bash
# Put a snapshot in the place of Redis's data. Run on the Redis host while Redis is stopped.
# The data that was there moves to KEEP_DIR.replaced; start Redis afterwards with "--appendonly no", or it ignores the snapshot.
# Needs SNAPSHOT, REDIS_DATA_DIR and KEEP_DIR.
set -euo pipefail

replaced=$KEEP_DIR.replaced
if [ -e "$replaced" ]; then
  echo "refused: $replaced exists already; give KEEP_DIR another name" >&2
  exit 1
fi
redis-check-rdb "$SNAPSHOT" >/dev/null

mkdir -p "$replaced"
for file in dump.rdb appendonly.aof appendonlydir; do
  if [ -e "$REDIS_DATA_DIR/$file" ]; then
    mv "$REDIS_DATA_DIR/$file" "$replaced/"
  fi
done
cp "$SNAPSHOT" "$REDIS_DATA_DIR/dump.rdb"

echo "in place: $(stat -c '%s bytes' "$REDIS_DATA_DIR/dump.rdb"), old data in $replaced"
