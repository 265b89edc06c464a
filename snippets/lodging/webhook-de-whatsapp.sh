#!/usr/bin/env bash
# Manda al backend un webhook firmado como lo firma WhatsApp, con su secreto y no con el de .env, y dice qué contesta.
# Entorno: API_URL (http://localhost:8000), SECRET_VALUE, el secreto del panel de WhatsApp. Termina con 1 si no es 200.
set -euo pipefail

cuerpo='{"id":"wamid.simulacro","type":"text","from":"+5491100000000","timestamp":"2026-11-22T12:00:00Z","text":"hola"}'
firma=$(openssl dgst -sha256 -hmac "$SECRET_VALUE" <<<"$cuerpo" | sed 's/^.* //')
codigo=$(curl -sS --max-time 10 -o /dev/null -w '%{http_code}' -H 'Content-Type: application/json' \
  -H "X-Hub-Signature-256: sha256=$firma" --data-binary @- "${API_URL:-http://localhost:8000}/api/v1/webhooks/whatsapp" \
  <<<"$cuerpo")
echo "webhook=$codigo"
[[ $codigo == 200 ]]
