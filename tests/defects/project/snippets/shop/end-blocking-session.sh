#!/usr/bin/env bash
# End the sessions that have held a lock on the orders for longer than LONGEST_SECONDS, and say how many they were.
# Environment: LONGEST_SECONDS, and PGHOST, PGUSER, PGDATABASE, PGPASSWORD.
set -euo pipefail

psql -XAt -v ON_ERROR_STOP=1 -v seconds="$LONGEST_SECONDS" <<'SQL'
SELECT 'ended=' || count(pg_terminate_backend(blocking.pid, 5000))
FROM (
  SELECT DISTINCT a.pid FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid
  WHERE l.relation = 'orders'::regclass AND l.granted AND a.xact_start < now() - make_interval(secs => :seconds)
) AS blocking;
SQL
