#!/usr/bin/env bash
# Ask the API how far an operation on a site is, until it has ended. Reads only.
# Prints each change; fails when the operation fails, or is not done after WAIT_SECONDS (300).
# Needs API_URL, API_TOKEN, OPERATION_PATH; SECONDS_BETWEEN (5) is what `Retry-After` says.
set -euo pipefail

before=
while ((SECONDS < ${WAIT_SECONDS:-300})); do
  answer=$(
    printf 'header = "Authorization: Bearer %s"\n' "$API_TOKEN" |
      curl -fsS --max-time 10 --config - "$API_URL$OPERATION_PATH"
  )
  status=$(jq -r .status <<<"$answer")
  if [[ $status != "$before" ]]; then
    echo "status=$status"
    before=$status
  fi
  case $status in
    succeeded) exit 0 ;;
    failed)
      jq -c .error <<<"$answer" >&2
      exit 1
      ;;
  esac
  sleep "${SECONDS_BETWEEN:-5}"
done
echo "not done after ${WAIT_SECONDS:-300} s" >&2
exit 1
