"""`jupyter sept run`: a notebook run headless in dependency order; independent branches go on after an error."""

from __future__ import annotations

import ast
import sys
from time import perf_counter
from typing import Any

from sept_ext.core import analyze_cell
from sept_ext.core.errors import BadInput
from sept_ext.core.graph import DependencyGraph
from sept_ext.core.linked_graph import LinkedGraph
from sept_ext.core.traversal import downstream, topological_order, upstream
from sept_ext.services.notebook_json import cells_of, source_of

from .live_notebook import LiveNotebook
from .notebook_file import read_notebook, write_notebook


def run(path: str, settings: list[str], *, only_stale: bool, output: str | None) -> int:
    """Run the cells and write their outputs into the notebook, or into `output`. Returns 1 when a cell failed."""
    notebook = read_notebook(path)
    cells = [cell for cell in cells_of(notebook) if cell.type == "code"]
    raw = {cell.id: content for cell, content in zip(cells_of(notebook), notebook["cells"], strict=True)}
    for setting in settings:
        set_input(raw, setting)
    graph = LinkedGraph.build((cell.id, analyze_cell(source_of(raw[cell.id]))) for cell in cells).graph
    chosen = _only_stale(graph, raw) if only_stale else list(graph.order())
    failed = _run_all(path, notebook, raw, chosen, output or path)
    _say(f"{len(chosen) - len(failed)} of {len(chosen)} cells ran well; written to {output or path}")
    return 1 if failed else 0


def set_input(raw: dict[str, dict[str, Any]], setting: str) -> None:
    """Replace the literal of the first `name = literal` in place. Raises BadInput when there is none."""
    name, equals, value = setting.partition("=")
    name = name.strip()
    if not equals or not name.isidentifier():
        raise BadInput(f"--set {setting}: write NAME=VALUE.")
    for content in raw.values():
        if content.get("cell_type") != "code":
            continue
        source = source_of(content)
        place = _literal_of(source, name)
        if place is not None:
            begin, end = place
            content["source"] = source[:begin] + _as_literal(value) + source[end:]
            return
    raise BadInput(f"--set {name}: no cell has `{name} = ` with a plain value to replace.")


def _literal_of(source: str, name: str) -> tuple[int, int] | None:
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return None
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        if value is None or not any(isinstance(t, ast.Name) and t.id == name for t in targets):
            continue
        try:
            ast.literal_eval(value)
        except ValueError:
            continue
        return _offset(source, value.lineno, value.col_offset), _offset(source, value.end_lineno, value.end_col_offset)
    return None


def _offset(source: str, line: int, column: int) -> int:
    """Place in the text of an AST position, whose columns count UTF-8 bytes."""
    lines = source.splitlines(keepends=True)
    return sum(map(len, lines[: line - 1])) + len(lines[line - 1].encode()[:column].decode())


def _as_literal(value: str) -> str:
    try:
        return repr(ast.literal_eval(value))
    except (ValueError, SyntaxError):
        return repr(value)


def _only_stale(graph: DependencyGraph, raw: dict[str, dict[str, Any]]) -> list[str]:
    """Cells that the file shows as not run or failed, what depends on them, and what these need in a new kernel."""
    missing = {cell_id for cell_id in graph.order() if _is_missing(raw[cell_id])}
    stale = missing | {below for cell_id in missing for below in downstream(graph, cell_id)}
    return topological_order(graph, stale | {above for cell_id in stale for above in upstream(graph, cell_id)})


def _is_missing(content: dict[str, Any]) -> bool:
    """Whether the file shows a cell as not run, or as failed."""
    if not source_of(content).strip():
        return False
    failed = any(output.get("output_type") == "error" for output in content.get("outputs", ()))
    return failed or content.get("execution_count") is None


def _run_all(
    path: str, notebook: dict[str, Any], raw: dict[str, dict[str, Any]], chosen: list[str], target: str
) -> set[str]:
    """Run the chosen cells in one new kernel and write `target`; the ids of those that failed or were skipped.

    What depends on a failed cell is skipped, also where only a run has shown that it does. Outputs of what ran before
    a kernel dies or somebody stops it are written too.
    """
    live = LiveNotebook(path, notebook)
    live.show(cells_of(notebook))
    with live.kernel:
        try:
            return _run_each(live, raw, chosen)
        except KeyboardInterrupt:
            _say(f"Stopped; what ran until then is written to {target}")
            raise
        finally:
            write_notebook(target, notebook)


def _run_each(live: LiveNotebook, raw: dict[str, dict[str, Any]], chosen: list[str]) -> set[str]:
    lost: set[str] = set()
    for number, cell_id in enumerate(chosen, start=1):
        label = f"[{number}/{len(chosen)}] {_first_line(raw[cell_id])}"
        raw[cell_id]["outputs"], raw[cell_id]["execution_count"] = [], None
        if not source_of(raw[cell_id]).strip():
            continue
        if lost & live.view.graph.parent_ids(cell_id):
            lost.add(cell_id)
            _say(f"{label}: skipped, a cell it depends on failed")
            continue
        began = perf_counter()
        try:
            outcome = live.run(cell_id)
        except BaseException:  # the kernel died, or somebody stopped it: what was printed until then is kept
            raw[cell_id]["outputs"] = live.kernel.so_far.outputs
            raise
        raw[cell_id]["outputs"], raw[cell_id]["execution_count"] = outcome.outputs, outcome.execution_count
        if outcome.error is None:
            _say(f"{label}: {perf_counter() - began:.1f} s")
        else:
            lost.add(cell_id)
            _say(f"{label}: failed, {outcome.error}")
    return lost


def _first_line(content: dict[str, Any]) -> str:
    return next((line.strip()[:60] for line in source_of(content).splitlines() if line.strip()), "(empty)")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
