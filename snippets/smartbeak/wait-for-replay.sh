#!/usr/bin/env bash
# Wait until the replica has applied everything it has received, at most 60 seconds.
# Promoting earlier would be safe too, but the log should say how much was waiting.
# Needs REPLICA_HOST and REPLICA_PORT, and libpq's PGUSER, PGDATABASE, PGPASSWORD.
set -euo pipefail

query="SELECT coalesce(greatest(pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), 0), 0)"

for _ in $(seq 1 30); do
  waiting=$(psql -h "$REPLICA_HOST" -p "$REPLICA_PORT" -XAtc "$query")
  if [ "$waiting" = 0 ]; then
    echo "everything received is applied"
    exit 0
  fi
  echo "$waiting bytes still to apply"
  sleep 2
done
echo "the replica still has $waiting bytes to apply after 60 seconds" >&2
exit 1
