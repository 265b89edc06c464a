#!/usr/bin/env bash
# Take back what release-bad.sh did.
# Needs RELEASES_DIR, CURRENT_LINK, GOOD_RELEASE, DOWN_FILE, and libpq's variables.
set -euo pipefail

ln -sfn "$RELEASES_DIR/$GOOD_RELEASE" "$CURRENT_LINK"
bash "$(dirname "$0")/../run-down-migration.sh"
