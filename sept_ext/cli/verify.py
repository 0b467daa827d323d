"""`jupyter sept verify`: whether a notebook's outputs are what a clean run from the top gives.

With `--edited` it measures Sept itself: the notebook runs on a live kernel, is edited, only what is stale runs again,
and every output is compared with a clean run of the edited notebook.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sept_ext.core.cells import Cell
from sept_ext.services.notebook_json import cells_of

from .live_notebook import LiveNotebook
from .notebook_file import read_notebook
from .outputs_compared import Outputs, agrees_beside_noise, are_equal, first_difference

OutputsByCell = Mapping[str, Outputs]


@dataclass(frozen=True, slots=True)
class CellVerdict:
    """One code cell: whether it ran, whether its outputs agree, and if not, where they part."""

    id: str
    ran: bool
    agrees: bool
    difference: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The whole notebook. `rerun_share`: cells that ran, of all code cells (1.0 without `--edited`)."""

    cells: tuple[CellVerdict, ...]

    @property
    def correct(self) -> bool:
        """Whether every cell agrees."""
        return all(cell.agrees for cell in self.cells)

    @property
    def rerun_share(self) -> float:
        """The share of code cells that ran."""
        return sum(cell.ran for cell in self.cells) / len(self.cells) if self.cells else 0.0


def verify(path: str, *, edited: str | None, strict: bool, as_json: bool) -> int:
    """Print for each cell whether it ran and agrees; 0 when all agree, else 1. Raises BadInput, Unavailable."""
    verdict = verify_stored(path, strict=strict) if edited is None else verify_edited(path, edited, strict=strict)
    if as_json:
        cells = [{"id": cell.id, "ran": cell.ran, "agrees": cell.agrees} for cell in verdict.cells]
        print(json.dumps({"correct": verdict.correct, "rerun_share": verdict.rerun_share, "cells": cells}))
    else:
        print(_for_people(verdict))
    return 0 if verdict.correct else 1


def verify_stored(path: str, *, strict: bool = False) -> Verdict:
    """Run the notebook clean and compare with the outputs in the file. The file is not changed."""
    notebook = read_notebook(path)
    cells = cells_of(notebook)
    stored = {
        cell.id: content.get("outputs", [])
        for cell, content in zip(cells, notebook["cells"], strict=True)
        if cell.type == "code"
    }
    clean = clean_outputs(path, notebook, cells)
    return _judge(path, notebook, cells, stored, clean, frozenset(stored), strict=strict)


def verify_edited(path: str, edited: str, *, strict: bool = False) -> Verdict:
    """Run `path`, apply `edited` (cells matched by id), run what is stale, compare with a clean run of `edited`."""
    before, after = read_notebook(path), read_notebook(edited)
    cells = cells_of(after)
    live = LiveNotebook(path, before)
    with live.kernel:
        live.show(cells_of(before))
        for cell_id, outcome in live.run_all():
            _progress(f"{cell_id}: {outcome.status}")
        live.show(cells)
        ran = set()
        for step, outcome in live.settle():
            ran.add(step.cell_id)
            _progress(f"{step.cell_id} again ({step.reason.value}): {outcome.status}")
    shown = {cell_id: outcome.outputs for cell_id, outcome in live.outcomes.items()}
    return _judge(edited, after, cells, shown, clean_outputs(edited, after, cells), frozenset(ran), strict=strict)


def clean_outputs(path: str, notebook: Mapping[str, Any], cells: Sequence[Cell]) -> dict[str, Outputs]:
    """What a new kernel prints from the top to the end; errors do not end it."""
    live = LiveNotebook(path, notebook)
    with live.kernel:
        live.show(cells)
        return {cell_id: outcome.outputs for cell_id, outcome in live.run_all()}


def _judge(
    path: str,
    notebook: Mapping[str, Any],
    cells: Sequence[Cell],
    shown: OutputsByCell,
    clean: OutputsByCell,
    ran: frozenset[str],
    *,
    strict: bool,
) -> Verdict:
    """Compare cell by cell. Lines that differ between two clean runs are noise, and excused unless `strict`."""
    again: OutputsByCell | None = None
    verdicts = []
    for cell in cells:
        if cell.type != "code":
            continue
        mine, expected = shown.get(cell.id, []), clean[cell.id]
        agrees = are_equal(mine, expected, strict=strict)
        if not agrees and not strict:
            again = again if again is not None else clean_outputs(path, notebook, cells)
            is_noisy = not are_equal(expected, again[cell.id], strict=False)
            agrees = is_noisy and agrees_beside_noise(mine, expected, again[cell.id])
        difference = None if agrees else first_difference(mine, expected)
        verdicts.append(CellVerdict(cell.id, cell.id in ran, agrees, difference))
    return Verdict(tuple(verdicts))


def _for_people(verdict: Verdict) -> str:
    lines = []
    for number, cell in enumerate(verdict.cells, start=1):
        lines.append(
            f"{number:>4}  {cell.id:<12}  {'ran' if cell.ran else 'not run':<7}  "
            f"{'agrees' if cell.agrees else 'DIFFERS: ' + (cell.difference or '')}"
        )
    wrong = sum(not cell.agrees for cell in verdict.cells)
    total = len(verdict.cells)
    end = (
        "Every output is what a clean run gives."
        if not wrong
        else f"{wrong} of {total} cells differ from a clean run."
    )
    return "\n".join([*lines, end, f"{verdict.rerun_share:.0%} of the cells ran."])


def _progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
