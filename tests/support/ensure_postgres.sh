#!/usr/bin/env bash
# Sees that tests will find a Postgres (DESIGN, decision 17): a URL, programs on the machine, or the pip package.
set -euo pipefail
if [ -n "${SEPT_TEST_POSTGRES_URL:-}" ]; then exit 0; fi
if command -v postgres > /dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/postgres > /dev/null 2>&1; then exit 0; fi
# As root the pip package makes a system account, so there the package manager comes first.
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null 2>&1; then
  echo "Installing PostgreSQL by the package manager ..." >&2
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql; } >&2
fi
