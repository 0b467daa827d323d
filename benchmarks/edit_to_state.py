"""From an edit of one cell to the new states of it and its dependents, at 100, 1,000 and 10,000 cells.

Every ten cells form a chain, so an edit has at most nine dependents whatever the notebook's size: the time should
not grow with it. Also: opening the notebook cold, and an edit on which all cells depend.
"""

from __future__ import annotations

import json
from statistics import median
from time import perf_counter

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
    began = perf_counter()
    view.set_cells([cell.id for cell in cells], cells)
    seconds = perf_counter() - began
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
        began = perf_counter()
        view.set_cells(None, [changed])
        times.append((perf_counter() - began) * 1e3)
    return times


def main() -> None:
    found: dict[str, object] = {"name": "edit_to_state"}
    for size in SIZES:
        cells = chains(size)
        view, seconds = opened(cells)
        found[f"edit_{size}_ms"] = round(median(edit_ms(view, cells[size // 2])), 3)
        found[f"open_{size}_s"] = round(seconds, 3)
    found["edit_ratio_10000_to_100"] = round(found["edit_10000_ms"] / found["edit_100_ms"], 2)
    view, _ = opened(star(10_000))
    found["root_edit_9999_dependents_ms"] = round(median(edit_ms(view, view.cells["c0"])[:10]), 1)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
