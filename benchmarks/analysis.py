"""CPU time of `analyze_cell` per cell, cold (no cache), printed as JSON.

    python benchmarks/analysis.py [--notebooks DIR] [--rounds N]

With `--notebooks`, over all code cells of the `.ipynb` files below DIR; else over the labelled cells of the tests.
"""

from __future__ import annotations

import argparse
import ast
import json
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sept_ext.core import cell_analysis  # noqa: E402


def cells_of(folder: Path) -> tuple[list[str], int]:
    """The distinct, non-empty code cells of all notebooks below a folder, and how many notebooks there were."""
    found: dict[str, None] = {}
    count = 0
    for path in sorted(folder.rglob("*.ipynb")):
        try:
            notebook = json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, OSError):
            continue
        count += 1
        sheets = notebook.get("worksheets") or [notebook]
        for cell in [cell for sheet in sheets for cell in sheet.get("cells", [])]:
            source = cell.get("source", cell.get("input", ""))
            text = "".join(source) if isinstance(source, list) else source
            if cell.get("cell_type") == "code" and text.strip():
                found[text] = None
    return list(found), count


def labelled_cells() -> list[str]:
    """The sources of the case tables."""
    from tests.core.case_files import read_cases

    return [case.source for case in read_cases("cells")]


def microseconds(sources: list[str], rounds: int) -> tuple[list[float], list[float], int]:
    """Per cell: our time and the parser's alone (best of `rounds`); and how many cells raised."""
    ours = [float("inf")] * len(sources)
    parser = [float("inf")] * len(sources)
    raised: set[int] = set()
    for _ in range(rounds):
        for number, source in enumerate(sources):
            start = time.thread_time()
            try:
                cell_analysis._analyze(source)
            except Exception:  # noqa: BLE001 - the figure this script is for: nothing may raise
                raised.add(number)
            ours[number] = min(ours[number], (time.thread_time() - start) * 1e6)
            start = time.thread_time()
            try:
                ast.parse(source)
            except (SyntaxError, ValueError, MemoryError, RecursionError):
                continue
            parser[number] = min(parser[number], (time.thread_time() - start) * 1e6)
    return ours, [value for value in parser if value != float("inf")], len(raised)


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--notebooks", type=Path)
    arguments.add_argument("--rounds", type=int, default=3)
    options = arguments.parse_args()
    sources, notebooks = cells_of(options.notebooks) if options.notebooks else (labelled_cells(), 0)
    cell_analysis._analyze("%%sql\nSELECT 1")  # sqlglot is loaded once
    ours, parser, raised = microseconds(sources, options.rounds)
    ranked = sorted(ours)
    analyses = [cell_analysis._analyze(source) for source in sources]
    figures = {
        "name": "analysis",
        "notebooks": notebooks,
        "cells": len(sources),
        "median_us": round(statistics.median(ranked), 1),
        "mean_us": round(statistics.fmean(ranked), 1),
        "p99_us": round(ranked[int(len(ranked) * 0.99)], 1),
        "max_us": round(ranked[-1], 1),
        "parser_median_us": round(statistics.median(parser), 1),
        "ratio_to_parser": round(sum(ranked) / sum(parser), 2),
        "raised": raised,
        "broken": sum(analysis.is_broken for analysis in analyses),
        "opaque": sum(analysis.is_opaque for analysis in analyses),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
