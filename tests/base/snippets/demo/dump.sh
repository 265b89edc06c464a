#!/bin/sh
# Dump the database to the file named in BACKUP_FILE.
pg_dump --format=custom --file="$BACKUP_FILE" shop
