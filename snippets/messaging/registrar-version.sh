#!/usr/bin/env bash
# Registra la definición de cada servicio con la imagen nueva, a partir de la que corre. No cambia lo que corre.
# Entorno: VERSION, REGISTRY, NOTES_DIR (con antes.txt: servicio y definición que corre, uno por línea).
set -euo pipefail

: >"$NOTES_DIR/nuevas.txt"
while read -r servicio definicion; do
  # Lo que AWS añade al registrar no se puede volver a enviar.
  aws ecs describe-task-definition --task-definition "$definicion" --query taskDefinition --output json |
    jq --arg imagen "$REGISTRY/mensajeria:$VERSION" '
      .containerDefinitions[0].image = $imagen
      | del(.taskDefinitionArn, .revision, .status, .requiresAttributes, .compatibilities)
      | del(.registeredAt, .registeredBy, .deregisteredAt)' >"$NOTES_DIR/$servicio.json"
  nueva=$(aws ecs register-task-definition --cli-input-json "file://$NOTES_DIR/$servicio.json" \
    --query taskDefinition.taskDefinitionArn --output text)
  printf '%s\t%s\n' "$servicio" "$nueva" | tee -a "$NOTES_DIR/nuevas.txt"
done <"$NOTES_DIR/antes.txt"
