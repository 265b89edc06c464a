#!/usr/bin/env bash
# Wait until the API says that it is well, for WAIT_SECONDS at most.
# Environment: API_URL, WAIT_SECONDS.
set -euo pipefail

until=$((SECONDS + WAIT_SECONDS))
until curl -fsS --max-time 5 "$API_URL/healthz" 2>/dev/null; do
  if ((SECONDS >= until)); then
    echo "not healthy after $WAIT_SECONDS s" >&2
    exit 1
  fi
  sleep 0.2
done
