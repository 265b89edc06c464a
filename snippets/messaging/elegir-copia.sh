#!/usr/bin/env bash
# Dice cuál es la copia más nueva que sirve, y cuántos minutos tiene. Solo lee.
# Sirve la que coincide con su suma; copiar-aof.sh y copiar-rdb.sh la escriben después de haber leído la copia.
# Entorno: BACKUP_DIR; BEFORE (AAAAMMDDThhmmssZ), la hora hasta la que sirven.
set -euo pipefail

# Los nombres empiezan por la hora, así que su orden es el del tiempo.
while read -r nombre copia; do
  if [[ ${nombre%%.*} > "${BEFORE:-99991231T235959Z}" ]]; then continue; fi
  if (cd "$(dirname "$copia")" && sha256sum --check --quiet "$copia.sha256"); then
    edad=$((($(date +%s) - $(stat -c %Y "$copia")) / 60))
    echo "copia=$copia minutos=$edad"
    exit 0
  fi
  echo "no sirve: $copia" >&2
done < <(find "$BACKUP_DIR" -type f \( -name '*.tar.gz' -o -name '*.rdb' \) -printf '%f %p\n' | sort -r)
echo "no hay ninguna copia que sirva en $BACKUP_DIR" >&2
exit 1
