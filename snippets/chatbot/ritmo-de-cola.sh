#!/usr/bin/env bash
# Mide dos veces la cola y dice si baja. Termina con 1 si hay mensajes y no baja.
# Entorno: PGHOST (localhost), PGPASSWORD, SECONDS_BETWEEN (20).
set -euo pipefail

segundos="${SECONDS_BETWEEN:-20}"
contar() {
  psql -wXAt -h "${PGHOST:-localhost}" -U chatbot -d chatbot -c "
    SELECT count(*) FROM messages WHERE status = 'pending'"
}

antes=$(contar)
sleep "$segundos"
despues=$(contar)
printf 'antes=%s despues=%s en=%ss\n' "$antes" "$despues" "$segundos"
((despues < antes || despues == 0))
