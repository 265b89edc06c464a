#!/usr/bin/env bash
# Wait until at most MOST_WAITING mails wait, for WAIT_SECONDS at most.
# Environment: QUEUE, MOST_WAITING, WAIT_SECONDS, and REDIS_HOST, REDISCLI_AUTH.
set -euo pipefail

until=$((SECONDS + WAIT_SECONDS))
while true; do
  waiting=$(redis-cli -e -h "$REDIS_HOST" LLEN "$QUEUE")
  if ((waiting <= MOST_WAITING)); then
    echo "waiting=$waiting"
    exit 0
  fi
  if ((SECONDS >= until)); then
    echo "still $waiting in $QUEUE" >&2
    exit 1
  fi
  sleep 0.2
done
