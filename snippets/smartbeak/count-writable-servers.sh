#!/usr/bin/env bash
# Ask both PostgreSQL servers whether they accept writes. Exactly one must.
# Needs PRIMARY_HOST, PRIMARY_PORT, REPLICA_HOST, REPLICA_PORT, and libpq's PGUSER, PGDATABASE, PGPASSWORD.
set -euo pipefail

writable=0
for server in "$PRIMARY_HOST $PRIMARY_PORT" "$REPLICA_HOST $REPLICA_PORT"; do
  read -r host port <<<"$server"
  state=$(psql -h "$host" -p "$port" -XAtc "SELECT pg_is_in_recovery()" 2>/dev/null || echo down)
  case $state in
    f) echo "$host:$port accepts writes"; writable=$((writable + 1)) ;;
    t) echo "$host:$port is a standby" ;;
    *) echo "$host:$port does not answer" ;;
  esac
done

echo "writable servers: $writable"
[ "$writable" -eq 1 ]
