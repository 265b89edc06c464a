#!/usr/bin/env bash
# Redis se pierde entero: su proceso muere y su carpeta de datos desaparece. Solo para ensayos.
# La carpeta se aparta, para que perder-redis-deshacer.sh la pueda devolver.
# Entorno: REDIS_HOST, REDISCLI_AUTH, REDIS_DATA_DIR.
set -euo pipefail

proceso=$(redis-cli -h "$REDIS_HOST" info server | tr -d '\r' | sed -n 's/^process_id://p')
kill -9 "$proceso"
mv "$REDIS_DATA_DIR" "$REDIS_DATA_DIR.perdido"
