#!/usr/bin/env bash
# Release BAD_RELEASE as the pipeline does: apply its migration, then switch the worker. For drills only.
# The migration demands a summary of every new article, which the application of the release before does not send.
# Needs REPO_DIR, RELEASES_DIR, CURRENT_LINK, BAD_RELEASE, DOWN_FILE, and libpq's variables. release-bad-undo.sh takes it back.
set -euo pipefail

name=$(basename "$DOWN_FILE" .down.sql)
{
  git -C "$REPO_DIR" show "$BAD_RELEASE:migrations/$name.up.sql"
  echo "INSERT INTO schema_migrations (version, name, release) VALUES ('${name%%-*}', '${name#*-}', '$BAD_RELEASE');"
} | psql -Xq -v ON_ERROR_STOP=1 --single-transaction
ln -sfn "$RELEASES_DIR/$BAD_RELEASE" "$CURRENT_LINK"
