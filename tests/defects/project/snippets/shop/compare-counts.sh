#!/usr/bin/env bash
# Compare the rows of two databases, table by table; a restored table with fewer rows is a failure.
# Environment: OLD_DATABASE, NEW_DATABASE, and PGHOST, PGUSER, PGPASSWORD.
set -euo pipefail

failed=0
for table in customers orders payments carts; do
  old=$(psql -XAt -d "$OLD_DATABASE" -c "SELECT count(*) FROM $table")
  new=$(psql -XAt -d "$NEW_DATABASE" -c "SELECT count(*) FROM $table")
  printf '%s old=%s new=%s\n' "$table" "$old" "$new"
  if ((new < old)); then
    failed=1
  fi
done
exit "$failed"
