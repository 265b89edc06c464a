#!/usr/bin/env bash
# Save what PostgreSQL knows about the last days into EVIDENCE_DIR, before anything is revoked or cleaned up.
# Takes no password, hash or full key. Changes nothing in the database.
# Needs EVIDENCE_DIR, SINCE ("2026-11-13 00:00:00+00"), and libpq's PGHOST, PGPORT, PGUSER, PGDATABASE, PGPASSWORD.
set -euo pipefail

umask 077
mkdir -p "$EVIDENCE_DIR/database"

save() {
  psql -Xq -v ON_ERROR_STOP=1 -v since="$SINCE" --csv -o "$EVIDENCE_DIR/database/$1.csv"
  echo "$1: $(($(wc -l <"$EVIDENCE_DIR/database/$1.csv") - 1)) rows"
}

save audit-log <<<"SELECT * FROM audit_log WHERE at >= :'since' ORDER BY at;"
save sessions <<<"SELECT * FROM sessions WHERE created_at >= :'since' OR revoked_at IS NULL ORDER BY created_at;"
save api-keys <<<"SELECT id, user_id, prefix, last_used_at, revoked_at FROM api_keys ORDER BY last_used_at DESC NULLS LAST;"
save connections <<<"SELECT pid, usename, application_name, client_addr, backend_start, state, left(query, 200) AS query FROM pg_stat_activity;"
save roles <<<"SELECT rolname, rolsuper, rolcreaterole, rolcanlogin, rolreplication, rolvaliduntil FROM pg_roles ORDER BY rolname;"
save flags <<<"SELECT * FROM feature_flags ORDER BY updated_at DESC;"

date -u +%Y-%m-%dT%H:%M:%SZ >"$EVIDENCE_DIR/database/collected-at"
echo "database evidence saved"
