#!/usr/bin/env bash
# Entra como administrador y guarda la cabecera de sesión en .smoke-sesion, legible solo por quien la crea.
# Entorno: API_URL (http://localhost:8003), ADMIN_USER, ADMIN_PASSWORD.
set -euo pipefail

: "${ADMIN_USER:?falta el usuario administrador}" "${ADMIN_PASSWORD:?falta su contraseña}"
umask 077
respuesta=$(printf '%s' "$ADMIN_PASSWORD" |
  curl -fsS --max-time 10 --data-urlencode "username=$ADMIN_USER" --data-urlencode 'password@-' \
    "${API_URL:-http://localhost:8003}/api/auth/login")
token=$(sed -n 's/.*"access_token" *: *"\([^"]*\)".*/\1/p' <<<"$respuesta")
: "${token:?el login respondió 200, pero sin access_token}"
printf 'Authorization: Bearer %s\n' "$token" >.smoke-sesion
echo "login=ok"
