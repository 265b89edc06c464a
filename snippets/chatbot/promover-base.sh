#!/usr/bin/env bash
# Pone RESTORE_DB en el lugar de chatbot; la base que había queda como chatbot_anterior.
# Los dos cambios de nombre van en una transacción: o se hacen ambos o ninguno.
# Entorno: RESTORE_DB (chatbot_restore), PGHOST (localhost), PGPASSWORD.
set -euo pipefail

restaurada="${RESTORE_DB:-chatbot_restore}"
administrar() {
  psql -wXAt -v ON_ERROR_STOP=1 -h "${PGHOST:-localhost}" -U chatbot -d postgres "$@"
}

administrar -c "
  SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname IN ('chatbot', '$restaurada') AND pid <> pg_backend_pid()" >/dev/null
if [[ $(administrar -c "SELECT count(*) FROM pg_database WHERE datname = 'chatbot'") == 1 ]]; then
  administrar --single-transaction \
    -c "ALTER DATABASE chatbot RENAME TO chatbot_anterior" \
    -c "ALTER DATABASE \"$restaurada\" RENAME TO chatbot"
else
  administrar -c "ALTER DATABASE \"$restaurada\" RENAME TO chatbot"
fi
administrar -c "SELECT datname FROM pg_database WHERE datname LIKE 'chatbot%' ORDER BY datname"
