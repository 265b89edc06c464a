#!/usr/bin/env bash
# Fill the volume of Redis to the last byte with the left-over of a rewrite that failed two hours ago. For drills only.
# Redis then fails to append and refuses writes. fill-redis-disk-undo.sh takes it back.
# Needs REDIS_DATA_DIR, REDIS_HOST, REDIS_PORT, and REDISCLI_AUTH in the environment.
set -euo pipefail

leftover=$REDIS_DATA_DIR/temp-rewriteaof-4711.aof
dd if=/dev/zero of="$leftover" bs=64K 2>/dev/null || true # it ends when nothing is left
touch -d '2 hours ago' "$leftover"
# The last page of the append-only file still has room: the application goes on until that is used up.
value=$(printf '%04096d' 0)
for number in $(seq 1 50); do
  answer=$(redis-cli -h "$REDIS_HOST" -p "$REDIS_PORT" SET "cache:page:drill-$number" "$value" EX 3600 2>&1 || true)
  [[ $answer != *MISCONF* ]] || exit 0
  sleep 0.2
done
echo "Redis still takes writes: $answer" >&2
exit 1
