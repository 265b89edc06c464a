#!/usr/bin/env bash
# Put the files back that lose-redis-files.sh took away, and start Redis.
# Needs REDIS_DATA_DIR and REDIS_CONF.
set -euo pipefail

rm -rf "$REDIS_DATA_DIR"
mv "$REDIS_DATA_DIR.lost" "$REDIS_DATA_DIR"
redis-server "$REDIS_CONF" --daemonize yes
