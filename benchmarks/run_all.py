"""Runs every benchmark and prints one JSON object; one that fails is named with its reason and fails the command.

    python benchmarks/run_all.py [--notebooks DIR] [--peers PYTHON] [--only SCRIPT ...] [--save]

`--notebooks`: a folder of public notebooks; without it what needs one is left out. `--peers`: a Python with marimo.
`--save` keeps each result in `benchmarks/results` and writes the pages of figures in `docs` anew.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Script:
    """A benchmark, and which of the options it takes; those in `needs` it cannot do without."""

    name: str
    takes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


SCRIPTS = (
    Script("analysis.py", takes=("notebooks",)),
    Script("accuracy.py", takes=("notebooks", "peers")),
    Script("edit_to_state.py", takes=("peers",)),
    Script("observer.py"),
    Script("robustness.py", takes=("notebooks",), needs=("notebooks",)),
    Script("edits.py", takes=("peers",)),
    Script("seeded_edits.py", takes=("notebooks",), needs=("notebooks",)),
    Script("sql_analysis.py"),
    Script("sql_lint.py"),
    Script("sql.py", takes=("peers",)),
    Script("interrupts.py"),
    Script("graphql_ping.py"),
    Script("server_start.py"),
    Script("browser.py"),
)


def command(script: Script, given: dict[str, str | None]) -> list[str] | None:
    """How to call it; None when something that it needs was not given."""
    if any(given[option] is None for option in script.needs):
        return None
    options = [
        part for option in script.takes if (value := given[option]) is not None for part in (f"--{option}", value)
    ]
    return [sys.executable, str(HERE / script.name), *options]


def main() -> int:
    """Run, print, and with `--save` keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notebooks")
    parser.add_argument("--peers")
    parser.add_argument("--only", nargs="*", default=[script.name for script in SCRIPTS], metavar="SCRIPT")
    parser.add_argument("--save", action="store_true")
    options = parser.parse_args()
    results, failures, left_out = [], [], []
    for script in SCRIPTS:
        if script.name not in options.only or not (HERE / script.name).exists():
            continue
        call = command(script, {"notebooks": options.notebooks, "peers": options.peers})
        if call is None:
            left_out.append(script.name)
            continue
        print(f"{script.name} ...", file=sys.stderr, flush=True)
        done = subprocess.run(call, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            results.append(json.loads(done.stdout.strip().splitlines()[-1]))
        else:
            failures.append({"name": script.name, "error": done.stderr[-2_000:]})
    if options.save:
        save(results)
    machine = {"python": platform.python_version(), "cores": os.cpu_count()}
    print(json.dumps({"machine": machine, "results": results, "left_out": left_out, "failures": failures}, indent=1))
    return 1 if failures else 0


def save(results: list[dict[str, object]]) -> None:
    """Keep each result, and write the pages that are made of them."""
    for result in results:
        text = json.dumps(result, indent=1, ensure_ascii=False) + "\n"
        (HERE / "results" / f"{result['name']}.json").write_text(text, encoding="utf-8")
    subprocess.run([sys.executable, str(HERE / "scoreboard.py")], check=True)


if __name__ == "__main__":
    sys.exit(main())
