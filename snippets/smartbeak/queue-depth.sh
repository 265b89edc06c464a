#!/usr/bin/env bash
# Print how many jobs each queue holds, by state. Reads only.
# Needs REDIS_HOST, REDIS_PORT, and REDISCLI_AUTH in the environment.
set -euo pipefail

redis() { redis-cli -h "$REDIS_HOST" -p "$REDIS_PORT" "$@"; }

printf '%-12s %8s %8s %8s %8s  %s\n' queue waiting active delayed failed state
for queue in publishing email webhooks media; do
  key="bull:$queue"
  state=running
  [ "$(redis HEXISTS "$key:meta" paused)" = 0 ] || state=paused
  printf '%-12s %8s %8s %8s %8s  %s\n' "$queue" \
    "$(($(redis LLEN "$key:wait") + $(redis LLEN "$key:paused")))" \
    "$(redis LLEN "$key:active")" "$(redis ZCARD "$key:delayed")" "$(redis ZCARD "$key:failed")" "$state"
done
