#!/usr/bin/env bash
# Have Stripe send the events listed in EVENTS_FILE again, oldest first.
# Our webhook ignores events that it has processed already, so running this twice does no harm.
# Needs EVENTS_FILE, STRIPE_ENDPOINT_ID, and STRIPE_API_KEY in the environment, where the Stripe CLI reads it.
set -euo pipefail

sent=0
failed=0
while read -r event _; do
  if stripe events resend "$event" --webhook-endpoint "$STRIPE_ENDPOINT_ID" --live </dev/null >/dev/null; then
    sent=$((sent + 1))
  else
    echo "not sent: $event" >&2
    failed=$((failed + 1))
  fi
  sleep 0.1
done < <(tac "$EVENTS_FILE")

echo "sent again: $sent, failed: $failed"
[ "$failed" -eq 0 ]
