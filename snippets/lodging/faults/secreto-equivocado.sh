#!/usr/bin/env bash
# Avería: alguien escribe en .env otro secreto de WhatsApp y recrea el backend con él. Lo bueno queda en .env.bueno.
# Se lanza desde el directorio del despliegue. Entorno: API_URL.
set -euo pipefail

cp -p .env .env.bueno
sed -i 's/^WHATSAPP_APP_SECRET=.*/WHATSAPP_APP_SECRET=el-de-otra-aplicacion/' .env
docker compose up -d backend
# Se espera a que conteste: lo que ha de verse es la firma, y no el arranque.
until curl -sS --max-time 5 -o /dev/null "$API_URL/api/v1/healthz" 2>/dev/null; do
  sleep 0.1
done
