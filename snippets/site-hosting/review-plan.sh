#!/usr/bin/env bash
# Say what a Terraform plan would do, and fail when it would remove or replace anything. Reads only.
# Needs PLAN_FILE, made by `terraform show -json`.
set -euo pipefail

jq -r '.resource_changes[] | select(.change.actions != ["no-op"]) | "\(.change.actions | join("+")) \(.address)"' \
  "$PLAN_FILE"
removed=$(jq '[.resource_changes[] | select(.change.actions | index("delete"))] | length' "$PLAN_FILE")
echo "removed=$removed"
((removed == 0))
