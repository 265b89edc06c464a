#!/usr/bin/env bash
# Compress the logs of former days in LOG_DIR, and say how many there were.
# Environment: LOG_DIR.
set -euo pipefail

count=0
while IFS= read -r -d '' log; do
  gzip --best "$log"
  count=$((count + 1))
done < <(find "$LOG_DIR" -maxdepth 1 -type f -name '*.log.[0-9]' -print0)
echo "compressed=$count"
