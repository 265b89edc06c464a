#!/usr/bin/env bash
# Escribe en .env el valor nuevo de un secreto sin mostrarlo; lo demás queda como estaba, y lo anterior en .env.anterior.
# Entorno: SECRET_NAME, SECRET_VALUE. Se lanza desde el directorio del despliegue.
set -euo pipefail

umask 077
grep -q "^$SECRET_NAME=" .env
cp -p .env .env.anterior
nuevo=$(mktemp .env.XXXXXX)
while IFS= read -r linea || [[ -n $linea ]]; do
  if [[ $linea == "$SECRET_NAME="* ]]; then
    printf '%s=%s\n' "$SECRET_NAME" "$SECRET_VALUE"
  else
    printf '%s\n' "$linea"
  fi
done <.env >"$nuevo"
mv -f "$nuevo" .env
echo "escrito=$SECRET_NAME"
