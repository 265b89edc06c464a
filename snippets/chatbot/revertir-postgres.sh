#!/usr/bin/env bash
# Deshace rotar-postgres.sh: entra con la contraseña nueva de .env y devuelve al rol chatbot la de antes.
# Entorno: PGHOST (localhost), PGPASSWORD (la contraseña de antes).
set -euo pipefail

ANTERIOR=$PGPASSWORD
PGPASSWORD=$(sed -n 's/^POSTGRES_PASSWORD=//p' .env)
export ANTERIOR PGPASSWORD
psql -wXq -v ON_ERROR_STOP=1 -h "${PGHOST:-localhost}" -U chatbot -d chatbot <<'SQL'
\getenv anterior ANTERIOR
ALTER ROLE chatbot PASSWORD :'anterior';
SQL
PGPASSWORD="$ANTERIOR" psql -wXAt -h "${PGHOST:-localhost}" -U chatbot -d chatbot -c "SELECT 'entra=' || current_user"
