"""Seeded edits in executed public notebooks: what is shown fresh or stale, against clean runs.

    python benchmarks/seeded_edits.py --notebooks DIR [--limit N] [--edits N] [--wrong FILE]

Each notebook that runs here (at least 60 % of its cells without an error, in less than `RUN_S` seconds) runs twice
from the top; cells that differ between the two are noise and left out. Then small edits are made, one at a time, and
right after each, and again after "run stale", every cell's badge and outputs are compared with a clean run of the
edited notebook. A cell is *wrongly fresh* when it is shown fresh and a clean run prints something else; it is
*needlessly stale* when it ran again as stale and neither its outputs nor a value it leaves changed.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MPLBACKEND="Agg")
import live_shell
from live_shell import Lost, forked

from sept_ext.cli.outputs_compared import are_equal, first_difference
from sept_ext.core.plan import PlanReason
from sept_ext.core.staleness import ExecutionState

RUN_S = 5
MIN_OK = 0.6
MIN_CELLS, MAX_CELLS = 5, 80
_CANNOT = re.compile(
    r"%timeit|%prun|%lprun|%m(em|p)|urlopen|requests\.get|https?://[^)\n]*\.(csv|txt)|import (tensorflow|torch)"
)
Cells = list[tuple[str, str]]
Outputs = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Edit:
    """The notebook after an edit of one kind; `place` is the first cell that may differ."""

    kind: str
    place: int
    after: Cells


@dataclass
class Seen:
    """One edit on the live notebook: badges right after it, what ran, badges and outputs in the end."""

    stale: frozenset[str]
    ran: dict[str, str]
    needless: frozenset[str]
    unknown: frozenset[str]
    stale_in_the_end: frozenset[str]
    shown: Outputs = field(default_factory=dict)


# --- notebooks and edits ----------------------------------------------------------------------------------------


def code_cells(path: Path) -> Cells:
    """The non-empty code cells of a notebook, with ids by their place; empty for a file that is none."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8")).get("cells", [])
    except (ValueError, OSError):
        return []
    texts = ["".join(cell.get("source", "")) for cell in cells if cell.get("cell_type") == "code"]
    return [(f"c{n}", text) for n, text in enumerate(text for text in texts if text.strip())]


def change_literal(source: str, rng: random.Random) -> str | None:
    """Another number or text in one assignment."""
    places = [
        node.value
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and type(node.value.value) in (int, float, str)
    ] or [
        inner
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign)
        for inner in ast.walk(node.value)
        if isinstance(inner, ast.Constant) and type(inner.value) in (int, float)
    ]
    if not places:
        return None
    chosen = rng.choice(places)
    value = chosen.value + ("x" if isinstance(chosen.value, str) else 1)
    return _replaced(source, chosen, repr(value))


def drop_statement(source: str, rng: random.Random) -> str | None:
    """One statement less."""
    body = ast.parse(source).body
    return _replaced(source, rng.choice(body), "pass") if len(body) > 1 else None


def swap_statements(source: str, rng: random.Random) -> str | None:
    """Two neighbours change places."""
    body = ast.parse(source).body
    if len(body) < 2:
        return None
    at = rng.randrange(len(body) - 1)
    first, second = (ast.get_source_segment(source, node) for node in body[at : at + 2])
    if first is None or second is None:
        return None
    return _replaced(_replaced(source, body[at + 1], first), body[at], second)


