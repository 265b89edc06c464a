#!/usr/bin/env bash
# Pide a Redis una instantánea y la guarda en el cubo de respaldos. No escribe nada en la máquina de Redis.
# Entorno: REDIS_HOST, REDISCLI_AUTH, BACKUP_DIR, COPY_KIND (horarias, diarias o semanales).
set -euo pipefail

carpeta=$BACKUP_DIR/${COPY_KIND:-horarias}
mkdir -p "$carpeta"
copia=$carpeta/$(date -u +%Y%m%dT%H%M%SZ).rdb
redis-cli -h "$REDIS_HOST" --rdb "$copia" >/dev/null
redis-check-rdb "$copia" >/dev/null
(cd "$carpeta" && sha256sum "$(basename "$copia")" >"$copia.sha256")
echo "copia=$copia bytes=$(stat -c %s "$copia")"
