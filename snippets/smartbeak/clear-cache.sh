#!/usr/bin/env bash
# Remove the cache from Redis, and nothing else: SCAN and UNLINK in batches, so that Redis never blocks.
# Needs REDIS_HOST, REDIS_PORT, CACHE_PATTERN (starts with "cache:"), and REDISCLI_AUTH in the environment.
set -euo pipefail

case $CACHE_PATTERN in
  cache:*) ;;
  *) echo "refused: '$CACHE_PATTERN' does not start with cache:" >&2; exit 1 ;;
esac

redis() { redis-cli -h "$REDIS_HOST" -p "$REDIS_PORT" "$@"; }

queue_before=$(redis --scan --pattern 'bull:*' | wc -l)
removed=$(redis --scan --pattern "$CACHE_PATTERN" | wc -l)
redis --scan --pattern "$CACHE_PATTERN" | xargs -r -d '\n' -n 500 redis-cli -h "$REDIS_HOST" -p "$REDIS_PORT" UNLINK >/dev/null

echo "cache keys removed: $removed"
echo "queue keys: $queue_before before, $(redis --scan --pattern 'bull:*' | wc -l) after"
