"""Labels proved by execution: what a run of a labelled cell really reads and writes is in its label.

Each case runs in several worlds (see `label_oracle`); one that pins its own (`#: code` lines) runs in that one. A
labelled read counts as confirmed when a run was seen to read the name, or when taking the name away makes the run
fail otherwise. Cases that cannot run here say why (`#= unproved: why`), or their file does.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from sept_ext.core import analyze_cell

from .case_files import Case, read_cases
from .label_oracle import WORLDS, Thing, observe, stage

REASONS = {
    "library": "it needs a library that only `make bench` installs",
    "magics": "IPython's lines need a shell; tests/kernel runs them in one",
    "sql_cells": "the magic needs a kernel; tests/kernel runs it in one",
    "pep695": "newer syntax than the oldest Python we support",
}
CASES = read_cases("cells")
pytestmark = pytest.mark.filterwarnings("ignore")  # cells are run with values they were not written for


def reason(case: Case) -> str:
    """Why a case is not run; empty if it is."""
    problems = case.fields.get("problems", frozenset())
    if case.unproved or problems:
        return case.unproved or f"the label says it cannot be known: {', '.join(problems)}"
    lines = case.source.split("\n")
    if any(line.lstrip().startswith(("%", "!", "?")) or line.endswith("?") or "= !" in line for line in lines):
        return REASONS["magics"]
    if "= %" in case.source or "get_ipython" in case.source:
        return REASONS["magics"]
    if "python" in case.fields and sys.version_info < (3, 12):
        return REASONS["pep695"]
    if any(module in case.source and find_spec(module) is None for module in ("sklearn", "matplotlib", "seaborn")):
        return REASONS["library"]
    return ""


@dataclass(frozen=True)
class Proof:
    """What all runs of a case showed together."""

    ran: int
    reads: frozenset[str]
    writes: frozenset[str]
    errors: tuple[str, ...]


@cache
def prove(case: Case) -> Proof:
    """Run a case in its worlds; partial runs count as far as they came."""
    label = case.fields["reads"] | case.fields["writes"]
    reads: set[str] = set()
    writes: set[str] = set()
    errors: list[str] = []
    ran = 0
    worlds = {"things": Thing} if case.stage else WORLDS
    for name, world in worlds.items():
        seen = observe(case.source, stage(label, case.source, case.stage, world))
        if seen.error is None or (ran == 0 and not isinstance(seen.error, TypeError | ValueError)):
            ran += seen.error is None or "raise" in case.source or "exit" in case.source
            reads |= seen.reads
            writes |= seen.writes
        if seen.error is not None:
            errors.append(f"{name}: {type(seen.error).__name__}: {seen.error}")
    return Proof(ran, frozenset(reads), frozenset(writes), tuple(errors))


def confirmed_by_absence(case: Case, name: str) -> bool:
    """Whether the cell fails without the name as it does not with it."""
    label = case.fields["reads"] | case.fields["writes"]
    for world in [Thing] if case.stage else WORLDS.values():
        names = stage(label, case.source, case.stage, world)
        if observe(case.source, dict(names)).error is None:
            names.pop(name, None)
            if observe(case.source, names).error is not None:
                return True
    return False


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells that write files do so where nobody minds."""
    monkeypatch.chdir(tmp_path)


RUNNABLE = [case for case in CASES if not reason(case)]


@pytest.mark.parametrize("case", RUNNABLE, ids=str)
def test_what_a_run_reads_and_writes_is_in_the_label(case: Case) -> None:
    proof = prove(case)
    assert proof.ran, proof.errors
    assert proof.reads - {"__name__"} <= case.fields["reads"]
    assert proof.writes <= case.fields["writes"]


def test_most_labels_are_proved_and_most_labelled_names_were_seen() -> None:
    seen_reads = seen_writes = all_reads = all_writes = 0
    for case in RUNNABLE:
        proof = prove(case)
        all_reads += len(case.fields["reads"])
        all_writes += len(case.fields["writes"])
        missing = case.fields["reads"] - proof.reads
        seen_reads += len(case.fields["reads"]) - sum(not confirmed_by_absence(case, name) for name in missing)
        seen_writes += len(case.fields["writes"] & proof.writes)
    assert len(RUNNABLE) >= 400
    assert seen_reads / all_reads >= 0.85
    assert seen_writes / all_writes >= 0.85


def test_every_case_that_is_not_run_says_why() -> None:
    assert all(reason(case) for case in CASES if case not in RUNNABLE)
    assert len(RUNNABLE) / len(CASES) >= 0.75


def test_the_analysis_misses_nothing_that_a_run_shows() -> None:
    missed = {}
    for case in RUNNABLE:
        if case.missed:
            continue
        proof, analysis = prove(case), analyze_cell(case.source)
        gap = (proof.reads - analysis.reads - {"__name__"}, proof.writes - analysis.writes)
        if any(gap):
            missed[str(case)] = gap
    assert missed == {}
