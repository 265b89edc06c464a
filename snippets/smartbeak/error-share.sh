#!/usr/bin/env bash
# Measure over WATCH_SECONDS which share of the API's answers are errors (5xx). Reads only.
# Fails above 2 percent.
# Needs API_URL and WATCH_SECONDS (30).
set -euo pipefail

# Prints "all errors", summed over the lines of http_requests_total.
count() {
  curl -fsS --max-time 10 "$API_URL/metrics" | awk '
    /^http_requests_total[{]/ { all += $NF; if ($0 ~ /status="5/) errors += $NF }
    END { print all + 0, errors + 0 }'
}

before=$(count)
sleep "$WATCH_SECONDS"
after=$(count)
read -r all_before errors_before <<<"$before"
read -r all_after errors_after <<<"$after"

awk -v all=$((all_after - all_before)) -v errors=$((errors_after - errors_before)) 'BEGIN {
  share = all > 0 ? 100 * errors / all : 0
  printf "requests: %d, errors: %d, share: %.1f%%\n", all, errors, share
  exit share > 2
}'
