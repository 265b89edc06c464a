#!/usr/bin/env bash
# Vuelca la base chatbot en BACKUP_FILE y guarda su suma SHA-256 al lado. Un volcado a medias nunca
# recibe el nombre definitivo.
# Entorno: BACKUP_FILE, PGHOST (localhost), PGPASSWORD.
set -euo pipefail

umask 077
destino="${BACKUP_FILE:?por ejemplo backups/chatbot_20261121_0200.dump}"
if [[ -e $destino ]]; then
  echo "$destino ya existe: elegir otro nombre" >&2
  exit 1
fi
mkdir -p "$(dirname "$destino")"
pg_dump -w -h "${PGHOST:-localhost}" -U chatbot -d chatbot -Fc -f "$destino.parcial"
mv "$destino.parcial" "$destino"
sha256sum "$destino" >"$destino.sha256"
printf 'respaldo=%s bytes=%s\n' "$destino" "$(wc -c <"$destino")"
