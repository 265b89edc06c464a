#!/usr/bin/env bash
# Print which releases on this host contain a package, and in which version. Reads only.
# Needs RELEASES_DIR (one directory a release, each with package-lock.json) and PACKAGE.
set -euo pipefail

found=0
for lock in "$RELEASES_DIR"/*/package-lock.json; do
  [ -e "$lock" ] || continue
  release=$(basename "$(dirname "$lock")")
  while read -r version; do
    echo "$release $PACKAGE $version"
    found=$((found + 1))
  done < <(
    jq -r --arg package "$PACKAGE" '
      .packages | to_entries[] | select(.key | endswith("node_modules/" + $package)) | .value.version' "$lock" | sort -u
  )
done
echo "found: $found"
