#!/usr/bin/env bash
# Print the reasons for which the newest 100 failed jobs of a queue failed, the most frequent first. Reads only.
# Needs QUEUE, REDIS_HOST, REDIS_PORT, and REDISCLI_AUTH in the environment.
set -euo pipefail

redis() { redis-cli -h "$REDIS_HOST" -p "$REDIS_PORT" "$@"; }

echo "failed jobs in $QUEUE: $(redis ZCARD "bull:$QUEUE:failed")"
redis ZREVRANGE "bull:$QUEUE:failed" 0 99 | while read -r job; do
  [ -z "$job" ] || redis HGET "bull:$QUEUE:$job" failedReason </dev/null
done | sort | uniq -c | sort -rn | head -10
