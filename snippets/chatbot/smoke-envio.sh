#!/usr/bin/env bash
# Encola un mensaje de prueba para TEST_PHONE y muestra el id que le da la API.
# Entorno: API_URL (http://localhost:8003), TEST_PHONE; usa la sesión de .smoke-sesion.
set -euo pipefail

: "${TEST_PHONE:?falta el número de prueba}"
respuesta=$(curl -fsS --max-time 10 -H @.smoke-sesion -H 'Content-Type: application/json' \
  --data "{\"to\": \"$TEST_PHONE\", \"text\": \"Prueba de humo del chatbot\"}" \
  "${API_URL:-http://localhost:8003}/api/messages")
id=$(sed -n 's/.*"id" *: *"\{0,1\}\([^",}]*\).*/\1/p' <<<"$respuesta")
echo "mensaje=${id:?la API no devolvió el id del mensaje}"
