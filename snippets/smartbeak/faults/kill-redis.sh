#!/usr/bin/env bash
# End Redis without a last word, as the kernel does when the host runs out of memory. For drills only.
# Needs REDIS_HOST, REDIS_PORT, and REDISCLI_AUTH in the environment.
set -euo pipefail

kill -9 "$(redis-cli -h "$REDIS_HOST" -p "$REDIS_PORT" INFO server | tr -d '\r' | sed -n 's/^process_id://p')"
