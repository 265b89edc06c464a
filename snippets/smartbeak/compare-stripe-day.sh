#!/usr/bin/env bash
# Compare one day of Stripe charges with our payments: what Stripe took and we do not know, and the other way round. Reads only.
# Needs STRIPE_API_URL, DAY (2026-11-14, UTC), STRIPE_API_KEY in the environment, and libpq's PGHOST, PGPORT, PGUSER, PGDATABASE, PGPASSWORD.
set -euo pipefail

from=$(date -u -d "$DAY" +%s)
to=$((from + 86400))

stripe_charges() {
  local after='' page
  while :; do
    page=$(
      printf 'header = "Authorization: Bearer %s"\n' "$STRIPE_API_KEY" |
        curl -fsS --max-time 20 --config - -G "$STRIPE_API_URL/v1/charges" \
          -d limit=100 -d "created[gte]=$from" -d "created[lt]=$to" ${after:+-d "starting_after=$after"}
    )
    jq -r '.data[] | select(.paid) | .id' <<<"$page"
    [ "$(jq -r '.has_more' <<<"$page")" = true ] || break
    after=$(jq -r '.data[-1].id' <<<"$page")
  done
}

our_payments() {
  psql -XAt -v ON_ERROR_STOP=1 -v from="$from" -v to="$to" <<'SQL'
SELECT provider_reference FROM payments
WHERE provider = 'stripe' AND status <> 'failed'
  AND created_at >= to_timestamp(:'from'::bigint) AND created_at < to_timestamp(:'to'::bigint);
SQL
}

theirs=$(stripe_charges | sort -u)
ours=$(our_payments | sort -u)
missing=$(comm -23 <(echo "$theirs") <(echo "$ours") | sed '/^$/d')
unknown=$(comm -13 <(echo "$theirs") <(echo "$ours") | sed '/^$/d')

while read -r id; do [ -z "$id" ] || echo "missing here: $id"; done <<<"$missing"
while read -r id; do [ -z "$id" ] || echo "unknown to Stripe: $id"; done <<<"$unknown"
echo "Stripe: $(grep -c . <<<"$theirs") charges, here: $(grep -c . <<<"$ours"), missing here: $(grep -c . <<<"$missing")"
