#!/usr/bin/env bash
# Let the line to Stripe be slow: whoever calls is heard eight seconds later. For drills only, with fixtures/checkout.sh.
set -euo pipefail

echo 8 >/run/opsbook/line.delay
