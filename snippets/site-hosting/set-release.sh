#!/usr/bin/env bash
# On a new branch of the service's repository, write down that ENVIRONMENT is to run RELEASE, and commit it.
# Changes one line of terraform/ENVIRONMENT.tfvars; nothing is deployed before the branch is merged.
# Needs REPO_DIR, ENVIRONMENT, RELEASE.
set -euo pipefail

branch=promote/$ENVIRONMENT-$RELEASE
file=terraform/$ENVIRONMENT.tfvars
cd "$REPO_DIR"
git fetch --quiet --tags origin
git switch --quiet --create "$branch" origin/main
sed -i "s/^release = .*/release = \"$RELEASE\"/" "$file"
git commit --quiet --message "Promote $RELEASE to $ENVIRONMENT" -- "$file"
git diff --unified=0 origin/main -- "$file" | grep '^[-+]release'
echo "branch=$branch"
