#!/usr/bin/env bash
# Which release of each service every environment is to run, as its repository says. Reads only.
# Needs REPOSITORIES (folders of clones, with blanks between them), fetched just before.
set -euo pipefail

printf '%-24s %-10s %-10s %-10s\n' service dev sit prod
for folder in $REPOSITORIES; do
  row=()
  for environment in dev sit prod; do
    row+=("$(git -C "$folder" show "origin/main:terraform/$environment.tfvars" | sed -n 's/^release = "\(.*\)"/\1/p')")
  done
  printf '%-24s %-10s %-10s %-10s\n' "$(basename "$folder")" "${row[@]}"
done
