#!/usr/bin/env bash
# Busca en backups/ el volcado más reciente que se lee entero y cuya suma, si la tiene, coincide; dice los que descarta.
# Termina con 1 si no hay ninguno, o si tiene más de MAX_HOURS (24). Se lanza desde el directorio del despliegue.
set -euo pipefail

while read -r _ volcado; do
  if [[ -e $volcado.sha256 ]] && ! (cd backups && sha256sum --check --status "${volcado#backups/}.sha256"); then
    echo "descartado: $volcado, su suma no coincide" >&2
  elif ! tablas=$(pg_restore -f - "$volcado" 2>/dev/null | grep -c '^COPY '); then
    echo "descartado: $volcado, no se lee entero" >&2
  else
    horas=$((($(date +%s) - $(date -r "$volcado" +%s)) / 3600))
    echo "volcado=$volcado edad_h=$horas tablas=$tablas"
    ((horas < ${MAX_HOURS:-24}))
    exit
  fi
done < <(find backups -maxdepth 1 -name 'alojamientos_*.dump' -printf '%T@ %p\n' | sort -rn)
echo "no hay ningún volcado que valga en backups/" >&2
exit 1
