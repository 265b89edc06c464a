#!/usr/bin/env bash
# Añade una línea a la bitácora del incidente, con la hora UTC de ahora.
# Entorno: INCIDENT_ID, SINTOMA, HIPOTESIS, ACCION, RESULTADO, SIGUIENTE.
set -euo pipefail

bitacora="incidentes/${INCIDENT_ID:?por ejemplo INC-20261121-01}.tsv"
if [[ ! -e $bitacora ]]; then
  echo "no existe $bitacora: abrir primero la bitácora" >&2
  exit 1
fi
linea=$(date -u +%Y-%m-%dT%H:%M:%SZ)
for campo in "${SINTOMA:--}" "${HIPOTESIS:--}" "${ACCION:--}" "${RESULTADO:--}" "${SIGUIENTE:--}"; do
  linea+=$'\t'"${campo//[$'\t\n']/ }"
done
printf '%s\n' "$linea" >>"$bitacora"
tail -n 3 "$bitacora"
