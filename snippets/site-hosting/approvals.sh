#!/usr/bin/env bash
# See whether everybody of APPROVERS (names with blanks between them) approves, and approves what is there today.
# A review counts when it is the last of that person and of the newest commit. Reads only.
# Needs REVIEWS_FILE, as `gh pr view --json reviews,headRefOid` prints it, and APPROVERS.
set -euo pipefail

missing=0
for name in $APPROVERS; do
  state=$(jq -r --arg name "$name" '
    .headRefOid as $head
    | [.reviews[] | select(.author.login == $name and .state != "COMMENTED")] | sort_by(.submittedAt) | last
    | if . == null then "none" elif .commit.oid != $head then "outdated" else .state end' "$REVIEWS_FILE")
  echo "$name: $state"
  [[ $state == APPROVED ]] || missing=$((missing + 1))
done
echo "missing=$missing"
((missing == 0))
