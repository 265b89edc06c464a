#!/usr/bin/env bash
# Pone una copia en el lugar de los datos de Redis. En la máquina de Redis, con Redis parado; lo que había se borra.
# Una instantánea se coloca como AOF: con `appendonly yes`, Redis no mira dump.rdb y arrancaría vacío. Un AOF puede
# empezar por una instantánea, y Redis 7 convierte el archivo suelto al arrancar.
# Entorno: COPY, REDIS_DATA_DIR.
set -euo pipefail

mkdir -p "$REDIS_DATA_DIR"
rm -rf "$REDIS_DATA_DIR/appendonlydir" "$REDIS_DATA_DIR/appendonly.aof" "$REDIS_DATA_DIR/dump.rdb"
case $COPY in
  *.rdb) cp "$COPY" "$REDIS_DATA_DIR/appendonly.aof" ;;
  *) tar -xzf "$COPY" -C "$REDIS_DATA_DIR" ;;
esac
echo "colocada=$COPY bytes=$(du -sb "$REDIS_DATA_DIR" | cut -f 1)"
