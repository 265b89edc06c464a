#!/usr/bin/env bash
# Save what a cut-off PostgreSQL server wrote after it lost its standby, so that nothing is lost when it is rebuilt.
# Writes one CSV file a table into EVIDENCE_DIR.
# Needs STRAY_HOST, STRAY_PORT, SPLIT_TIME ("2026-11-14 02:39:00+00"), EVIDENCE_DIR, and libpq's PGUSER, PGDATABASE, PGPASSWORD.
set -euo pipefail

mkdir -p "$EVIDENCE_DIR"
while read -r table column; do
  file="$EVIDENCE_DIR/$table.csv"
  psql -h "$STRAY_HOST" -p "$STRAY_PORT" -Xq -v ON_ERROR_STOP=1 -v since="$SPLIT_TIME" -v table="$table" -v column="$column" \
    --csv -o "$file" <<'SQL'
SELECT * FROM :"table" WHERE :"column" >= :'since' ORDER BY 1;
SQL
  echo "$table: $(($(wc -l <"$file") - 1)) rows"
done <<'TABLES'
audit_log at
sessions created_at
payments created_at
webhook_events received_at
subscriptions synced_at
articles published_at
TABLES
(cd "$EVIDENCE_DIR" && sha256sum -- *.csv >SHA256SUMS)
echo "saved in $EVIDENCE_DIR"
