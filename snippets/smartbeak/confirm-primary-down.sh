#!/usr/bin/env bash
# Ask the PostgreSQL primary three times, SECONDS_BETWEEN seconds apart. Succeeds only if it never answers:
# one lost packet must not start a failover.
# Needs PRIMARY_HOST, PRIMARY_PORT and SECONDS_BETWEEN (5).
set -euo pipefail

for try in 1 2 3; do
  if pg_isready -q -h "$PRIMARY_HOST" -p "$PRIMARY_PORT" -t 3; then
    echo "the primary answers (try $try of 3): do not fail over" >&2
    exit 1
  fi
  echo "try $try of 3: no answer from $PRIMARY_HOST:$PRIMARY_PORT"
  [ "$try" = 3 ] || sleep "$SECONDS_BETWEEN"
done
echo "primary is down"
