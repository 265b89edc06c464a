#!/usr/bin/env bash
# Deja seguir al Redis que redis-congelado.sh paró.
set -euo pipefail

kill -CONT "$(cat /run/opsbook/redis.pid)"
