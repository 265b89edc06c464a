#!/usr/bin/env bash
# Put the mails that could not be sent back into the queue, the oldest first.
# Environment: QUEUE, and REDIS_HOST, REDISCLI_AUTH.
set -euo pipefail

redis() {
  redis-cli -e -h "$REDIS_HOST" "$@"
}

requeued=0
while [[ $(redis LLEN "$QUEUE:dead") -gt 0 ]]; do
  redis LMOVE "$QUEUE:dead" "$QUEUE" LEFT RIGHT >/dev/null
  requeued=$((requeued + 1))
done
printf 'requeued=%s left=%s\n' "$requeued" "$(redis LLEN "$QUEUE:dead")"
