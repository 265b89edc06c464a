#!/usr/bin/env bash
# Compara las noches que cada calendario tiene guardadas con las que su portal publica ahora.
# Entorno: PGHOST (localhost), PGPASSWORD, FEED_ID, FEED_URL. Termina con 1 si el portal publica menos de la mitad.
set -euo pipefail

guardadas=$(psql -wXAt -v ON_ERROR_STOP=1 -h "${PGHOST:-localhost}" -U alojamientos -d alojamientos_db \
  -v feed="$FEED_ID" <<<"SELECT count(*) FROM ical_nights WHERE feed_id = :'feed'::int AND night > current_date")
publicadas=$(curl -fsS --max-time 20 "$FEED_URL" | grep -c '^BEGIN:VEVENT' || true)
echo "calendario=$FEED_ID guardadas=$guardadas publicadas=$publicadas"
((publicadas * 2 >= guardadas))
