#!/usr/bin/env bash
# Restaura un respaldo en la base desechable chatbot_simulacro y mide cuánto tarda.
# Entorno: BACKUP_FILE (el más reciente de backups/), PGHOST (localhost), PGPASSWORD.
set -euo pipefail

reciente=$(find backups -name 'chatbot_*.dump' -printf '%T@ %p\n' | sort -rn | sed -n '1s/^[^ ]* //p')
respaldo="${BACKUP_FILE:-${reciente:?no hay respaldos en backups/}}"
servidor="${PGHOST:-localhost}"
sha256sum --check --quiet "$respaldo.sha256"
createdb -w -h "$servidor" -U chatbot chatbot_simulacro
pg_restore -w -h "$servidor" -U chatbot -d chatbot_simulacro --no-owner --exit-on-error "$respaldo"
psql -wXAt -h "$servidor" -U chatbot -d chatbot_simulacro -c "
  SELECT 'mensajes=' || count(*) || ' ultimo=' || max(created_at) FROM messages"
printf 'respaldo=%s duracion_s=%s\n' "$respaldo" "$SECONDS"
