#!/usr/bin/env bash
# Send REQUESTS (50) requests at once, so that the gateway has to start new Lambdas: a row of them meets one warm one.
# Fails when one of them is not answered with 200, or the slowest took longer than SLOWEST (3) seconds.
# Needs API_URL, API_TOKEN, COLD_PATH.
set -euo pipefail

requests=${REQUESTS:-50}
# The part behind `#` is not sent; curl counts in it.
printf 'header = "Authorization: Bearer %s"\n' "$API_TOKEN" |
  curl -sS --no-progress-meter --parallel --parallel-immediate --parallel-max "$requests" --max-time 30 --config - \
    -o /dev/null -w '%{http_code} %{time_total}\n' "$API_URL$COLD_PATH#[1-$requests]" |
  awk -v most="${SLOWEST:-3}" -v sent="$requests" '
    { if ($1 == 200) good++; if ($2 > slowest) slowest = $2 }
    END {
      printf "requests=%d failed=%d slowest=%.2fs\n", sent, sent - good, slowest
      exit good < sent || slowest > most
    }'