def same_value(source: str, rng: random.Random) -> str | None:
    """`x = x` at the end: nothing changes."""
    names = [
        target.id
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    if not names:
        return None
    name = rng.choice(names)
    lines = source.rstrip().split("\n")
    # Above the last line, whose value may be shown.
    body = ast.parse(source).body
    if isinstance(body[-1], ast.Expr):
        at = body[-1].lineno - 1
        return "\n".join([*lines[:at], f"{name} = {name}", *lines[at:]]) if len(body) > 1 else None
    return f"{source.rstrip()}\n{name} = {name}"


def add_comment(source: str, rng: random.Random) -> str | None:
    """A comment more."""
    del rng
    return "# looked at\n" + source


KINDS: dict[str, Callable[[str, random.Random], str | None]] = {
    "literal": change_literal,
    "drop": drop_statement,
    "swap": swap_statements,
    "x = x": same_value,
    "comment": add_comment,
}


def _replaced(source: str, node: ast.AST, text: str) -> str:
    lines = source.split("\n")
    begin = lines[node.lineno - 1].encode()[: node.col_offset].decode()
    end = lines[node.end_lineno - 1].encode()[node.end_col_offset :].decode()
    return "\n".join([*lines[: node.lineno - 1], begin + text + end, *lines[node.end_lineno :]])


def edits_of(cells: Cells, rng: random.Random, count: int) -> list[Edit]:
    """Edits of every kind in turn, at places drawn by chance; a tenth deletes a cell."""
    found: list[Edit] = []
    kinds = [*KINDS, "delete"]
    for number in range(count):
        kind = kinds[number % len(kinds)]
        for place in rng.sample(range(len(cells)), len(cells)):
            after = _edited(cells, place, kind, rng)
            if after is not None:
                found.append(Edit(kind, place, after))
                break
    return found


def _edited(cells: Cells, place: int, kind: str, rng: random.Random) -> Cells | None:
    cell_id, source = cells[place]
    if kind == "delete":
        return cells[:place] + cells[place + 1 :]
    try:
        text = KINDS[kind](source, rng)
        if text is None or text == source:
            return None
        ast.parse(text)
    except SyntaxError:
        return None
    return [*cells[:place], (cell_id, text), *cells[place + 1 :]]


# --- runs ---------------------------------------------------------------------------------------------------------


def clean_runs(cells: Cells, edits: Sequence[Edit]) -> tuple[Outputs, list[Outputs | None]]:
    """Outputs of the notebook, and of each edited one: forked off where it begins to differ."""
    shell = live_shell.LiveShell()
    shown: Outputs = {}
    edited: list[Outputs | None] = [None] * len(edits)
    for place, (cell_id, source) in enumerate(cells):
        for number, edit in enumerate(edits):
            if edit.place == place:
                edited[number] = _rest(shell, edit, shown)
        shown[cell_id] = shell.run(cell_id, source).outputs
    return shown, edited


def _rest(shell: live_shell.LiveShell, edit: Edit, shown: Outputs) -> Outputs | None:
    rest = edit.after[edit.place :]
    try:
        found: Outputs = forked(lambda: {c: shell.run(c, source).outputs for c, source in rest}, 2 * RUN_S)
    except Lost:
        return None
    return shown | found


def live_runs(cells: Cells, edits: Sequence[Edit]) -> tuple[Outputs, list[dict[str, Any] | None]]:
    """The notebook run on a live shell, and each edit made in a fork of it."""
    live = live_shell.live_notebook(cells)
    for _ in live.run_all():
        pass
    seen: list[dict[str, Any] | None] = []
    for edit in edits:
        try:
            seen.append(forked(lambda edit=edit: _settled(live, edit), 4 * RUN_S))
        except Lost as error:
            print(f"lost or slow: {edit.kind}: {error}", file=sys.stderr)
            seen.append(None)
    return {cell_id: outcome.outputs for cell_id, outcome in live.outcomes.items()}, seen


def _settled(live: Any, edit: Edit) -> dict[str, Any]:
    # No class of ours may go over the pipe: in a process with a shell, `__main__` is the user's module.
    live.show([live_shell.Cell(cell_id, "code", source) for cell_id, source in edit.after])
    stale = _not_fresh(live)
    before = {cell_id: outcome.outputs for cell_id, outcome in live.outcomes.items()}
    ran: dict[str, str] = {}
    needless, unknown = set(), set()
    for step, outcome in _steps(live):
        cell_id = step.cell_id
        is_first = cell_id not in ran and step.reason is PlanReason.STALE and cell_id in before
        if is_first and are_equal(outcome.outputs, before[cell_id], strict=False):
            verdict = _changes(live, cell_id)
            (needless if verdict is False else unknown if verdict is None else set()).add(cell_id)
        ran.setdefault(cell_id, step.reason.value)
    shown = {cell_id: outcome.outputs for cell_id, outcome in live.outcomes.items()}
    return asdict(Seen(stale, ran, frozenset(needless), frozenset(unknown), _not_fresh(live), shown))


_wrote: dict[str, dict[Any, str]] = {}


def _steps(live: Any) -> Iterator[tuple[Any, Any]]:
    _wrote.update({c: {k: v.value for k, v in r.wrote.items()} for c, r in live.view.history.runs.items()})
    yield from live.settle()


def _changes(live: Any, cell_id: str) -> bool | None:
    """Whether a value that the cell leaves changed by its last run; None when some value has no digest."""
    record = live.view.history.runs.get(cell_id)
    now = {key: version.value for key, version in record.wrote.items()} if record is not None else {}
    before = _wrote.get(cell_id, {})
    keys = [key for key in now.keys() | before.keys() if now.get(key) != before.get(key)]
    if not keys:
        return False
    return None if all(str(now.get(key, "run")).startswith("run") for key in keys) else True


def _not_fresh(live: Any) -> frozenset[str]:
    idle = {c for c in live.view.analyses if live.view.status(c).state is ExecutionState.IDLE}
    return live.stale() | idle


# --- figures ------------------------------------------------------------------------------------------------------


def experiment(path: Path, count: int) -> list[dict[str, Any]] | str:
    """One notebook: a record for each edit, or why it was left out."""
    cells = code_cells(path)
    if not MIN_CELLS <= len(cells) <= MAX_CELLS:
        return "too small or large"
    if any(_CANNOT.search(source) for _, source in cells):
        return "times itself, or needs a network or a library that is not here"
    try:
        began = perf_counter()
        first, _ = forked(lambda: clean_runs(cells, ()), 2 * RUN_S)
        if perf_counter() - began > RUN_S:
            return "slow"
        good = sum(not any(o["output_type"] == "error" for o in outputs) for outputs in first.values())
        if good < MIN_OK * len(cells):
            return "does not run"
        edits = edits_of(cells, random.Random(path.name), count)
        (one, edited), (two, again) = (forked(lambda: clean_runs(cells, edits), 30 * RUN_S) for _ in range(2))
        base, seen = forked(lambda: live_runs(cells, edits), 30 * RUN_S)
    except Lost as error:
        return f"slow: {error}"
    noise = {c for c in one if not (_same(one[c], two[c]) and _same(one[c], first[c]) and _same(one[c], base[c]))}
    return [
        _record(path, edit, base, clean, repeat, Seen(**result), noise)
        for edit, clean, repeat, result in zip(edits, edited, again, seen, strict=True)
        if clean is not None and repeat is not None and result is not None
    ]


def _same(first: list[dict[str, Any]], second: list[dict[str, Any]]) -> bool:
    return are_equal(first, second, strict=False)


def _record(
    path: Path, edit: Edit, base: Outputs, clean: Outputs, repeat: Outputs, seen: Seen, noise: set[str]
) -> dict[str, Any]:
    judged = [c for c, _ in edit.after if c not in noise and _same(clean[c], repeat[c])]
    edited = {c for c, source in edit.after if c == edit.after[min(edit.place, len(edit.after) - 1)][0]}
    wrongly_fresh = [c for c in judged if c not in seen.stale and not _same(base[c], clean[c])]
    wrong_in_the_end = [c for c in judged if not _same(seen.shown[c], clean[c])]
    stale_runs = [c for c in judged if seen.ran.get(c) == "stale" and not (c in edited and edit.kind != "delete")]
    return {
        "notebook": f"{path.parent.name}/{path.name}",
        "kind": edit.kind,
        "place": edit.place,
        "cells": len(judged),
        "stale": sum(c in seen.stale for c in judged),
        "ran": sum(c in seen.ran for c in judged),
        "stale_runs": len(stale_runs),
        "needless": [c for c in stale_runs if c in seen.needless],
        "unknown": sum(c in seen.unknown for c in stale_runs),
        "wrongly_fresh": wrongly_fresh,
        "wrong_in_the_end": [c for c in wrong_in_the_end if c not in seen.stale_in_the_end],
        "stale_in_the_end": sum(c in seen.stale_in_the_end for c in judged),
        "why": {
            c: [dict(edit.after)[c][:200], first_difference(seen.shown[c], clean[c]) if c in wrong_in_the_end else ""]
            for c in {*wrongly_fresh, *wrong_in_the_end}
        },
    }


def figures(records: Sequence[dict[str, Any]], left_out: Counter[str]) -> dict[str, Any]:
    """Shares over all edits."""

    def total(key: str) -> int:
        return sum(r[key] if isinstance(r[key], int) else len(r[key]) for r in records)

    def share(part: int, whole: int) -> float | None:
        return round(part / whole, 5) if whole else None

    return {
        "name": "seeded_edits",
        "notebooks": len({r["notebook"] for r in records}),
        "edits": len(records),
        "cells": total("cells"),
        "wrongly_fresh": share(total("wrongly_fresh"), total("cells")),
        "wrong_after_run_stale": share(total("wrong_in_the_end"), total("cells")),
        "stale_after_run_stale": share(total("stale_in_the_end"), total("cells")),
        "needlessly_stale_after_cutoff": share(total("needless"), total("stale_runs")),
        "perhaps_needlessly_stale": share(total("unknown"), total("stale_runs")),
        "rerun_share": share(total("ran"), total("cells")),
        "left_out": dict(left_out),
        "by_kind": {
            kind: {
                "edits": len(of_kind),
                "cells": sum(r["cells"] for r in of_kind),
                "wrongly_fresh": sum(len(r["wrongly_fresh"]) for r in of_kind),
                "wrong_after_run_stale": sum(len(r["wrong_in_the_end"]) for r in of_kind),
            }
            for kind in sorted({r["kind"] for r in records})
            for of_kind in [[r for r in records if r["kind"] == kind]]
        },
    }


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--notebooks", type=Path, required=True)
    arguments.add_argument("--limit", type=int, default=60, help="notebooks that run here")
    arguments.add_argument("--edits", type=int, default=6, help="for each notebook")
    arguments.add_argument("--seconds", type=float, default=540, help="begin no notebook after so long")
    arguments.add_argument("--wrong", type=Path, help="write the cells that were wrong here")
    options = arguments.parse_args()
    live_shell.preload()
    paths = sorted(options.notebooks.rglob("*.ipynb"))
    random.Random(7).shuffle(paths)
    records: list[dict[str, Any]] = []
    left_out: Counter[str] = Counter()
    began, used = perf_counter(), 0
    for path in paths:
        if used >= options.limit or perf_counter() - began > options.seconds:
            break
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            found = experiment(path, options.edits)
            os.chdir(live_shell.ROOT)
        if isinstance(found, str):
            left_out[found.split(":")[0]] += 1
        else:
            used += 1
            records += found
        print(f"{used} {path.name}: {found if isinstance(found, str) else len(found)}", file=sys.stderr)
    if options.wrong:
        bad = [r for r in records if r["wrongly_fresh"] or r["wrong_in_the_end"]]
        options.wrong.write_text(
            json.dumps({"wrong": bad, "needless": [r for r in records if r["needless"]]}, indent=1), encoding="utf-8"
        )
    print(json.dumps(figures(records, left_out)))


if __name__ == "__main__":
    main()
