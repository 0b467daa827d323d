"""Which cells to run, and in which order, so that outputs are what a clean run from the top would give.

The yardstick is that clean run (DESIGN, decision 5). So a plan holds more than stale cells: writers that never ran,
and the *restore set*, cells above that must run again because the live object is not the value that notebook order
gives any more (later code mutated or replaced it). Both are found by playing the plan through on version names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from .graph import Key, key_label
from .staleness import CellStatus, Notebook, nearest_writer
from .traversal import downstream, topological_order, upstream


class PlanKind(StrEnum):
    """What a person asked for."""

    STALE = "stale"
    ALL = "all"
    WITH_UPSTREAM = "with_upstream"
    REACTIVE = "reactive"


class PlanReason(StrEnum):
    """Why a cell is in a plan."""

    STALE = "stale"
    NOT_RUN = "not_run"
    REBUILD = "rebuild"
    REQUESTED = "requested"


@dataclass(frozen=True, slots=True)
class PlanStep:
    """A cell to run. `depends_on`: earlier steps; when one of them failed or was skipped, skip this one too.

    `forgets`: names to take out of the kernel before it runs, since no cell above writes them any more.
    """

    cell_id: str
    reason: PlanReason
    names: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    forgets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps in the order to run them."""

    kind: PlanKind
    steps: tuple[PlanStep, ...] = ()


@dataclass(slots=True)
class _Selection:
    """Cells chosen so far, with the reason and the names they are run for."""

    reasons: dict[str, PlanReason]
    names: dict[str, set[str]]

    def add(self, cell_id: str, reason: PlanReason, name: str | None = None) -> bool:
        """Choose a cell; tells whether that is new. The names of rebuilt cells gather."""
        if name is not None and self.reasons.get(cell_id, reason) is reason:
            self.names.setdefault(cell_id, set()).add(name)
        if cell_id in self.reasons:
            return False
        self.reasons[cell_id] = reason
        return True


def make_plan(
    notebook: Notebook,
    statuses: Mapping[str, CellStatus],
    kind: PlanKind,
    target: str | None = None,
    also: Mapping[str, PlanReason] | None = None,
) -> Plan:
    """The cells to run for `kind`, in dependency order. WITH_UPSTREAM and REACTIVE need `target`, a
    cell of the graph. `also`: cells to run besides.

    Cost: the cells in the plan times the names they read, once for each round in which cells join.
    """
    selection = _Selection({**(also or {}), **_requested(notebook, statuses, kind, target)}, {})
    if kind is not PlanKind.ALL:
        while _grow(notebook, selection):
            pass
    order = topological_order(notebook.graph, selection.reasons)
    chosen = set(order)
    steps = (
        PlanStep(
            cell_id,
            selection.reasons[cell_id],
            tuple(sorted(selection.names.get(cell_id, ()))),
            tuple(topological_order(notebook.graph, notebook.graph.parent_ids(cell_id) & chosen)),
        )
        for cell_id in order
    )
    return Plan(kind, tuple(steps))


def _requested(
    notebook: Notebook, statuses: Mapping[str, CellStatus], kind: PlanKind, target: str | None
) -> dict[str, PlanReason]:
    graph = notebook.graph
    if kind is PlanKind.ALL:
        return dict.fromkeys(graph.order(), PlanReason.REQUESTED)
    if kind is PlanKind.STALE:
        return {cell_id: PlanReason.STALE for cell_id, status in statuses.items() if status.is_stale}
    if target is None or target not in graph:
        raise KeyError(target)
    if kind is PlanKind.REACTIVE:
        return dict(_reacting(notebook, statuses, target))
    needed = {
        cell_id: PlanReason.STALE if statuses[cell_id].is_stale else PlanReason.NOT_RUN
        for cell_id in upstream(graph, target)
        if statuses[cell_id].is_stale or not _ran_well(notebook, cell_id)
    }
    return {**needed, target: PlanReason.REQUESTED}


def _reacting(
    notebook: Notebook, statuses: Mapping[str, CellStatus], target: str
) -> Iterable[tuple[str, PlanReason]]:
    """The cell unless it is up to date, and what depends on it and is stale or never ran."""
    for cell_id in (target, *downstream(notebook.graph, target)):
        if statuses[cell_id].is_stale:
            yield cell_id, PlanReason.STALE
        elif cell_id not in notebook.history.runs:
            yield cell_id, PlanReason.REQUESTED if cell_id == target else PlanReason.NOT_RUN


def _ran_well(notebook: Notebook, cell_id: str) -> bool:
    record = notebook.history.runs.get(cell_id)
    return record is not None and record.status == "ok"


def _grow(notebook: Notebook, selection: _Selection) -> bool:
    """Play the selection through and add what its reads lack; True when a cell joined: play it again then."""
    live: dict[Key, str] = {key: version.value for key, version in notebook.history.live.items()}
    grew = False
    for cell_id in topological_order(notebook.graph, selection.reasons):
        for key in sorted(notebook.reads_now(cell_id), key=key_label):
            grew |= _supply(notebook, selection, cell_id, key, live)
        for key in notebook.graph.uses(cell_id).writes:
            live[key] = f"plan {cell_id}"
    return grew


def _supply(notebook: Notebook, selection: _Selection, cell_id: str, key: Key, live: Mapping[Key, str]) -> bool:
    """Make sure that the cell finds the value of `key` that notebook order gives; True when a cell had to join."""
    writer = nearest_writer(notebook, cell_id, key)
    if writer is None:
        return False
    name = key_label(key)
    if writer in selection.reasons:
        expected = f"plan {writer}"
    elif not _ran_well(notebook, writer):
        return selection.add(writer, PlanReason.NOT_RUN, name)
    else:
        present = notebook.history.runs[writer].wrote.get(key)
        expected = present.value if present is not None else ""
    if live.get(key) == expected:
        return False
    return _rebuild(notebook, selection, cell_id, key)


def _rebuild(notebook: Notebook, selection: _Selection, cell_id: str, key: Key) -> bool:
    """Choose every writer above back to the one that makes the value anew."""
    grew = False
    for writer in notebook.graph.reaching_writers(cell_id, key):
        grew |= selection.add(writer, PlanReason.REBUILD, key_label(key))
    return grew
