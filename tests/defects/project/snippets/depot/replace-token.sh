#!/usr/bin/env bash
# Write NEW_TOKEN into TOKEN_FILE; the file is replaced as a whole, or not at all.
# Environment: TOKEN_FILE, NEW_TOKEN.
set -euo pipefail

umask 077
new=$(mktemp "$(dirname "$TOKEN_FILE")/.token-XXXXXX")
trap 'rm -f "$new"' EXIT
grep -v '^API_TOKEN=' "$TOKEN_FILE" >"$new"
printf 'API_TOKEN=%s\n' "$NEW_TOKEN" >>"$new"
mv "$new" "$TOKEN_FILE"
echo "tokens=$(grep -c '^API_TOKEN=' "$TOKEN_FILE") lines=$(wc -l <"$TOKEN_FILE")"
