#!/usr/bin/env bash
# Lay a verified base backup into a new, empty data directory, ready to replay the WAL archive.
# Changes no existing data directory and starts nothing.
# Needs BACKUP (directory of one base backup), WAL_ARCHIVE and RESTORE_PGDATA.
# RECOVERY_TARGET_TIME, if set, stops the replay there: "2026-11-14 02:39:00+00".
# RECOVERY_TARGET_TIMELINE, if set, is followed instead of the newest one: after a split brain, the side that was kept.
set -euo pipefail

if [ -e "$RESTORE_PGDATA" ] && [ -n "$(ls -A "$RESTORE_PGDATA")" ]; then
  echo "refused: $RESTORE_PGDATA is not empty" >&2
  exit 1
fi
[ -d "$WAL_ARCHIVE" ] || { echo "there is no WAL archive at $WAL_ARCHIVE" >&2; exit 1; }

pg_verifybackup --quiet "$BACKUP"

mkdir -p "$RESTORE_PGDATA"
chmod 700 "$RESTORE_PGDATA"
# What made the other server a replica, or says that it runs, does not come along.
tar -C "$BACKUP" -cf - --exclude=./standby.signal --exclude=./postmaster.pid . | tar -C "$RESTORE_PGDATA" -xpf -

{
  printf "restore_command = 'cp \"%s/%%f\" \"%%p\"'\n" "$WAL_ARCHIVE"
  printf "recovery_target_action = 'promote'\n"
  if [ -n "${RECOVERY_TARGET_TIME:-}" ]; then
    printf "recovery_target_time = '%s'\n" "$RECOVERY_TARGET_TIME"
  fi
  if [ -n "${RECOVERY_TARGET_TIMELINE:-}" ]; then
    printf "recovery_target_timeline = '%s'\n" "$RECOVERY_TARGET_TIMELINE"
  fi
} >>"$RESTORE_PGDATA/postgresql.auto.conf"
touch "$RESTORE_PGDATA/recovery.signal"

echo "ready to start: $RESTORE_PGDATA"
