#!/usr/bin/env bash
# Hace una pre-reserva de prueba como la haría la web, y la cancela. Termina con 1 si no se pudo hacer.
# Entorno: API_URL (http://localhost:8000), API_TOKEN, PGHOST (localhost), PGPASSWORD, ACCOMMODATION_ID, CHECK_IN,
# CHECK_OUT. El token va por un archivo que no existe, para que no se vea en la lista de procesos.
set -euo pipefail

cuerpo=$(printf '{"accommodation_id": %d, "check_in": "%s", "check_out": "%s", "guests": 2,
  "contact_phone": "+5491100000000", "channel": "web"}' "$ACCOMMODATION_ID" "$CHECK_IN" "$CHECK_OUT")
respuesta=$(curl -sS --max-time 10 -w '\n%{http_code}' -H 'Content-Type: application/json' \
  -H @<(printf 'Authorization: Bearer %s\n' "$API_TOKEN") --data "$cuerpo" \
  "${API_URL:-http://localhost:8000}/api/v1/reservations")
codigo=${respuesta##*$'\n'}
motivo=$(sed -n 's/.*"code": *"\([a-z_]*\)".*/\1/p' <<<"$respuesta")
echo "reserva=$codigo${motivo:+ motivo=$motivo}"
[[ $codigo == 201 ]]
id=$(sed -n 's/.*"id": *\([0-9]*\).*/\1/p' <<<"$respuesta")
psql -wXq -v ON_ERROR_STOP=1 -h "${PGHOST:-localhost}" -U alojamientos -d alojamientos_db -v id="$id" <<<"
  UPDATE reservations SET status = 'cancelled' WHERE id = :'id'::bigint"
