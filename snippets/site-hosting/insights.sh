#!/usr/bin/env bash
# Run a query of CloudWatch Logs Insights and print its rows, with the time range in UTC above them. Reads only.
# Needs ENVIRONMENT, LOG_GROUP, QUERY_FILE; FROM and TO as UTC times (2026-11-22T01:40:00Z).
set -euo pipefail

query=$(aws logs start-query --profile "site-hosting-$ENVIRONMENT" --log-group-name "$LOG_GROUP" \
  --start-time "$(date -u -d "$FROM" +%s)" --end-time "$(date -u -d "$TO" +%s)" \
  --query-string "file://$QUERY_FILE" --query queryId --output text)
echo "# $LOG_GROUP, $FROM to $TO"
for ((i = 0; i < 30; i++)); do
  answer=$(aws logs get-query-results --profile "site-hosting-$ENVIRONMENT" --query-id "$query" --output json)
  status=$(jq -r .status <<<"$answer")
  case $status in
    Complete) break ;;
    Scheduled | Running) sleep "${SECONDS_BETWEEN:-2}" ;;
    *) echo "the query ended as $status" >&2; exit 1 ;;
  esac
done
[[ $status == Complete ]] || { echo "the query still runs: shorten the time range" >&2; exit 1; }
jq -r '.results[] | map(select(.field != "@ptr") | "\(.field)=\(.value)") | join(" ")' <<<"$answer"
echo "rows=$(jq '.results | length' <<<"$answer")"
