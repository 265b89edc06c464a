#!/usr/bin/env bash
# Busca en backups/ el respaldo más reciente cuya suma coincide y que pg_restore sabe leer.
# Entorno: ninguno; se lanza desde el directorio del despliegue.
set -euo pipefail

while read -r _ respaldo; do
  if sha256sum --check --status "$respaldo.sha256" 2>/dev/null && pg_restore -l "$respaldo" >/dev/null; then
    edad=$((($(date +%s) - $(date -r "$respaldo" +%s)) / 60))
    printf 'respaldo=%s edad_min=%s\n' "$respaldo" "$edad"
    exit 0
  fi
  echo "descartado: $respaldo" >&2
done < <(find backups -name 'chatbot_*.dump' -printf '%T@ %p\n' | sort -rn)
echo "no hay ningún respaldo válido en backups/" >&2
exit 1
