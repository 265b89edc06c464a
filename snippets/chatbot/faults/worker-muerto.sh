#!/usr/bin/env bash
# Avería: muere worker-web, con lo que estuviera enviando, y justo entonces entra una campaña de 1,200 mensajes.
# La última línea se lo dice a `docker compose ps`, que en la caja es un doble.
# Entorno: PGHOST (localhost), PGPASSWORD.
set -euo pipefail

kill -9 -- "-$(cat /run/opsbook/worker-web.pid)"
psql -wXq -v ON_ERROR_STOP=1 -h "${PGHOST:-localhost}" -U chatbot -d chatbot -c "
  INSERT INTO messages (recipient, body, status) SELECT '+1', 'campaña', 'pending' FROM generate_series(1, 1200)"
docker compose stop worker-web
