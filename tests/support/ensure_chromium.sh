#!/usr/bin/env bash
# Prints the path of a Chromium for the journeys: the system's, else the package manager's, else Playwright's own.
set -euo pipefail
find_one() {
  for name in "${SEPT_CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$name" ] && command -v "$name" > /dev/null 2>&1; then command -v "$name"; return 0; fi
  done
  return 1
}
find_one && exit 0
if command -v apt-get > /dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "Installing Chromium by the package manager ..." >&2
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; } >&2
  find_one && exit 0
fi
echo "Installing Playwright's own Chromium ..." >&2
cd "$(dirname "$0")/../../labextension"
if jlpm playwright install chromium >&2; then
  node -e 'console.log(require("playwright-core").chromium.executablePath())' && exit 0
fi
echo "No Chromium: install one, or name it in SEPT_CHROMIUM." >&2
exit 1
