#!/usr/bin/env bash
# Copia a alojamientos_db las noches de un calendario que están en la base restaurada y aquí faltan; las demás no cambian.
# Entorno: FEED_ID, RESTORE_DB (alojamientos_restaurada), PGHOST (localhost), PGPASSWORD.
set -euo pipefail

calendario="${FEED_ID:?el número del calendario, de ical_feeds}"
consultar() {
  psql -wXqAt -v ON_ERROR_STOP=1 -h "${PGHOST:-localhost}" -U alojamientos -v feed="$calendario" "$@"
}

noches=$(consultar -d "${RESTORE_DB:-alojamientos_restaurada}" <<<"
  SELECT coalesce(string_agg(night::text, ','), '') FROM ical_nights WHERE feed_id = :'feed'::int AND night >= current_date")
recuperadas=$(consultar -d alojamientos_db -v noches="$noches" <<<"
  INSERT INTO ical_nights (feed_id, night)
  SELECT :'feed'::int, noche::date FROM unnest(string_to_array(nullif(:'noches', ''), ',')) noche
  ON CONFLICT DO NOTHING RETURNING night" | grep -c . || true)
echo "calendario=$calendario recuperadas=$recuperadas"
