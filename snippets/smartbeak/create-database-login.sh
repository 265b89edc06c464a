#!/usr/bin/env bash
# Create the application's next database login beside the one that may have leaked, so that the switch needs no outage.
# The password comes from the environment and is kept out of the server's log.
# Needs NEW_DB_ROLE, NEW_DB_PASSWORD, and libpq's PGHOST, PGPORT, PGUSER, PGDATABASE, PGPASSWORD.
set -euo pipefail

if [ "${#NEW_DB_PASSWORD}" -lt 24 ]; then
  echo "refused: the new password is shorter than 24 characters" >&2
  exit 1
fi

psql -Xq -v ON_ERROR_STOP=1 --single-transaction -v role="$NEW_DB_ROLE" <<'SQL'
\getenv password NEW_DB_PASSWORD
SET LOCAL log_statement = 'none';
SET LOCAL log_min_duration_statement = -1;
SET LOCAL log_min_error_statement = 'panic';
SET LOCAL password_encryption = 'scram-sha-256';
CREATE ROLE :"role" LOGIN PASSWORD :'password' IN ROLE smartbeak_app;
\echo login created
SQL
