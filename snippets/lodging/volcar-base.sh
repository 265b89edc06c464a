#!/usr/bin/env bash
# Vuelca alojamientos_db en BACKUP_FILE y lo lee entero. Un volcado a medias nunca recibe el nombre definitivo.
# Entorno: BACKUP_FILE, PGHOST (localhost), PGPASSWORD. Se lanza desde el directorio del despliegue.
set -euo pipefail

umask 077
destino="${BACKUP_FILE:?por ejemplo backups/alojamientos_20261122_150000.dump}"
if [[ -e $destino ]]; then
  echo "$destino ya existe: elegir otro nombre" >&2
  exit 1
fi
mkdir -p "$(dirname "$destino")"
pg_dump -w -h "${PGHOST:-localhost}" -U alojamientos -d alojamientos_db -Fc -f "$destino.parcial"
tablas=$(pg_restore -f - "$destino.parcial" | grep -c '^COPY ')
mv "$destino.parcial" "$destino"
echo "volcado=$destino tablas=$tablas"
