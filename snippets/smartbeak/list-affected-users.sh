#!/usr/bin/env bash
# List the accounts that an address touched since a moment: whom to lock, whom to tell. Writes a CSV file into LIST_DIR.
# Needs SUSPECT_IP, SINCE, LIST_DIR, and libpq's PGHOST, PGPORT, PGUSER, PGDATABASE, PGPASSWORD.
set -euo pipefail

umask 077
mkdir -p "$LIST_DIR"
file=$LIST_DIR/affected-users.csv

psql -Xq -v ON_ERROR_STOP=1 -v ip="$SUSPECT_IP" -v since="$SINCE" --csv -o "$file" <<'SQL'
SELECT u.id, u.email, min(a.at) AS first_seen, max(a.at) AS last_seen,
       string_agg(DISTINCT a.action, ' ') AS actions
FROM audit_log a JOIN users u ON u.id = a.user_id
WHERE a.ip = :'ip'::inet AND a.at >= :'since'
GROUP BY u.id, u.email ORDER BY first_seen;
SQL

echo "affected accounts: $(($(wc -l <"$file") - 1)), list in $file"
