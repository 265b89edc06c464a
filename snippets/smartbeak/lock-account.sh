#!/usr/bin/env bash
# Lock one account out: end its sessions, withdraw its API keys, ask for a new password. All or nothing.
# Needs SUSPECT_USER_ID, and libpq's PGHOST, PGPORT, PGUSER, PGDATABASE, PGPASSWORD.
set -euo pipefail

psql -XAtq -v ON_ERROR_STOP=1 --single-transaction -v user_id="$SUSPECT_USER_ID" <<'SQL'
WITH ended AS (
  UPDATE sessions SET revoked_at = now() WHERE user_id = :user_id AND revoked_at IS NULL RETURNING 1
), withdrawn AS (
  UPDATE api_keys SET revoked_at = now() WHERE user_id = :user_id AND revoked_at IS NULL RETURNING 1
), reset AS (
  UPDATE users SET must_reset_password = true WHERE id = :user_id RETURNING 1
), noted AS (
  INSERT INTO audit_log (user_id, action, target) SELECT id, 'account.locked', email FROM users WHERE id = :user_id
)
SELECT 'accounts: ' || (SELECT count(*) FROM reset)
    || ', sessions ended: ' || (SELECT count(*) FROM ended)
    || ', keys withdrawn: ' || (SELECT count(*) FROM withdrawn);
SQL
