#!/usr/bin/env bash
# Switch the job worker to another release that lies on the host already. Run on the worker host.
# Checks the release's files first; the switch itself is one rename, and the old target is kept in LINK.previous.
# Needs RELEASES_DIR, CURRENT_LINK, GOOD_RELEASE. Takes effect when the worker restarts.
set -euo pipefail

target=$RELEASES_DIR/$GOOD_RELEASE
if [ ! -d "$target" ]; then
  echo "$GOOD_RELEASE is not on this host; there are: $(find "$RELEASES_DIR" -mindepth 1 -maxdepth 1 -printf '%f ')" >&2
  exit 1
fi
(cd "$target" && sha256sum --check --quiet SHA256SUMS)

readlink "$CURRENT_LINK" >"$CURRENT_LINK.previous"
ln -s "$target" "$CURRENT_LINK.next"
mv -T "$CURRENT_LINK.next" "$CURRENT_LINK"
echo "was: $(basename "$(cat "$CURRENT_LINK.previous")"), is: $(basename "$(readlink "$CURRENT_LINK")")"
