"""Exceptions over real public code cells: each cell analysed, each notebook's graph built.

python benchmarks/robustness.py --notebooks DIR
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sept_ext.core import analyze_cell
from sept_ext.core.linked_graph import LinkedGraph


def notebooks_of(folder: Path) -> dict[str, list[str]]:
    """The code cells of each notebook below a folder; of notebooks that are the same, one."""
    found: dict[tuple[str, ...], str] = {}
    for path in sorted(folder.rglob("*.ipynb")):
        try:
            notebook = json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, OSError):
            continue
        sheets = notebook.get("worksheets") or [notebook]
        cells = [cell for sheet in sheets for cell in sheet.get("cells", []) if cell.get("cell_type") == "code"]
        texts = ["".join(cell.get("source", cell.get("input", ""))) for cell in cells]
        found[tuple(text for text in texts if text.strip())] = str(path.relative_to(folder))
    return {name: list(texts) for texts, name in found.items()}


def main() -> None:
    """Count and print; exit 1 when anything raised."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--notebooks", type=Path, required=True)
    options = arguments.parse_args()
    notebooks = notebooks_of(options.notebooks)
    counts: Counter[str] = Counter()
    raised: list[str] = []
    for name, texts in notebooks.items():
        try:
            analyses = [analyze_cell(text) for text in texts]
            LinkedGraph.build((f"c{n}", analysis) for n, analysis in enumerate(analyses))
        except Exception as error:  # noqa: BLE001 - what is counted here
            raised.append(f"{name}: {type(error).__name__}")
            continue
        counts["broken"] += sum(analysis.is_broken for analysis in analyses)
        counts["opaque"] += sum(analysis.is_opaque for analysis in analyses)
    cells = [text for texts in notebooks.values() for text in texts]
    figures = {"cells": len(cells), "distinct_cells": len(set(cells)), "exceptions": len(raised), "raised": raised}
    print(json.dumps({"name": "robustness", "notebooks": len(notebooks), **figures, **counts}))
    sys.exit(1 if raised else 0)


if __name__ == "__main__":
    main()
