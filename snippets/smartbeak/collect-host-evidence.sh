#!/usr/bin/env bash
# Save the volatile state of a host into EVIDENCE_DIR: processes, connections, logins, recently changed files.
# Run on the suspected host, before it is stopped. Changes nothing else on it.
# Needs EVIDENCE_DIR and WATCHED_DIR (the directory of the application).
set -euo pipefail

umask 077
out=$EVIDENCE_DIR/host-$(uname -n)
mkdir -p "$out"

date -u +%Y-%m-%dT%H:%M:%SZ >"$out/collected-at"
for process in /proc/[0-9]*; do
  command=$(tr '\0' ' ' <"$process/cmdline" 2>/dev/null || true)
  printf '%s\t%s\t%s\n' "${process#/proc/}" "$(readlink "$process/exe" 2>/dev/null || echo '?')" "$command"
done >"$out/processes.tsv"
cat /proc/net/tcp /proc/net/tcp6 >"$out/connections.txt" 2>/dev/null || true
cp /var/log/auth.log "$out/" 2>/dev/null || true
find "$WATCHED_DIR" -type f -mtime -7 -printf '%TY-%Tm-%TdT%TH:%TMZ %u %m %p\n' | sort >"$out/changed-files.txt"

echo "processes: $(wc -l <"$out/processes.tsv"), changed files: $(wc -l <"$out/changed-files.txt")"
echo "host evidence saved in $out"
