#!/usr/bin/env bash
# Point the job worker's environment file at another database server. Run on the worker host.
# The old file stays beside it as FILE.before-switch; the change takes effect when the worker restarts.
# Needs WORKER_ENV_FILE, NEW_DATABASE_HOST, NEW_DATABASE_PORT.
set -euo pipefail

for key in DATABASE_HOST DATABASE_PORT; do
  if ! grep -q "^$key=" "$WORKER_ENV_FILE"; then
    echo "$WORKER_ENV_FILE has no line $key=" >&2
    exit 1
  fi
done

cp -p "$WORKER_ENV_FILE" "$WORKER_ENV_FILE.before-switch"
sed -i \
  -e "s|^DATABASE_HOST=.*|DATABASE_HOST=$NEW_DATABASE_HOST|" \
  -e "s|^DATABASE_PORT=.*|DATABASE_PORT=$NEW_DATABASE_PORT|" \
  "$WORKER_ENV_FILE"
grep -E '^DATABASE_(HOST|PORT)=' "$WORKER_ENV_FILE"
