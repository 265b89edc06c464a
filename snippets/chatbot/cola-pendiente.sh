#!/usr/bin/env bash
# Cuenta los mensajes que esperan y dice desde cuándo. Termina con 1 si pasan del umbral de la alerta.
# Entorno: PGHOST (localhost), PGPASSWORD, QUEUE_LIMIT (1000).
set -euo pipefail

limite="${QUEUE_LIMIT:-1000}"
fila=$(psql -wXAt -F ' ' -h "${PGHOST:-localhost}" -U chatbot -d chatbot -c "
  SELECT count(*) FILTER (WHERE status = 'pending'),
         count(*) FILTER (WHERE status = 'processing'),
         coalesce(round(extract(epoch FROM now() - min(created_at) FILTER (WHERE status = 'pending')) / 60), 0)
  FROM messages
  WHERE status IN ('pending', 'processing')")
read -r pendientes en_proceso espera <<<"$fila"
printf 'pendientes=%s en_proceso=%s espera_max_min=%s limite=%s\n' "$pendientes" "$en_proceso" "$espera" "$limite"
((pendientes <= limite))
