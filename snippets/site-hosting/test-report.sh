#!/usr/bin/env bash
# Judge the report of the integration tests: of this release, in the right environment, complete, without a failure.
# Reads only. Needs REPORT_DIR, TESTED_ENVIRONMENT, RELEASE, LEAST_TESTS.
set -euo pipefail

report=$REPORT_DIR/integration-$TESTED_ENVIRONMENT.json
jq -r '"release=\(.release) environment=\(.environment) tests=\(.tests) failed=\(.failed) skipped=\(.skipped)"' \
  "$report"
jq -e --arg release "$RELEASE" --arg environment "$TESTED_ENVIRONMENT" --argjson least "$LEAST_TESTS" '
  .release == $release and .environment == $environment and .failed == 0 and .skipped == 0 and .tests >= $least
' "$report" >/dev/null || { echo "gate=closed"; exit 1; }
echo "gate=open"
