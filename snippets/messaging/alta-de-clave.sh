#!/usr/bin/env bash
# Crea una clave de la API: la escribe en un archivo que solo puede leer quien la crea, y en Redis deja su huella.
# Entorno: REDIS_HOST, REDISCLI_AUTH, APPLICATION, LIMIT, KEY_FILE.
set -euo pipefail

mkdir -p "$(dirname "$KEY_FILE")"
umask 077
set -o noclobber # una clave no se pisa
openssl rand -hex 32 >"$KEY_FILE"
huella=$(tr -d '\n' <"$KEY_FILE" | sha256sum | cut -c 1-16)
caduca=$(date -u -d '+90 days' +%F)
redis-cli -h "$REDIS_HOST" hset "clave:$huella" aplicacion "$APPLICATION" limite "$LIMIT" caduca "$caduca" estado activa >/dev/null
echo "clave=$huella caduca=$caduca"
