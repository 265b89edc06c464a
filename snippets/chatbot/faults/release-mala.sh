#!/usr/bin/env bash
# Avería: se levanta BAD_TAG, una release que busca a Redis donde no está.
# Se lanza desde el directorio del despliegue. Entorno: BAD_TAG, API_URL.
set -euo pipefail

sed -i "s/^IMAGE_TAG=.*/IMAGE_TAG=$BAD_TAG/" .env
docker compose up -d app scheduler worker-web
# Se espera a que conteste, sana o no: lo que ha de verse es la release, y no el arranque.
until curl -sS --max-time 5 -o /dev/null "$API_URL/healthz" 2>/dev/null; do
  sleep 0.1
done
