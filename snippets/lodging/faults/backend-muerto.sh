#!/usr/bin/env bash
# Avería: el núcleo mata el proceso del backend, y Docker deja de reiniciarlo.
# La segunda línea se lo dice a `docker compose ps`, que en la caja es un doble.
set -euo pipefail

kill -9 "$(cat /run/opsbook/backend.pid)"
curl -fsS -o /dev/null http://localhost:8088/_caja/backend-caido
