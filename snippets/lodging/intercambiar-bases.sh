#!/usr/bin/env bash
# Pone RESTORE_DB en el lugar de alojamientos_db; la que había queda como alojamientos_apartada. Los dos cambios de nombre
# van en una transacción: o se hacen ambos o ninguno.
# Entorno: RESTORE_DB (alojamientos_restaurada), PGHOST (localhost), PGPASSWORD.
set -euo pipefail

restaurada="${RESTORE_DB:-alojamientos_restaurada}"
administrar() {
  psql -wXAt -v ON_ERROR_STOP=1 -h "${PGHOST:-localhost}" -U alojamientos -d postgres "$@"
}

administrar -c "
  SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname IN ('alojamientos_db', '$restaurada') AND pid <> pg_backend_pid()" >/dev/null
administrar -q --single-transaction \
  -c "ALTER DATABASE alojamientos_db RENAME TO alojamientos_apartada" \
  -c "ALTER DATABASE \"$restaurada\" RENAME TO alojamientos_db"
administrar -c "SELECT datname FROM pg_database WHERE datname LIKE 'alojamientos%' ORDER BY datname"
