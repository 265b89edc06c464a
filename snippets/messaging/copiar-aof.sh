#!/usr/bin/env bash
# Copia el AOF de Redis al cubo de respaldos, sin parar Redis. En la máquina de Redis; un temporizador lo llama cada 4 minutos.
# Mientras copia no deja que Redis reescriba el AOF: una copia hecha a medias de una reescritura no se puede leer.
# Entorno: REDIS_HOST, REDISCLI_AUTH, REDIS_DATA_DIR, BACKUP_DIR (el cubo montado, con una carpeta por clase de copia).
set -euo pipefail

redis() { redis-cli -h "$REDIS_HOST" "$@" | tr -d '\r'; }

umbral=$(redis config get auto-aof-rewrite-percentage | tail -n 1)
trap 'redis config set auto-aof-rewrite-percentage "$umbral" >/dev/null' EXIT
redis config set auto-aof-rewrite-percentage 0 >/dev/null
for _ in $(seq 1 60); do
  if redis info persistence | grep -qx 'aof_rewrite_in_progress:0'; then break; fi
  sleep 1
done
redis info persistence | grep -qx 'aof_rewrite_in_progress:0'

# Redis 7 lo guarda en una carpeta; las versiones anteriores, en un archivo.
cd "$REDIS_DATA_DIR"
archivos=(appendonly.aof)
[ ! -d appendonlydir ] || archivos=(appendonlydir)
mkdir -p "$BACKUP_DIR/aof"
copia=$BACKUP_DIR/aof/$(date -u +%Y%m%dT%H%M%SZ).tar.gz
tar --warning=no-file-changed -czf "$copia" "${archivos[@]}" || [ $? = 1 ] # 1: creció mientras se leía, como es debido

# Una copia que no se ha leído no es una copia. Al final le puede faltar parte de un comando, que Redis descarta al arrancar.
prueba=$(mktemp -d)
tar -xzf "$copia" -C "$prueba"
aof=$(find "$prueba" \( -name '*.manifest' -o -name appendonly.aof \) | head -n 1)
dicho=$(redis-check-aof "$aof" || true)
rm -r "$prueba"
if [[ $dicho != *"is valid"* && ! $dicho =~ diff=[0-9]{1,4}$'\n' ]]; then
  echo "la copia no se puede leer: $dicho" >&2
  exit 1
fi
(cd "$BACKUP_DIR/aof" && sha256sum "$(basename "$copia")" >"$copia.sha256")
echo "copia=$copia bytes=$(stat -c %s "$copia")"
