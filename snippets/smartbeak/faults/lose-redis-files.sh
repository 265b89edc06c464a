#!/usr/bin/env bash
# End Redis and take its files away, as a volume that is gone does. For drills only.
# They lie beside the data directory, for lose-redis-files-undo.sh.
# Needs REDIS_DATA_DIR, REDIS_HOST, REDIS_PORT, and REDISCLI_AUTH in the environment.
set -euo pipefail

bash "$(dirname "$0")/kill-redis.sh"
mv "$REDIS_DATA_DIR" "$REDIS_DATA_DIR.lost"
mkdir "$REDIS_DATA_DIR"
