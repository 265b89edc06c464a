#!/usr/bin/env bash
# Wait until a restored PostgreSQL server has ended its recovery and accepts writes, at most 15 minutes. Run on its host.
# Needs RESTORE_PORT, and libpq's PGUSER, PGDATABASE, PGPASSWORD.
set -euo pipefail

for _ in $(seq 1 450); do
  state=$(psql -h localhost -p "$RESTORE_PORT" -XAtc "SELECT pg_is_in_recovery()" || true)
  if [ "$state" = f ]; then
    echo "recovered"
    exit 0
  fi
  sleep 2
done
echo "still in recovery after 15 minutes" >&2
exit 1
