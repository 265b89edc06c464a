#!/usr/bin/env bash
# End Redis and overwrite a few bytes near the end of its append-only file, as a disk that lies does. For drills only.
# The sound file stays beside the data, for damage-append-only-file-undo.sh.
# Needs REDIS_DATA_DIR, REDIS_HOST, REDIS_PORT, and REDISCLI_AUTH in the environment.
set -euo pipefail

bash "$(dirname "$0")/kill-redis.sh"
file=$REDIS_DATA_DIR/appendonly.aof
cp "$file" "$REDIS_DATA_DIR.sound.aof"
dd if=/dev/zero of="$file" bs=1 seek=$(($(stat -c %s "$file") - 200)) count=40 conv=notrunc status=none
