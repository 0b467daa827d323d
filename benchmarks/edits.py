"""Edit pairs: is every output what a clean run gives, after "run stale" and after what others would run?

    python benchmarks/edits.py [--kernels] [--only WORDS] [--peers PYTHON] [--failures FILE]

Each pair of `tests/cases/edits` runs on a live shell, is edited, and a strategy says what runs again:

- sept: the product's own plan, step by step, as `jupyter sept verify --edited` does it;
- static: the edited cells and what depends on them by our own edges from the text;
- below: every cell from the first edited one down;
- marimo: its edges, where it accepts the notebook (`--peers`: a Python that has marimo).

By default shells are forked (`live_shell.py`); `--kernels` measures sept by `verify --edited` on real kernels.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MPLBACKEND="Agg")
import live_shell
from live_shell import Lost, forked

from sept_ext.cli.outputs_compared import are_equal, first_difference
from sept_ext.core import analyze_cell
from sept_ext.core.linked_graph import LinkedGraph
from sept_ext.core.traversal import downstream
from tests.support.edit_cases import Cells, EditPair, edit_pairs, write_notebook

TIMEOUT_S = 120
Outputs = dict[str, list[dict[str, Any]]]
Children = Callable[[Cells], dict[str, set[str]]]


@dataclass(frozen=True)
class Result:
    """One pair under one strategy. `wrong`: cell -> where it differs from a clean run."""

    pair: EditPair
    ran: tuple[str, ...]
    wrong: dict[str, str]

    @property
    def share(self) -> float:
        return len(set(self.ran)) / len(self.pair.after)


def in_folder(function: Callable[[], Any]) -> Any:
    """The function's result from a forked process in a folder of its own. Raises Lost."""
    with tempfile.TemporaryDirectory() as folder:

        def there() -> Any:
            os.chdir(folder)
            return function()

        return forked(there, TIMEOUT_S)


def by_sept(pair: EditPair) -> tuple[list[str], Outputs]:
    """What ran again, and the outputs shown in the end."""
    live = live_shell.live_notebook(pair.before)
    for _ in live.run_all():
        pass
    live.show([live_shell.Cell(cell_id, "code", source) for cell_id, source in pair.after])
    ran = [step.cell_id for step, _ in live.settle()]
    return ran, {cell_id: outcome.outputs for cell_id, outcome in live.outcomes.items()}


def by_list(pair: EditPair, chosen: Sequence[str]) -> tuple[list[str], Outputs]:
    """Run the chosen cells again after the edit."""
    shell = live_shell.LiveShell()
    shown = {cell_id: shell.run(cell_id, source).outputs for cell_id, source in pair.before}
    shown |= {cell_id: shell.run(cell_id, source).outputs for cell_id, source in pair.after if cell_id in chosen}
    return list(chosen), shown


def own_children(cells: Cells) -> dict[str, set[str]]:
    """Everything below a cell in our graph, from the text alone."""
    graph = LinkedGraph.build((cell_id, analyze_cell(source)) for cell_id, source in cells).graph
    return {cell_id: set(downstream(graph, cell_id)) for cell_id, _ in cells}


def dependents(pair: EditPair, children: Children) -> list[str]:
    """The edited cells and what depends on them; of deleted and moved ones also what depended on them before."""
    old, new = children(pair.before), children(pair.after)
    ids = [cell_id for cell_id, _ in pair.after]
    edited = pair.edited_ids()
    chosen = set(edited).union(*(new[cell_id] for cell_id in edited))
    gone = set(old) - set(ids) | (edited & set(old))
    chosen = chosen.union(*(old[cell_id] for cell_id in gone))
    return [cell_id for cell_id in ids if cell_id in chosen]


def below(pair: EditPair) -> list[str]:
    """Every cell from the first place at which the two notebooks differ."""
    ids = [cell_id for cell_id, _ in pair.after]
    same = 0
    while same < min(len(pair.before), len(pair.after)) and pair.before[same] == pair.after[same]:
        same += 1
    return ids[same:]


def judged(pair: EditPair, ran: Sequence[str], shown: Outputs, clean: Outputs) -> Result:
    wrong = {
        cell_id: first_difference(shown.get(cell_id, []), clean[cell_id])
        for cell_id, _ in pair.after
        if not are_equal(shown.get(cell_id, []), clean[cell_id], strict=False)
    }
    return Result(pair, tuple(ran), wrong)


def measured(pair: EditPair, work: Callable[[], tuple[list[str], Outputs]], clean: Outputs) -> Result:
    try:
        ran, shown = in_folder(work)
    except Lost as error:
        return Result(pair, (), {"-": f"lost: {error}"})
    return judged(pair, ran, shown, clean)


def on_kernels(pairs: Sequence[EditPair]) -> list[Result]:
    """`jupyter sept verify --edited` for each pair, two at once."""
    results = []
    with ThreadPoolExecutor(2) as pool:
        for result in pool.map(_verified, pairs):
            results.append(result)
            print(f"\r{len(results)}/{len(pairs)} on kernels", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return results


def _verified(pair: EditPair) -> Result:
    with tempfile.TemporaryDirectory() as folder:
        before = write_notebook(Path(folder) / "before.ipynb", pair.before)
        after = write_notebook(Path(folder) / "after.ipynb", pair.after)
        command = [sys.executable, "-m", "sept_ext", "verify", before, "--edited", after, "--json"]
        env = {**os.environ, "PYTHONPATH": str(live_shell.ROOT)}
        done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=folder, check=False)
    try:
        found = json.loads(done.stdout)
    except ValueError:
        return Result(pair, (), {"-": done.stderr.strip()[-300:]})
    ran = tuple(cell["id"] for cell in found["cells"] if cell["ran"])
    return Result(pair, ran, {cell["id"]: "differs" for cell in found["cells"] if not cell["agrees"]})


