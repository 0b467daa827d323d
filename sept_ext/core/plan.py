"""Which cells to run, and in which order, so that outputs are what a clean run from the top would give.

The yardstick is that clean run (DESIGN, decision 5). So a plan holds more than stale cells: writers that never ran,
and the *restore set*, cells above that must run again because the live object is not the value that notebook order
gives any more (later code mutated or replaced it). Both are found by playing the plan through on version names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .graph import Key, key_label
from .hidden_state import RANDOM_KEYS
from .staleness import CellStatus, Notebook, did_not_write, nearest_writer
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
    names: dict[str, set[str]] = field(default_factory=dict)
    forgets: dict[str, set[str]] = field(default_factory=dict)

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
    """The cells to run for `kind`, in dependency order; `also`: cells to run besides.

    WITH_UPSTREAM and REACTIVE need `target`, a cell of the graph.

    Cost: the cells in the plan times the names they read, once for each round in which cells join.
    """
    selection = _Selection({**(also or {}), **_requested(notebook, statuses, kind, target)})
    if kind is not PlanKind.ALL:
        while _grow(notebook, statuses, selection):
            pass
    order = topological_order(notebook.graph, selection.reasons)
    chosen = set(order)
    steps = (
        PlanStep(
            cell_id,
            selection.reasons[cell_id],
            tuple(sorted(selection.names.get(cell_id, ()))),
            tuple(topological_order(notebook.graph, notebook.graph.parent_ids(cell_id) & chosen)),
            tuple(sorted(selection.forgets.get(cell_id, ()))),
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


def _reacting(notebook: Notebook, statuses: Mapping[str, CellStatus], target: str) -> Iterable[tuple[str, PlanReason]]:
    """The cell unless it is up to date, and what depends on it and is stale or never ran."""
    for cell_id in (target, *downstream(notebook.graph, target)):
        if statuses[cell_id].is_stale:
            yield cell_id, PlanReason.STALE
        elif cell_id not in notebook.history.runs:
            yield cell_id, PlanReason.REQUESTED if cell_id == target else PlanReason.NOT_RUN


def _ran_well(notebook: Notebook, cell_id: str) -> bool:
    record = notebook.history.runs.get(cell_id)
    return record is not None and (record.status == "ok" or notebook.goes_on_after_errors)


class _Live:
    """The value each name will have while a plan is played through: the kernel's, but for what steps wrote."""

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook
        self._played: dict[Key, str | None] = {}

    def value(self, key: Key) -> str | None:
        """What is there; None for nothing."""
        if key in self._played:
            return self._played[key]
        version = self._notebook.history.live(key)
        return None if version is None or self._notebook.is_from_outside(version) else version.value

    def put(self, key: Key, value: str | None) -> None:
        """A step writes (or, None, forgets) a name."""
        self._played[key] = value


@dataclass(slots=True)
class _Play:
    """One run through the selection, in notebook order."""

    notebook: Notebook
    statuses: Mapping[str, CellStatus]
    selection: _Selection
    live: _Live
    grew: bool = False

    def run(self, cell_id: str) -> None:
        """What a step needs, then what it does."""
        for key in sorted(self.notebook.reads_now(cell_id), key=key_label):
            self._supply(cell_id, key)
        for key in self.notebook.graph.uses(cell_id).writes:
            if self._is_stale(cell_id) or not did_not_write(self.notebook, cell_id, key):
                self.live.put(key, f"plan {cell_id}")
                self._pass_on(cell_id, key)

    def _supply(self, cell_id: str, key: Key) -> None:
        """Make sure that the cell finds the value of `key` that notebook order gives.

        Only the nearest writer joins: when it changes a value in place, what it needs is found in the next round.
        """
        writer = nearest_writer(self.notebook, cell_id, key, self._is_stale)
        if writer is None:
            self._forget(cell_id, key)
            return
        if writer in self.selection.reasons:
            expected: str | None = f"plan {writer}"
        elif not _ran_well(self.notebook, writer):
            self._add(writer, PlanReason.NOT_RUN, key)
            return
        else:
            present = self.notebook.history.runs[writer].wrote.get(key)
            expected = present.value if present is not None and not present.is_gone else None
        if self.live.value(key) != expected:
            self._add(writer, PlanReason.REBUILD, key)

    def _forget(self, cell_id: str, key: Key) -> None:
        """A clean run would not know the name, unless a cell of which nobody knows what it binds runs before."""
        if not isinstance(key, str) or key in RANDOM_KEYS or self.live.value(key) is None:
            return
        place = self.notebook.graph.position
        if not any(place(other) < place(cell_id) for other in self.notebook.opaque & self.selection.reasons.keys()):
            self.selection.forgets.setdefault(cell_id, set()).add(key)
            self.live.put(key, None)

    def _pass_on(self, cell_id: str, key: Key) -> None:
        """Cells that put the old object into theirs need the new one."""
        if key not in self.notebook.graph.uses(cell_id).kills:
            return
        for reader in self.notebook.graph.reached_readers(cell_id, key):
            record = self.notebook.history.runs.get(reader)
            if reader != cell_id and record is not None and key in record.held:
                self._add(reader, PlanReason.REBUILD, key)

    def _add(self, cell_id: str, reason: PlanReason, key: Key) -> None:
        self.grew |= self.selection.add(cell_id, reason, key_label(key))

    def _is_stale(self, cell_id: str) -> bool:
        return bool(self.statuses[cell_id].reasons)


def _grow(notebook: Notebook, statuses: Mapping[str, CellStatus], selection: _Selection) -> bool:
    """Play the selection through and add what its reads lack; True when a cell joined: play it again then."""
    selection.forgets.clear()
    play = _Play(notebook, statuses, selection, _Live(notebook))
    for cell_id in topological_order(notebook.graph, selection.reasons):
        play.run(cell_id)
    return play.grew
