#!/usr/bin/env bash
# Dump the database to BACKUP_FILE and write its checksum beside it. A half-written dump never gets the final name.
# Environment: BACKUP_FILE, and PGHOST, PGUSER, PGDATABASE, PGPASSWORD.
set -euo pipefail

umask 077
if [[ -e $BACKUP_FILE ]]; then
  echo "$BACKUP_FILE exists: choose another name" >&2
  exit 1
fi
pg_dump --format=custom --file="$BACKUP_FILE.part"
mv "$BACKUP_FILE.part" "$BACKUP_FILE"
cd "$(dirname "$BACKUP_FILE")"
sha256sum "$(basename "$BACKUP_FILE")" >"$BACKUP_FILE.sha256"
echo "dumped $(basename "$BACKUP_FILE")"
