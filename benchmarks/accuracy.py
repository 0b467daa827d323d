"""How many labelled cells and notebooks come out exactly right, and how long a cell takes; printed as JSON.

    python benchmarks/accuracy.py [--peers PYTHON] [--notebooks DIR] [--rounds N]

Cells are those of tests/cases/cells, notebooks those of tests/cases/notebooks. `--peers` is a Python that has marimo:
its visitor then reads the same cells, without the syntax it does not have. Times are CPU time per cell, cold, over the
code cells below DIR (else over the labelled ones), best of N; marimo's are taken in the same run, cell by cell.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "benchmarks"))

from analysis import cells_of, microseconds  # noqa: E402

from sept_ext.core import analyze_cell, cell_analysis  # noqa: E402
from sept_ext.core.cell_python import parse  # noqa: E402
from sept_ext.core.linked_graph import LinkedGraph  # noqa: E402
from sept_ext.core.python_names import is_provided  # noqa: E402
from tests.core.case_files import Case, Notebook, read_cases, read_notebooks  # noqa: E402

PEER = """
import ast, json, sys, time
from marimo._ast.visitor import ScopedVisitor

def visit(source):
    visitor = ScopedVisitor("cell_")
    visitor.visit(ast.parse(source))
    return visitor

job = json.load(sys.stdin)
found = []
for source in job["labelled"]:
    try:
        visitor = visit(source)
        found.append([sorted(visitor.refs), sorted(visitor.defs)])
    except Exception:
        found.append(None)
times = [float("inf")] * len(job["timed"])
for _ in range(job["rounds"]):
    for number, source in enumerate(job["timed"]):
        start = time.thread_time()
        try:
            visit(source)
        except Exception:
            pass
        times[number] = min(times[number], (time.thread_time() - start) * 1e6)
print(json.dumps({"found": found, "times": times}))
"""


def labelled() -> list[Case]:
    """Cases that this Python can parse."""
    cases = [case for case in read_cases("cells") if "reads" in case.fields]
    return [case for case in cases if "python" not in case.fields or sys.version_info >= (3, 12)]


def score(cases: list[Case], answers: list[tuple[frozenset[str], frozenset[str]]]) -> dict[str, Any]:
    """Share of cells with both sets exact; recall and precision of reads; cases that are not exact."""
    wanted = got = both = 0
    missed: list[str] = []
    for case, (reads, writes) in zip(cases, answers, strict=True):
        label = case.fields["reads"]
        wanted, got, both = wanted + len(label), got + len(reads), both + len(label & reads)
        if (reads, writes) != (label, case.fields["writes"]):
            missed.append(str(case))
    return {
        "exact": round(1 - len(missed) / len(cases), 4),
        "read_recall": round(both / wanted, 4),
        "read_precision": round(both / max(got, 1), 4),
        "missed": missed,
    }


def by_kind(cases: list[Case], missed: list[str]) -> dict[str, float]:
    """Share of exact cells by the file they are in."""
    count = Counter(case.file for case in cases)
    wrong = Counter(name.partition(":")[0] for name in missed)
    return {kind: round(1 - wrong[kind] / count[kind], 3) for kind in sorted(count)}


def edges_exact(notebooks: list[Notebook]) -> tuple[float, list[str]]:
    """Share of notebooks with exactly the labelled edges, and those without."""
    missed = []
    for notebook in notebooks:
        linked = LinkedGraph.build((str(place), analyze_cell(text)) for place, text in enumerate(notebook.cells))
        graph = linked.graph
        edges = {f"{parent}>{cell_id}" for cell_id in graph.order() for parent in graph.parent_ids(cell_id)}
        if edges != notebook.edges:
            missed.append(str(notebook))
    return round(1 - len(missed) / len(notebooks), 4), missed


def plain_python(source: str) -> str:
    """The cell with IPython's lines blanked, for readers that do not know them."""
    try:
        return parse(source)[0].text
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return source


def times(values: list[float]) -> dict[str, float]:
    """Median and 99th percentile."""
    ranked = sorted(values)
    return {"median_us": round(statistics.median(ranked), 1), "p99_us": round(ranked[int(len(ranked) * 0.99)], 1)}


def marimo(python: str, cases: list[Case], timed: list[str], rounds: int) -> dict[str, Any]:
    """What marimo's visitor finds in the same cells, and how long it takes."""
    job = {"labelled": [plain_python(case.source) for case in cases], "timed": timed, "rounds": rounds}
    done = subprocess.run([python, "-c", PEER], input=json.dumps(job), capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    answers = [
        (frozenset(name for name in reads if not is_provided(name)), frozenset(writes))
        for reads, writes in (found or ((), ()) for found in told["found"])
    ]
    result = score(cases, answers)
    return {
        "marimo_exact": result["exact"],
        "marimo_read_recall": result["read_recall"],
        "marimo_read_precision": result["read_precision"],
        **{f"marimo_{name}": value for name, value in times(told["times"]).items()},
    }


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--peers", metavar="PYTHON")
    arguments.add_argument("--notebooks", type=Path)
    arguments.add_argument("--rounds", type=int, default=3)
    options = arguments.parse_args()
    cases, notebooks = labelled(), read_notebooks("notebooks")
    result = score(cases, [(found.reads, found.writes) for found in (analyze_cell(case.source) for case in cases)])
    edges, wrong = edges_exact(notebooks)
    cells = cells_of(options.notebooks)[0] if options.notebooks else [case.source for case in cases]
    cell_analysis._analyze("%%sql\nSELECT 1")  # sqlglot is loaded once
    ours, _, raised = microseconds(cells, options.rounds)
    figures: dict[str, Any] = {
        "name": "accuracy",
        "cells": len(cases),
        **result,
        "by_kind": by_kind(cases, result["missed"]),
        "notebooks": len(notebooks),
        "edges_exact": edges,
        "missed_notebooks": wrong,
        "timed_cells": len(cells),
        "raised": raised,
        **times(ours),
    }
    if options.peers:
        figures |= marimo(options.peers, cases, [plain_python(cell) for cell in cells], options.rounds)
        figures["median_to_marimo"] = round(figures["median_us"] / figures["marimo_median_us"], 2)
        figures["p99_to_marimo"] = round(figures["p99_us"] / figures["marimo_p99_us"], 2)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
