#!/usr/bin/env bash
# Prueba el camino de un mensaje: lo encola dos veces con la misma clave de idempotencia y lo envía directo a un número de prueba.
# Entorno: API_URL, API_KEY, TEST_INSTANCE, TEST_NUMBER.
set -euo pipefail

pedir() {
  curl -fsS --max-time 15 -H "X-API-Key: $API_KEY" -H 'Content-Type: application/json' "$@"
}

clave=prueba-$(date -u +%Y%m%dT%H%M%SZ)
mensaje=$(jq -n --arg instancia "$TEST_INSTANCE" --arg para "$TEST_NUMBER" --arg texto "Prueba $clave" \
  '{instance: $instancia, to: $para, content: {type: "text", text: $texto}}')
uno=$(pedir -H "Idempotency-Key: $clave" -d "$mensaje" "$API_URL/queue/add" | jq -er .jobId)
otro=$(pedir -H "Idempotency-Key: $clave" -d "$mensaje" "$API_URL/queue/add" | jq -er .jobId)
if [ "$uno" != "$otro" ]; then
  echo "la misma clave de idempotencia dio dos trabajos: $uno y $otro" >&2
  exit 1
fi
directo=$(pedir -d "$mensaje" "$API_URL/whatsapp/send" | jq -er .messageId)
echo "encolado=$uno repetido=igual directo=$directo"
