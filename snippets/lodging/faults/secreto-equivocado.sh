#!/usr/bin/env bash
# Avería: alguien escribe en .env otro secreto de WhatsApp y recrea el backend con él. Lo bueno queda en .env.bueno.
# Se lanza desde el directorio del despliegue.
set -euo pipefail

cp -p .env .env.bueno
sed -i 's/^WHATSAPP_APP_SECRET=.*/WHATSAPP_APP_SECRET=el-de-otra-aplicacion/' .env
docker compose up -d backend
