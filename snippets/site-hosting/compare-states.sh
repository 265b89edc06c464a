#!/usr/bin/env bash
# Compare two Terraform states before one replaces the other. Reads only.
# Fails when they are not of the same lineage: then one of them belongs to something else.
# Needs STATE_NOW and STATE_GOOD.
set -euo pipefail

for file in "$STATE_NOW" "$STATE_GOOD"; do
  jq -r '"\(input_filename): serial=\(.serial) lineage=\(.lineage) resources=\([.resources[].instances[]] | length)"' \
    "$file"
done
names='[.resources[] | "\(.module // "root") \(.type).\(.name)"] | sort[]'
echo "only in one of them:"
comm -3 <(jq -r "$names" "$STATE_NOW") <(jq -r "$names" "$STATE_GOOD")
if [[ $(jq -r .lineage "$STATE_NOW") != $(jq -r .lineage "$STATE_GOOD") ]]; then
  echo "lineage=other" >&2
  exit 1
fi
echo "lineage=same"
