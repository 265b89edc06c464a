#!/usr/bin/env bash
# Pide a Mercado Pago los pagos aprobados desde SINCE y dice cuáles no tienen su reserva confirmada. Termina con 1 si hay
# alguno. Entorno: SINCE (2026-11-22T12:00:00Z), MERCADOPAGO_URL (https://api.mercadopago.com), MERCADOPAGO_TOKEN,
# PGHOST (localhost), PGPASSWORD. El token va por un archivo que no existe, para que no se vea en la lista de procesos.
set -euo pipefail

desde="${SINCE:?la hora UTC desde la que se busca, como 2026-11-22T12:00:00Z}"
pagina=$(curl -fsS --max-time 20 --get -H @<(printf 'Authorization: Bearer %s\n' "$MERCADOPAGO_TOKEN") \
  --data-urlencode status=approved --data-urlencode range=date_approved --data-urlencode "begin_date=$desde" \
  --data-urlencode end_date=NOW --data-urlencode sort=date_approved --data-urlencode limit=50 \
  "${MERCADOPAGO_URL:-https://api.mercadopago.com}/v1/payments/search")
if jq -e '.paging.total > .paging.limit' <<<"$pagina" >/dev/null; then
  echo "son más de 50 pagos: acortar el plazo con un SINCE más reciente y repetir" >&2
  exit 1
fi
pagos=0
sin_reserva=0
while read -r pago reserva; do
  pagos=$((pagos + 1))
  estado=$(psql -wXAt -v ON_ERROR_STOP=1 -h "${PGHOST:-localhost}" -U alojamientos -d alojamientos_db \
    -v pago="$pago" -v reserva="$reserva" <<<"
      SELECT CASE WHEN status = 'confirmed' AND payment_id = :'pago' THEN 'cuadra' ELSE status END
      FROM reservations WHERE id = :'reserva'::bigint")
  if [[ $estado != cuadra ]]; then
    sin_reserva=$((sin_reserva + 1))
    echo "pago=$pago reserva=$reserva estado=${estado:-no existe}"
  fi
done < <(jq -r '.results[] | "\(.id) \(.external_reference // "" | if test("^[0-9]+$") then . else 0 end)"' <<<"$pagina")
echo "pagos=$pagos sin_reserva=$sin_reserva"
((sin_reserva == 0))
