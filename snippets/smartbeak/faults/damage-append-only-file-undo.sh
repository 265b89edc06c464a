#!/usr/bin/env bash
# Put the sound append-only file back and start Redis.
# Needs REDIS_DATA_DIR and REDIS_CONF.
set -euo pipefail

mv "$REDIS_DATA_DIR.sound.aof" "$REDIS_DATA_DIR/appendonly.aof"
redis-server "$REDIS_CONF" --daemonize yes
