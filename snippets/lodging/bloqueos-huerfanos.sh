#!/usr/bin/env bash
# Lista los bloqueos de reservas que caducan más tarde de lo que dura uno de verdad. Termina con 1 si hay alguno.
# Entorno: REDIS_HOST (localhost), REDISCLI_AUTH, LOCK_SECONDS (30), lo que dura como mucho un bloqueo vivo.
set -euo pipefail

host="${REDIS_HOST:-localhost}"
dura="${LOCK_SECONDS:-30}"
total=0
huerfanos=0
claves=$(redis-cli -h "$host" --scan --pattern 'lock:acc:*' | sort)
while IFS= read -r clave; do
  [[ -n $clave ]] || continue
  total=$((total + 1))
  queda=$(redis-cli -h "$host" ttl "$clave")
  # -1: no caduca nunca; -2: caducó mientras se miraba.
  if ((queda == -1 || queda > dura)); then
    huerfanos=$((huerfanos + 1))
    echo "$clave caduca_en=${queda}s"
  fi
done <<<"$claves"
echo "bloqueos=$total huerfanos=$huerfanos"
((huerfanos == 0))
