#!/usr/bin/env bash
# Avería: se despliega BAD_TAG, una versión que busca a Redis donde no está, por el mismo camino que una buena.
# Se lanza desde el directorio del despliegue. Entorno: BAD_TAG, API_URL.
set -euo pipefail

git checkout -q "$BAD_TAG"
sed -i "s/^IMAGE_TAG=.*/IMAGE_TAG=$BAD_TAG/" .env
docker compose up -d --build backend
# Se espera a que conteste, sana o no: lo que ha de verse es la versión, y no el arranque.
until curl -sS --max-time 5 -o /dev/null "$API_URL/metrics" 2>/dev/null; do
  sleep 0.1
done
