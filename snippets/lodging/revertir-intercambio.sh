#!/usr/bin/env bash
# Deshace intercambiar-bases.sh: alojamientos_apartada vuelve a ser alojamientos_db, y la restaurada recupera su nombre.
# Entorno: RESTORE_DB (alojamientos_restaurada), PGHOST (localhost), PGPASSWORD.
set -euo pipefail

restaurada="${RESTORE_DB:-alojamientos_restaurada}"
administrar() {
  psql -wXAt -v ON_ERROR_STOP=1 -h "${PGHOST:-localhost}" -U alojamientos -d postgres "$@"
}

administrar -c "
  SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname IN ('alojamientos_db', 'alojamientos_apartada') AND pid <> pg_backend_pid()" >/dev/null
administrar -q --single-transaction \
  -c "ALTER DATABASE alojamientos_db RENAME TO \"$restaurada\"" \
  -c "ALTER DATABASE alojamientos_apartada RENAME TO alojamientos_db"
administrar -c "SELECT datname FROM pg_database WHERE datname LIKE 'alojamientos%' ORDER BY datname"
