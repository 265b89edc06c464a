#!/usr/bin/env bash
# Deshace apartar-envios.sh: cada mensaje apartado vuelve al estado que tenía.
# Entorno: PGHOST (localhost), PGPASSWORD.
set -euo pipefail

psql -wX -v ON_ERROR_STOP=1 -h "${PGHOST:-localhost}" -U chatbot -d chatbot -c "
  UPDATE messages SET status = split_part(error, ': ', 2), error = NULL, updated_at = now()
  WHERE status = 'failed' AND error LIKE 'sin confirmar: %'"
