#!/usr/bin/env bash
# Ask the API how far a piece of work is (an operation on a site, a deployment of an instance), until it has ended.
# Prints each change; fails when it fails, or is not done after WAIT_SECONDS (300).
# Needs API_URL, API_TOKEN, WORK_PATH; SECONDS_BETWEEN (5) is what `Retry-After` says.
set -euo pipefail

before=
while ((SECONDS < ${WAIT_SECONDS:-300})); do
  answer=$(
    printf 'header = "Authorization: Bearer %s"\n' "$API_TOKEN" |
      curl -fsS --max-time 10 --config - "$API_URL$WORK_PATH"
  )
  status=$(jq -r .status <<<"$answer")
  if [[ $status != "$before" ]]; then
    echo "status=$status"
    before=$status
  fi
  case $status in
    succeeded) exit 0 ;;
    failed)
      jq -c '.error // [.steps[]? | select(.status == "failed")]' <<<"$answer" >&2
      exit 1
      ;;
  esac
  sleep "${SECONDS_BETWEEN:-5}"
done
echo "not done after ${WAIT_SECONDS:-300} s" >&2
exit 1
