#!/usr/bin/env bash
# Avería: alguien borra la tabla de mensajes en la base que no era.
# Entorno: PGHOST (localhost), PGPASSWORD.
set -euo pipefail

psql -wXq -v ON_ERROR_STOP=1 -h "${PGHOST:-localhost}" -U chatbot -d chatbot -c "DROP TABLE messages"
