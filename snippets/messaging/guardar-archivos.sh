#!/usr/bin/env bash
# Guarda aparte lo que quede de los datos de Redis, antes de tocarlos. En la máquina de Redis, con Redis parado.
# Si no queda nada también acaba bien: no hay nada que proteger.
# Entorno: REDIS_DATA_DIR, KEEP_DIR.
set -euo pipefail

mkdir -p "$KEEP_DIR"
destino=$(mktemp -d "$KEEP_DIR/$(date -u +%Y%m%dT%H%M%SZ)-XXXX")
cuantos=0
for archivo in appendonly.aof appendonlydir dump.rdb; do
  if [ -e "$REDIS_DATA_DIR/$archivo" ]; then
    cp -a "$REDIS_DATA_DIR/$archivo" "$destino/"
    cuantos=$((cuantos + 1))
  fi
done
echo "guardados=$cuantos en $destino"
