#!/usr/bin/env bash
# Avería: se despliega BAD_TAG, una versión que busca a Redis donde no está, por el mismo camino que una buena.
# Se lanza desde el directorio del despliegue. Entorno: BAD_TAG.
set -euo pipefail

git checkout -q "$BAD_TAG"
sed -i "s/^IMAGE_TAG=.*/IMAGE_TAG=$BAD_TAG/" .env
docker compose up -d --build backend
