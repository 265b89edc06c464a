#!/usr/bin/env bash
# Cuenta, tabla por tabla, las filas que trae un volcado y las que hay en la base donde se restauró. Termina con 1 si
# alguna difiere. Entorno: BACKUP_FILE, RESTORE_DB (alojamientos_restaurada), PGHOST (localhost), PGPASSWORD.
set -euo pipefail

volcado="${BACKUP_FILE:?por ejemplo backups/alojamientos_20261122_023000.dump}"
distintas=0
while read -r tabla guardadas; do
  restauradas=$(psql -wXAt -h "${PGHOST:-localhost}" -U alojamientos -d "${RESTORE_DB:-alojamientos_restaurada}" \
    -c "SELECT count(*) FROM $tabla")
  echo "${tabla#public.}: volcado=$guardadas restauradas=$restauradas"
  ((guardadas == restauradas)) || distintas=$((distintas + 1))
done < <(pg_restore --data-only -f - "$volcado" | awk '
  /^COPY / { tabla = $2; filas = 0; datos = 1; next }
  /^\\\.$/ { if (datos) print tabla, filas; datos = 0 }
  datos { filas++ }' | sort)
echo "distintas=$distintas"
((distintas == 0))
