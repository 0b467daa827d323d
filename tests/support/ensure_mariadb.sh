#!/usr/bin/env bash
# Sees that tests will find a MariaDB: a URL, or programs on the machine. The core packages start no service.
set -euo pipefail
if [ -n "${SEPT_TEST_MARIADB_URL:-}" ]; then exit 0; fi
export PATH="$PATH:/usr/sbin"
if command -v mariadbd > /dev/null 2>&1 && command -v mariadb-install-db > /dev/null 2>&1; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null 2>&1; then
  echo "Installing MariaDB by the package manager ..." >&2
  {
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      mariadb-server-core mariadb-client-core
  } >&2
fi
