#!/usr/bin/env bash
# Comprueba que un respaldo está íntegro, se puede leer y trae las tablas que importan.
# Entorno: BACKUP_FILE.
set -euo pipefail

respaldo="${BACKUP_FILE:?por ejemplo backups/chatbot_20261121_0200.dump}"
sha256sum --check --quiet "$respaldo.sha256"
indice=$(pg_restore -l "$respaldo")
for tabla in messages audit_log alembic_version; do
  if ! grep -q "TABLE DATA public $tabla " <<<"$indice"; then
    echo "el respaldo no trae datos de $tabla" >&2
    exit 1
  fi
done
printf 'valido=%s tablas=%s\n' "$respaldo" "$(grep -c ' TABLE DATA ' <<<"$indice")"
