#!/usr/bin/env bash
# Reverse one database migration: its down file and its line in schema_migrations, in one transaction.
# Gives up after five seconds of waiting for a lock instead of holding up everybody else.
# Needs DOWN_FILE (VERSION-NAME.down.sql), and libpq's PGHOST, PGPORT, PGUSER, PGDATABASE, PGPASSWORD.
set -euo pipefail

version=$(basename "$DOWN_FILE" | sed -n 's/^\([0-9]\{14\}\)-.*\.down\.sql$/\1/p')
if [ -z "$version" ]; then
  echo "refused: $DOWN_FILE is not named VERSION-NAME.down.sql" >&2
  exit 1
fi
newest=$(psql -XAtc "SELECT max(version) FROM schema_migrations")
if [ "$version" != "$newest" ]; then
  echo "refused: the newest migration is $newest; reverse that one first" >&2
  exit 1
fi

psql -Xq -v ON_ERROR_STOP=1 --single-transaction \
  -c "SET LOCAL lock_timeout = '5s'" \
  -f "$DOWN_FILE" \
  -c "DELETE FROM schema_migrations WHERE version = '$version'"
echo "reversed: $version"
