#!/usr/bin/env bash
# The gateway's share of 5xx answers in ENVIRONMENT, for each five minutes of the last MINUTES (15). Reads only.
# Fails when one of them is above 2 percent, and when there is no figure. CloudWatch is a minute or two late.
set -euo pipefail

start=$(date -u -d "-${MINUTES:-15} minutes" +%Y-%m-%dT%H:%M:00Z)
end=$(date -u +%Y-%m-%dT%H:%M:00Z)
answer=$(aws cloudwatch get-metric-statistics --profile "site-hosting-$ENVIRONMENT" --namespace AWS/ApiGateway \
  --metric-name 5XXError --dimensions Name=ApiName,Value=hosting --statistics Average --period 300 \
  --start-time "$start" --end-time "$end" --output json)
jq -r '.Datapoints | sort_by(.Timestamp)[] | "\(.Timestamp) \(.Average * 10000 | round / 100) %"' <<<"$answer"
jq -re '.Datapoints | "periods=\(length) above=\(map(select(.Average > 0.02)) | length)"' <<<"$answer"
jq -e '.Datapoints | length > 0 and all(.Average <= 0.02)' <<<"$answer" >/dev/null
