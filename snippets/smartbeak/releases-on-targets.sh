#!/usr/bin/env bash
# Print which release each deployment target runs, and fail if one of them is not GOOD_RELEASE. Run on the worker host. Reads only.
# Needs API_URL, WEB_URL, CURRENT_LINK, GOOD_RELEASE.
set -euo pipefail

api=$(curl -fsS --max-time 15 "$API_URL/health" | jq -r .version)
web=$(curl -fsS --max-time 15 "$WEB_URL/version.json" | jq -r .release)
worker=$(basename "$(readlink "$CURRENT_LINK")")

status=0
for target in "api $api" "web $web" "worker $worker"; do
  read -r name release <<<"$target"
  if [ "$release" = "$GOOD_RELEASE" ]; then
    echo "$name $release ok"
  else
    echo "$name $release differs from $GOOD_RELEASE"
    status=1
  fi
done
exit "$status"