_MARIMO = """
import json, sys
from marimo._ast.compiler import compile_cell
from marimo._runtime.dataflow import DirectedGraph, transitive_closure

def edges(cells):
    graph = DirectedGraph()
    for cell_id, source in cells:
        graph.register_cell(cell_id, compile_cell(source, cell_id=cell_id))
    names = [n for cell in graph.cells.values() for n in cell.defs]
    if len(names) != len(set(names)) or graph.cycles:
        return None
    return {c: sorted(transitive_closure(graph, {c}) - {c}) for c, _ in cells}

answers = []
for cells in json.load(sys.stdin):
    try:
        answers.append(edges(cells))
    except Exception as error:
        answers.append(None)
print(json.dumps(answers))
"""


def marimo_children(python: str, pairs: Sequence[EditPair]) -> dict[Cells, dict[str, set[str]] | None]:
    """Everything below each cell in marimo's graph; None where it refuses the notebook."""
    notebooks = list({cells: None for pair in pairs for cells in (pair.before, pair.after)})
    done = subprocess.run(
        [python, "-c", _MARIMO], input=json.dumps(notebooks), capture_output=True, text=True, check=True
    )
    answers = json.loads(done.stdout.strip().splitlines()[-1])
    return {
        cells: None if answer is None else {cell_id: set(ids) for cell_id, ids in answer.items()}
        for cells, answer in zip(notebooks, answers, strict=True)
    }


def figures(results: Sequence[Result]) -> dict[str, Any]:
    """Shares over all pairs, and by kind."""
    kinds: dict[str, list[bool]] = defaultdict(list)
    for result in results:
        kinds[result.pair.kind].append(not result.wrong)
    return {
        "pairs": len(results),
        "correct": round(fmean(not result.wrong for result in results), 4) if results else None,
        "mean_rerun_share": round(fmean(result.share for result in results), 4) if results else None,
        "by_kind": {kind: [sum(found), len(found)] for kind, found in sorted(kinds.items())},
    }


def compare(pairs: Sequence[EditPair], peers: str | None, *, with_sept: bool) -> dict[str, list[Result]]:
    """All strategies on forked shells."""
    marimo = marimo_children(peers, pairs) if peers else {}
    found: dict[str, list[Result]] = defaultdict(list)
    for number, pair in enumerate(pairs, start=1):
        print(f"\r{number}/{len(pairs)}", end="", file=sys.stderr, flush=True)
        clean = in_folder(lambda pair=pair: live_shell.clean_run(pair.after))
        works = {"static": lambda pair=pair: by_list(pair, dependents(pair, own_children)),
                 "below": lambda pair=pair: by_list(pair, below(pair))}  # fmt: skip
        if with_sept:
            works["sept"] = lambda pair=pair: by_sept(pair)
        if peers and marimo[pair.before] is not None and marimo[pair.after] is not None:
            works["marimo"] = lambda pair=pair: by_list(pair, dependents(pair, marimo.__getitem__))
        for name, work in works.items():
            found[name].append(measured(pair, work, clean))
    print(file=sys.stderr)
    return found


def write_failures(path: Path, results: Sequence[Result]) -> None:
    """Each pair that is wrong, with its text and where it differs."""
    lines = [f"# {sum(bool(r.wrong) for r in results)} of {len(results)} pairs are wrong\n"]
    for result in results:
        if result.wrong:
            lines.append(f"## {result.pair}\nran again: {' '.join(result.ran) or 'nothing'}")
            lines += [f"- cell {cell_id}: {text}" for cell_id, text in result.wrong.items()]
            lines += [f"    #% {cell_id}: {source!r}" for cell_id, source in result.pair.before]
            old = dict(result.pair.before)
            lines += [f"    #> {c}: {s!r}" for c, s in result.pair.after if old.get(c) != s] + [""]
    path.write_text("\n".join(lines), encoding="utf-8")


def main() -> None:
    """Measure and print one JSON object."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--kernels", action="store_true")
    arguments.add_argument("--only", default="")
    arguments.add_argument("--peers")
    arguments.add_argument("--no-peers", action="store_true", help="sept alone")
    arguments.add_argument("--failures", type=Path)
    options = arguments.parse_args()
    chosen = [pair for pair in edit_pairs() if options.only in str(pair)]
    pairs = [pair for pair in chosen if pair.can_run]
    live_shell.preload()
    found: dict[str, list[Result]] = {}
    if options.no_peers and not options.kernels:
        for pair in pairs:
            clean = in_folder(lambda pair=pair: live_shell.clean_run(pair.after))
            found.setdefault("sept", []).append(measured(pair, lambda pair=pair: by_sept(pair), clean))
    elif not options.no_peers:
        found = compare(pairs, options.peers, with_sept=not options.kernels)
    if options.kernels:
        found["sept"] = on_kernels(pairs)
    if options.failures:
        write_failures(options.failures, found["sept"])
    report: dict[str, Any] = {"name": "edits", "on": "kernels" if options.kernels else "forked shells"}
    report["left_out"] = len(chosen) - len(pairs)
    report |= {name: figures(results) for name, results in sorted(found.items())}
    report["wrong"] = [str(result.pair) for result in found["sept"] if result.wrong]
    with contextlib.suppress(KeyError):
        report["marimo"]["refused"] = len(pairs) - report["marimo"]["pairs"]
    print(json.dumps(report))


if __name__ == "__main__":
    main()
