#!/usr/bin/env bash
# Manda al backend un webhook de WhatsApp firmado con el secreto de .env y dice qué código contesta.
# Entorno: API_URL (http://localhost:8000). Se lanza desde el directorio del despliegue. Termina con 1 si no es 200.
set -euo pipefail

cuerpo='{"id":"wamid.prueba","type":"text","from":"+5491100000000","timestamp":"2026-11-22T12:00:00Z","text":"ping"}'
secreto=$(sed -n 's/^WHATSAPP_APP_SECRET=//p' .env)
firma=$(printf %s "$cuerpo" | openssl dgst -sha256 -hmac "$secreto" | sed 's/^.* //')
codigo=$(curl -sS --max-time 10 -o /dev/null -w '%{http_code}' -H 'Content-Type: application/json' \
  -H "X-Hub-Signature-256: sha256=$firma" --data "$cuerpo" "${API_URL:-http://localhost:8000}/api/v1/webhooks/whatsapp")
echo "webhook=$codigo"
[[ $codigo == 200 ]]
