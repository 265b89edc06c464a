#!/usr/bin/env bash
# Pone en el rol chatbot la contraseña nueva de .env y comprueba que se puede entrar con ella.
# La contraseña viaja por el entorno y por la entrada estándar, nunca por la línea de comandos.
# Entorno: PGHOST (localhost), PGPASSWORD (la contraseña vigente).
set -euo pipefail

NUEVA=$(sed -n 's/^POSTGRES_PASSWORD=//p' .env)
export NUEVA
psql -wXq -v ON_ERROR_STOP=1 -h "${PGHOST:-localhost}" -U chatbot -d chatbot <<'SQL'
\getenv nueva NUEVA
ALTER ROLE chatbot PASSWORD :'nueva';
SQL
PGPASSWORD="$NUEVA" psql -wXAt -h "${PGHOST:-localhost}" -U chatbot -d chatbot -c "SELECT 'entra=' || current_user"
