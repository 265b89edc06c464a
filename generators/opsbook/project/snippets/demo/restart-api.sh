#!/usr/bin/env bash
# Restart the API and wait until it is active again.
set -euo pipefail

systemctl restart shop-api
systemctl is-active shop-api
