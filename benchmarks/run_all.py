"""Runs every benchmark and prints one JSON object; one that fails is named with its reason and fails the command."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PYTHON = ("analysis.py", "edit_to_state.py", "graphql_ping.py", "server_start.py", "browser.py")


def main() -> int:
    results, failures = [], []
    for script in PYTHON:
        print(f"{script} ...", file=sys.stderr, flush=True)
        done = subprocess.run([sys.executable, str(HERE / script)], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            results.append(json.loads(done.stdout.strip().splitlines()[-1]))
        else:
            failures.append({"name": script, "error": done.stderr[-2_000:]})
    machine = {"python": platform.python_version(), "cores": os.cpu_count()}
    print(json.dumps({"machine": machine, "results": results, "failures": failures}, indent=1))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
