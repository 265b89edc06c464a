#!/usr/bin/env bash
# Cuenta las instantáneas de cada clase y lee entera la más nueva de cada una. Solo lee.
# Entorno: BACKUP_DIR.
set -euo pipefail

ilegibles=0
for clase in horarias diarias semanales; do
  ultima=$(find "$BACKUP_DIR/$clase" -name '*.rdb' | sort | tail -n 1)
  echo "$clase=$(find "$BACKUP_DIR/$clase" -name '*.rdb' | wc -l) ultima=${ultima##*/}"
  if [ -z "$ultima" ] || ! redis-check-rdb "$ultima" >/dev/null; then
    ilegibles=$((ilegibles + 1))
  fi
done
echo "ilegibles=$ilegibles"
