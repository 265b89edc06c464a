#!/usr/bin/env bash
# Make sure that the package of a release is the one that was built from its tag. Reads only.
# Needs DIST_DIR with release.json and the package that it names, REPO_DIR, RELEASE.
set -euo pipefail

manifest=$DIST_DIR/release.json
package=$DIST_DIR/$(jq -r .package "$manifest")
sum=$(openssl dgst -sha256 -binary "$package" | openssl base64)
built=$(jq -r .release "$manifest")
tree=$(git -C "$REPO_DIR" rev-parse "$RELEASE^{tree}")

[[ $built == "$RELEASE" ]] || { echo "release.json is of $built, not of $RELEASE" >&2; exit 1; }
[[ $(jq -r .tree "$manifest") == "$tree" ]] || { echo "it was built from other sources than the tag's" >&2; exit 1; }
[[ $(jq -r .sha256 "$manifest") == "$sum" ]] || { echo "the package is not the one that was built: $sum" >&2; exit 1; }
echo "package=$RELEASE sha256=$sum"
