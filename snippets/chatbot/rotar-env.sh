#!/usr/bin/env bash
# Escribe valores nuevos para los secretos de .env sin mostrarlos; lo demás queda como estaba.
# Entorno: ninguno; se lanza desde el directorio del despliegue.
set -euo pipefail

umask 077
nuevo=$(mktemp .env.XXXXXX)
while IFS= read -r linea || [[ -n $linea ]]; do
  clave=${linea%%=*}
  case $clave in
  JWT_SECRET | ADMIN_PASSWORD | REDIS_PASSWORD | POSTGRES_PASSWORD)
    printf '%s=%s\n' "$clave" "$(openssl rand -hex 32)"
    echo "rotado=$clave" >&2
    ;;
  *) printf '%s\n' "$linea" ;;
  esac
done <.env >"$nuevo"
mv -f "$nuevo" .env
