"""What the observer costs per cell run, with 1,000 names and 1 GB of frames; nothing runs inside the cell's own code.

    python benchmarks/observer.py [--runs N]

CPU time of the two hooks, before and after the cell, for cells of several kinds. The goal is the dearest kind's.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from statistics import median
from time import thread_time
from typing import Any

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MPLBACKEND="Agg")
import live_shell

SETUP = """
import numpy as np, pandas as pd
frames = [pd.DataFrame(np.random.rand(1_250_000, 10), columns=list("abcdefghij")) for _ in range(10)]
for n, frame in enumerate(frames):
    globals()[f"df{n}"] = frame
del frames, frame
for n in range(500):
    globals()[f"number{n}"] = n
for n in range(200):
    globals()[f"list{n}"] = list(range(n))
for n in range(100):
    globals()[f"table{n}"] = {"rows": [{"k": k, "v": str(k)} for k in range(20)]}
for n in range(100):
    exec(f"def function{n}(x): return x + number{n}")
class Point:
    def __init__(self, x): self.x = x
for n in range(80):
    globals()[f"point{n}"] = Point(n)
"""
CELLS = {
    "binds a number": "number1 = number1 + 1",
    "grows a list": "list5.append(1)",
    "prints a function's result": "print(function7(3))",
    "reads a big frame": "mean = df3['a'].mean()",
    "adds a column to a big frame": "df4['k'] = 1.0",
    "writes into a big frame": "df5.loc[0, 'a'] = 2.0",
    "derives a big frame": "view = df6[df6['a'] > 0.999]",
    "changes an object": "point3.x += 1",
    "uses many names": "total = sum([number1, number2, number3, list9[0], table3['rows'][0]['k'], point9.x])",
}


def timed(shell: Any) -> list[float]:
    """Replace the observer's hooks by ones that note their CPU time; a list that grows by one each half run."""
    times: list[float] = []
    observer = shell._sept_extension[1]
    observer.detach()
    for name in ("pre_run_cell", "post_run_cell"):
        setattr(observer, name, _timing(getattr(observer, name), times))
    observer.attach()
    return times


def _timing(hook: Callable[[Any], None], times: list[float]) -> Callable[[Any], None]:
    def timing(argument: Any) -> None:
        began = thread_time()
        hook(argument)
        times.append((thread_time() - began) * 1e3)

    return timing


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--runs", type=int, default=15)
    options = arguments.parse_args()
    live = live_shell.LiveShell()
    live.run("setup", SETUP)
    names = sum(not name.startswith("_") for name in live.shell.user_ns)
    times = timed(live.shell)
    found: dict[str, float] = {}
    worst: dict[str, float] = {}
    for kind, source in CELLS.items():
        times.clear()
        for _ in range(options.runs):
            outcome = live.run("cell", source)
            assert outcome.status == "success", outcome.error
        runs = [before + after for before, after in zip(times[::2], times[1::2], strict=True)]
        found[kind], worst[kind] = round(median(runs), 2), round(max(runs), 2)
    gigabytes = sum(live.shell.user_ns[f"df{n}"].memory_usage().sum() for n in range(10)) / 1e9
    figures = {"name": "observer", "names": names, "gigabytes": round(float(gigabytes), 2), "median_ms": found}
    print(json.dumps({**figures, "max_ms": worst, "dearest_median_ms": max(found.values())}))


if __name__ == "__main__":
    main()
