#!/usr/bin/env bash
# Remove what fill-redis-disk.sh filled the volume with. Redis appends again by itself within a second.
# Needs REDIS_DATA_DIR.
set -euo pipefail

rm "$REDIS_DATA_DIR/temp-rewriteaof-4711.aof"
