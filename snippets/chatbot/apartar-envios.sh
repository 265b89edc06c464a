#!/usr/bin/env bash
# En una base recién restaurada, aparta los mensajes que quizá ya se enviaron después del respaldo.
# Quedan como failed, con su estado anterior en error, para revisarlos o devolverlos a la cola.
# Entorno: PGHOST (localhost), PGPASSWORD.
set -euo pipefail

psql -wX -v ON_ERROR_STOP=1 -h "${PGHOST:-localhost}" -U chatbot -d chatbot -c "
  UPDATE messages SET status = 'failed', error = 'sin confirmar: ' || status, updated_at = now()
  WHERE status IN ('pending', 'processing') OR (status = 'scheduled' AND scheduled_at <= now())"
