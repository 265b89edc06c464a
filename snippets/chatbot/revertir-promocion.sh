#!/usr/bin/env bash
# Deshace promover-base.sh: chatbot_anterior vuelve a ser chatbot y la restaurada recupera su nombre.
# Entorno: RESTORE_DB (chatbot_restore), PGHOST (localhost), PGPASSWORD.
set -euo pipefail

restaurada="${RESTORE_DB:-chatbot_restore}"
administrar() {
  psql -wXAt -v ON_ERROR_STOP=1 -h "${PGHOST:-localhost}" -U chatbot -d postgres "$@"
}

administrar -c "
  SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname IN ('chatbot', 'chatbot_anterior') AND pid <> pg_backend_pid()" >/dev/null
administrar --single-transaction \
  -c "ALTER DATABASE chatbot RENAME TO \"$restaurada\"" \
  -c "ALTER DATABASE chatbot_anterior RENAME TO chatbot"
administrar -c "SELECT datname FROM pg_database WHERE datname LIKE 'chatbot%' ORDER BY datname"
