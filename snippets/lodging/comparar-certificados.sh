#!/usr/bin/env bash
# Compara la huella del certificado que sirve el puerto público con la del que hay en el disco. Termina con 1 si difieren.
# Entorno: PUBLIC_HOST, PUBLIC_PORT (443), CERTBOT_DIR, la carpeta de certbot.
set -euo pipefail

huella() {
  openssl x509 -noout -fingerprint -sha256 -enddate
}

servido=$(openssl s_client -connect "$PUBLIC_HOST:${PUBLIC_PORT:-443}" -servername "$PUBLIC_HOST" </dev/null 2>/dev/null | huella)
disco=$(huella <"$CERTBOT_DIR/live/$PUBLIC_HOST/fullchain.pem")
echo "servido: vence ${servido##*notAfter=}"
echo "disco:   vence ${disco##*notAfter=}"
if [[ $servido == "$disco" ]]; then
  echo "iguales=si"
else
  echo "iguales=no"
  exit 1
fi
