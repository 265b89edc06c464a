#!/usr/bin/env bash
# Avería: el proceso de Redis se queda parado, como con un disco que no responde o un host sin CPU. El núcleo sigue
# aceptando conexiones en su puerto, y nadie contesta. Solo para simulacros.
# Entorno: REDIS_HOST (localhost), REDISCLI_AUTH.
set -euo pipefail

redis-cli -h "${REDIS_HOST:-localhost}" info server | tr -d '\r' | sed -n 's/^process_id://p' >/run/opsbook/redis.pid
kill -STOP "$(cat /run/opsbook/redis.pid)"
