#!/usr/bin/env bash
# List the Stripe events of the last SINCE_HOURS hours that did not reach our webhook, newest first, into EVENTS_FILE.
# One a line: id, time, type.
# Needs STRIPE_API_URL, SINCE_HOURS, EVENTS_FILE, and STRIPE_API_KEY in the environment.
set -euo pipefail

since=$(($(date +%s) - SINCE_HOURS * 3600))
after=
: >"$EVENTS_FILE"
while :; do
  page=$(
    printf 'header = "Authorization: Bearer %s"\n' "$STRIPE_API_KEY" |
      curl -fsS --max-time 20 --config - -G "$STRIPE_API_URL/v1/events" \
        -d delivery_success=false -d limit=100 -d "created[gte]=$since" ${after:+-d "starting_after=$after"}
  )
  jq -r '.data[] | "\(.id) \(.created | todate) \(.type)"' <<<"$page" >>"$EVENTS_FILE"
  [ "$(jq -r '.has_more' <<<"$page")" = true ] || break
  after=$(jq -r '.data[-1].id' <<<"$page")
done

head -20 "$EVENTS_FILE"
echo "undelivered: $(wc -l <"$EVENTS_FILE")"
