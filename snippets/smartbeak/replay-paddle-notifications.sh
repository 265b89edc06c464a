#!/usr/bin/env bash
# Have Paddle send the notifications listed in EVENTS_FILE again, oldest first.
# Our webhook ignores events that it has processed already, so running this twice does no harm.
# Needs EVENTS_FILE, PADDLE_API_URL, and PADDLE_API_KEY in the environment.
set -euo pipefail

sent=0
failed=0
while read -r notification _; do
  if printf 'header = "Authorization: Bearer %s"\n' "$PADDLE_API_KEY" |
    curl -fsS --max-time 20 -o /dev/null --config - -X POST "$PADDLE_API_URL/notifications/$notification/replay"; then
    sent=$((sent + 1))
  else
    echo "not sent: $notification" >&2
    failed=$((failed + 1))
  fi
  sleep 0.1
done < <(tac "$EVENTS_FILE")

echo "sent again: $sent, failed: $failed"
[ "$failed" -eq 0 ]
