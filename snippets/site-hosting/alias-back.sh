#!/usr/bin/env bash
# Point the alias `live` of each function at the newest version that holds the package of the good release.
# Nothing is built and nothing uploaded. Prints where each alias pointed before.
# Needs FUNCTIONS (names with blanks between them), ENVIRONMENT, DIST_DIR with the good release's release.json.
set -euo pipefail

profile=site-hosting-$ENVIRONMENT
sum=$(jq -r .sha256 "$DIST_DIR/release.json")
for name in $FUNCTIONS; do
  before=$(aws lambda get-alias --profile "$profile" --function-name "$name" --name live \
    --query FunctionVersion --output text)
  version=$(aws lambda list-versions-by-function --profile "$profile" --function-name "$name" \
    --query "Versions[?CodeSha256=='$sum'].Version" --output text | tr '\t' '\n' | sort -n | tail -1)
  if [[ ! $version =~ ^[0-9]+$ ]]; then
    echo "$name: no version holds the package $sum; deploy the release instead" >&2
    exit 1
  fi
  aws lambda update-alias --profile "$profile" --function-name "$name" --name live --function-version "$version" \
    --routing-config AdditionalVersionWeights={} --query FunctionVersion --output text >/dev/null
  echo "$name was=$before is=$version"
done
