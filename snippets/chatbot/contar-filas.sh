#!/usr/bin/env bash
# Cuenta las filas que trae un respaldo y las que hay en la base donde se restauró. Termina con 1 si difieren.
# Entorno: BACKUP_FILE, RESTORE_DB (chatbot_restore), PGHOST (localhost), PGPASSWORD.
set -euo pipefail

respaldo="${BACKUP_FILE:?por ejemplo backups/chatbot_20261121_0200.dump}"
base="${RESTORE_DB:-chatbot_restore}"
distintas=0
for tabla in messages audit_log; do
  guardadas=$(pg_restore --data-only --table="$tabla" -f - "$respaldo" |
    awk '/^\\\.$/ { datos = 0 } datos { filas++ } /^COPY / { datos = 1 } END { print filas + 0 }')
  restauradas=$(psql -wXAt -h "${PGHOST:-localhost}" -U chatbot -d "$base" -c "SELECT count(*) FROM $tabla")
  echo "$tabla: respaldo=$guardadas restauradas=$restauradas"
  ((guardadas == restauradas)) || distintas=$((distintas + 1))
done
echo "tablas_distintas=$distintas"
((distintas == 0))
