#!/usr/bin/env bash
# See which version each function serves, and whether it is the package of the release. Reads only.
# Needs FUNCTIONS (names with blanks between them), ENVIRONMENT, DIST_DIR with the release's release.json.
set -euo pipefail

wanted=$(jq -r .sha256 "$DIST_DIR/release.json")
other=0
for name in $FUNCTIONS; do
  read -r version sum < <(
    aws lambda get-function-configuration --profile "site-hosting-$ENVIRONMENT" --function-name "$name" \
      --qualifier live --query '[Version,CodeSha256]' --output text
  )
  if [[ $sum == "$wanted" ]]; then
    echo "$name version=$version package=same"
  else
    echo "$name version=$version package=other"
    other=$((other + 1))
  fi
done
echo "other=$other"
((other == 0))
