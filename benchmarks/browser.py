"""A notebook of 1,000 cells in a real browser: what opening costs with and without Sept, and how fast badges follow.

CPU is the main thread's, as Chromium counts it; rounds with and without Sept are interleaved in one run.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

CELLS, ROUNDS, TOKEN = 1_000, 3, "bench"
HERE = Path(__file__).parent


def notebook() -> str:
    def cell(number: int) -> dict[str, object]:
        source = f"x{number} = {number + 5}" if number % 10 == 0 else f"x{number} = x{number - 1} + 1\nx{number}"
        return {
            "cell_type": "code", "id": f"c{number}", "source": source, "metadata": {}, "outputs": [],
            "execution_count": None,
        }  # fmt: skip

    metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    }
    cells = [cell(number) for number in range(CELLS)]
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


@contextmanager
def lab(*, with_sept: bool) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as name, socket.socket() as probe:
        folder = Path(name)
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        for part in ("config/labconfig", "root"):
            (folder / part).mkdir(parents=True)
        (folder / "root/bench.ipynb").write_text(notebook())
        disabled = {"sept-labextension": not with_sept, "@jupyterlab/apputils-extension:announcements": True}
        (folder / "config/labconfig/page_config.json").write_text(json.dumps({"disabledExtensions": disabled}))
        env = {**os.environ, **{f"JUPYTER_{kind.upper()}_DIR": str(folder / kind) for kind in ("data", "runtime")}}
        env |= {"JUPYTER_CONFIG_DIR": str(folder / "config"), "IPYTHONDIR": str(folder / "ipython")}
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}",
             f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder / 'root'}",
             "--expose-app-in-browser"],
            env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(f"{url}/api/status?token={TOKEN}")
            yield f"{url}/lab/tree/bench.ipynb?token={TOKEN}"
        finally:
            server.terminate()
            server.wait(20)


def wait_for(url: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(url):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("JupyterLab did not come up")


def drive(mode: str, *, with_sept: bool) -> dict[str, float]:
    chromium = os.environ.get("SEPT_CHROMIUM") or shutil.which("chromium")
    with lab(with_sept=with_sept) as url:
        command = ["node", str(HERE / "browser.mjs"), str(chromium), url, mode]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=600)
        if done.returncode != 0:
            raise RuntimeError(done.stderr[-1_500:])
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def main() -> None:
    rounds = [(drive("open", with_sept=False), drive("open", with_sept=True)) for _ in range(ROUNDS)]
    found: dict[str, object] = {"name": "browser", "cells": CELLS, "badges": rounds[-1][1]["badges"]}
    assert rounds[-1][0]["badges"] == 0, "the round without Sept had Sept"
    for key in ("usable_cpu_s", "settled_cpu_s"):
        without, with_sept = (median(pair[place][key] for pair in rounds) for place in (0, 1))
        found |= {f"{key}_without": round(without, 2), f"{key}_with": round(with_sept, 2)}
        found[f"{key}_ratio"] = round(with_sept / without, 3)
    found |= {key: round(value, 1) for key, value in drive("edit", with_sept=True).items()}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
