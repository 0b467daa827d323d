"""From an edit of one cell to the new states of it and its dependents, at 100, 1,000 and 10,000 cells.

Every ten cells form a chain, so an edit has at most nine dependents whatever the notebook's size: the time should
not grow with it. Also: opening the notebook cold, and an edit on which all cells depend. With `--peers PYTHON` (one
that has marimo) the same notebooks and edits are measured on marimo's graph in the same run: compile the cell, take
the old one out, register the new one, set it and its dependents stale.

    python benchmarks/edit_to_state.py [--peers PYTHON]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import thread_time
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sept_ext.core.cells import Cell
from sept_ext.services.live_runs import KernelRuns, RunChange
from sept_ext.services.live_view import NotebookView

SIZES = (100, 1_000, 10_000)
EDITS = 40


def chains(count: int) -> list[Cell]:
    return [Cell(f"c{i}", "code", f"x{i} = 1" if i % 10 == 0 else f"x{i} = x{i - 1} + 1") for i in range(count)]


def star(count: int) -> list[Cell]:
    return [Cell("c0", "code", "root = 1"), *(Cell(f"c{i}", "code", f"y{i} = root + {i}") for i in range(1, count))]


def opened(cells: list[Cell]) -> tuple[NotebookView, float]:
    view = NotebookView("bench.ipynb")
    began = thread_time()
    view.set_cells([cell.id for cell in cells], cells)
    seconds = thread_time() - began
    runs = KernelRuns("k")
    from datetime import UTC, datetime

    for cell in cells:
        content = {"cell_id": cell.id, "source": cell.source, "status": "ok", "phase": "finished"}
        name = cell.source.split(" ", 1)[0]
        runs.take({**content, "bound": {name: f"digest {cell.source}"}}, datetime.now(UTC))
    view.set_history(runs.history, RunChange(None))
    return view, seconds


def edit_ms(view: NotebookView, cell: Cell) -> list[float]:
    times = []
    for number in range(EDITS):
        changed = Cell(cell.id, "code", f"{cell.source} + {number}")
        began = thread_time()
        view.set_cells(None, [changed])
        times.append((thread_time() - began) * 1e3)
    return times


def edit_and_undo_ms(view: NotebookView, cell: Cell) -> list[float]:
    """Edits that make every dependent stale, each undone before the next: else only the first would change a state."""
    times = []
    for number in range(10):
        began = thread_time()
        view.set_cells(None, [Cell(cell.id, "code", f"{cell.source} + {number}")])
        times.append((thread_time() - began) * 1e3)
        view.set_cells(None, [cell])
    return times


_MARIMO = """
import json, sys
from statistics import median
from time import thread_time
from marimo._ast.compiler import compile_cell
from marimo._runtime.dataflow import DirectedGraph

def build(cells):
    graph = DirectedGraph()
    began = thread_time()
    for cell_id, source in cells:
        graph.register_cell(cell_id, compile_cell(source, cell_id=cell_id))
    return graph, thread_time() - began

def edit_ms(graph, cell_id, source, edits):
    times = []
    for number in range(edits):
        began = thread_time()
        cell = compile_cell(f"{source} + {number}", cell_id=cell_id)
        graph.delete_cell(cell_id)
        graph.register_cell(cell_id, cell)
        graph.set_stale({cell_id})
        times.append((thread_time() - began) * 1e3)
    return round(median(times), 3)

found = {}
for job in json.load(sys.stdin):
    graph, seconds = build(job["cells"])
    found[job["name"]] = [edit_ms(graph, *job["edit"], job["edits"]), round(seconds, 3)]
print(json.dumps(found))
"""


def marimo(python: str) -> dict[str, Any]:
    """The same figures from marimo's graph."""
    jobs = []
    for size in SIZES:
        cells = chains(size)
        jobs.append({"name": str(size), "edits": EDITS if size < SIZES[-1] else 10} | _job(cells, cells[size // 2]))
    cells = star(SIZES[-1])
    jobs.append({"name": "root", "edits": 3} | _job(cells, cells[0]))
    answer = subprocess.run(
        [python, "-c", _MARIMO], input=json.dumps(jobs), capture_output=True, text=True, check=True
    )
    found = json.loads(answer.stdout.strip().splitlines()[-1])
    figures = {f"marimo_edit_{size}_ms": found[str(size)][0] for size in SIZES}
    figures |= {f"marimo_open_{size}_s": found[str(size)][1] for size in SIZES}
    figures["marimo_edit_ratio_10000_to_100"] = round(found["10000"][0] / found["100"][0], 2)
    return {**figures, "marimo_root_edit_9999_dependents_ms": found["root"][0]}


def _job(cells: list[Cell], edited: Cell) -> dict[str, Any]:
    return {"cells": [(cell.id, cell.source) for cell in cells], "edit": (edited.id, edited.source)}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--peers")
    options = arguments.parse_args()
    found: dict[str, Any] = {"name": "edit_to_state"}
    for size in SIZES:
        cells = chains(size)
        view, seconds = opened(cells)
        found[f"edit_{size}_ms"] = round(median(edit_ms(view, cells[size // 2])), 3)
        found[f"open_{size}_s"] = round(seconds, 3)
    found["edit_ratio_10000_to_100"] = round(found["edit_10000_ms"] / found["edit_100_ms"], 2)
    view, _ = opened(star(10_000))
    found["root_edit_9999_dependents_ms"] = round(median(edit_and_undo_ms(view, view.cells["c0"])), 1)
    if options.peers:
        found |= marimo(options.peers)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
