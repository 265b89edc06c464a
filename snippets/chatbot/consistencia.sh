#!/usr/bin/env bash
# Chequeos de consistencia de una base restaurada. Termina con 1 si alguno no cuadra.
# Entorno: RESTORE_DB (chatbot_restore), PGHOST (localhost), PGPASSWORD.
set -euo pipefail

base="${RESTORE_DB:-chatbot_restore}"
consultar() {
  psql -wXAt -h "${PGHOST:-localhost}" -U chatbot -d "$base" -c "$1"
}

hora=$(consultar 'SELECT now()')
echo "base=$base hora=$hora"
echo "mensajes=$(consultar 'SELECT count(*) FROM messages') ultimo=$(consultar 'SELECT max(created_at) FROM messages')"
echo "auditoria=$(consultar 'SELECT count(*) FROM audit_log') ultima=$(consultar 'SELECT max(created_at) FROM audit_log')"

revisiones=$(consultar 'SELECT count(*) FROM alembic_version')
indices=$(consultar 'SELECT count(*) FROM pg_index WHERE NOT indisvalid')
restricciones=$(consultar 'SELECT count(*) FROM pg_constraint WHERE NOT convalidated')
secuencia=$(consultar "
  SELECT coalesce(last_value, 0) >= (SELECT coalesce(max(id), 0) FROM messages)
  FROM pg_sequences WHERE sequencename = 'messages_id_seq'")
echo "revisiones=$revisiones indices_invalidos=$indices restricciones_sin_validar=$restricciones secuencia_al_dia=$secuencia"
[[ $revisiones == 1 && $indices == 0 && $restricciones == 0 && $secuencia == t ]]
