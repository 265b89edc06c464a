#!/usr/bin/env bash
# Wait until Redis has loaded its data and answers, at most three minutes.
# Needs REDIS_HOST, REDIS_PORT, and REDISCLI_AUTH in the environment.
set -euo pipefail

for _ in $(seq 1 60); do
  if redis-cli -h "$REDIS_HOST" -p "$REDIS_PORT" INFO persistence 2>/dev/null | tr -d '\r' | grep -q '^loading:0$'; then
    echo "loaded: $(redis-cli -h "$REDIS_HOST" -p "$REDIS_PORT" DBSIZE) keys"
    exit 0
  fi
  sleep 3
done
echo "Redis does not answer, or is still loading, after three minutes" >&2
exit 1
