#!/usr/bin/env bash
# List the Paddle notifications of the last SINCE_HOURS hours that Paddle has given up delivering, newest first, into EVENTS_FILE.
# One a line: id, time, type.
# Needs PADDLE_API_URL, SINCE_HOURS, EVENTS_FILE, and PADDLE_API_KEY in the environment.
set -euo pipefail

since=$(date -u -d "-$SINCE_HOURS hours" +%Y-%m-%dT%H:%M:%SZ)
page() {
  printf 'header = "Authorization: Bearer %s"\n' "$PADDLE_API_KEY" | curl -fsS --max-time 20 --config - "$@"
}

: >"$EVENTS_FILE"
answer=$(page -G "$PADDLE_API_URL/notifications" -d status=failed -d per_page=200 --data-urlencode "from=$since")
while :; do
  jq -r '.data[] | "\(.id) \(.occurred_at) \(.type)"' <<<"$answer" >>"$EVENTS_FILE"
  [ "$(jq -r '.meta.pagination.has_more // false' <<<"$answer")" = true ] || break
  answer=$(page "$(jq -r '.meta.pagination.next' <<<"$answer")")
done

head -20 "$EVENTS_FILE"
echo "failed: $(wc -l <"$EVENTS_FILE")"
