#!/usr/bin/env bash
# Seal the evidence: checksum of every file, one archive, everything read-only.
# The last line belongs into the incident log: it proves later that nothing was changed.
# Needs EVIDENCE_DIR.
set -euo pipefail

umask 077
archive=${EVIDENCE_DIR%/}.tar.gz
if [ -e "$archive" ]; then
  echo "refused: $archive exists already; collect into a new directory" >&2
  exit 1
fi

cd "$EVIDENCE_DIR"
checksums=$(find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 -r sha256sum)
printf '%s\n' "$checksums" >SHA256SUMS
tar -czf "$archive" -C "$(dirname "$EVIDENCE_DIR")" "$(basename "$EVIDENCE_DIR")"
chmod -R a-w "$EVIDENCE_DIR" "$archive"

echo "files: $(wc -l <SHA256SUMS)"
sha256sum "$archive"
