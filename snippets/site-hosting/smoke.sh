#!/usr/bin/env bash
# Ask the gateway of one environment for each of SMOKE_PATHS: refused without a token, answered with one. Reads only.
# Fails when one answer is another, or when the slowest took longer than SLOWEST (3) seconds.
# Needs API_URL, API_TOKEN, SMOKE_PATHS (paths with blanks between them).
set -euo pipefail

failed=0
for path in $SMOKE_PATHS; do
  without=$(curl -sS --max-time 10 -o /dev/null -w '%{http_code}' "$API_URL$path" || true)
  read -r with seconds < <(
    printf 'header = "Authorization: Bearer %s"\n' "$API_TOKEN" |
      curl -sS --max-time 10 --config - -o /dev/null -w '%{http_code} %{time_total}\n' "$API_URL$path" || true
  ) || true
  echo "$path without=$without with=${with:-000} seconds=${seconds:-0}"
  if [[ $without != 401 || ${with:-000} != 200 ]] || ! jq -ne "${seconds:-0} <= ${SLOWEST:-3}" >/dev/null; then
    failed=$((failed + 1))
  fi
done
echo "failed=$failed"
((failed == 0))
