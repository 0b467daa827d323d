"""Whether a cell's outputs are what a clean run from the top would give, and if not, why.

Nothing here is stored: a status is computed from the graph (what the text says now) and the history (what ran, and
which versions it saw). So undoing an edit, moving a cell back or a re-run that changes no value makes cells fresh
again by itself. The idea of comparing versions seen is Livebook's (its pull requests 452 and 1517).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from .graph import DependencyGraph, Key, key_label
from .hidden_state import RANDOM_KEYS
from .history import OUTSIDE, KernelHistory, RunRecord, Version
from .source_hash import SourceHash


class ExecutionState(StrEnum):
    """The one state a badge shows."""

    IDLE = "idle"
    RUNNING = "running"
    SUCCESS = "success"
    ERROR = "error"
    STALE = "stale"


class StaleReasonKind(StrEnum):
    """Why a cell is stale; the meaning of each is told in `schema.graphql`."""

    EDITED = "edited"
    REWRITTEN = "rewritten"
    OTHER_WRITER = "other_writer"
    WRITER_GONE = "writer_gone"
    UPSTREAM_STALE = "upstream_stale"
    UPSTREAM_NOT_RUN = "upstream_not_run"
    MARKED = "marked"


class StaleReason(NamedTuple):
    """One reason: the name it is about, the cell that is the cause, and when that happened."""

    kind: StaleReasonKind
    name: str | None = None
    cell_id: str | None = None
    at: datetime | None = None


class CellStatus(NamedTuple):
    """The state of one cell, and why its last run does not hold any more, most telling first.

    A running cell keeps the reasons it had: until it is done, what reads it is as stale as before.
    """

    state: ExecutionState = ExecutionState.IDLE
    reasons: tuple[StaleReason, ...] = ()

    @property
    def is_stale(self) -> bool:
        """Whether it should run again."""
        return self.state is ExecutionState.STALE


IDLE = CellStatus()
_DONE, _FAILED = CellStatus(ExecutionState.SUCCESS), CellStatus(ExecutionState.ERROR)

SourceHashes = Mapping[str, SourceHash | str]
DeferredReads = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Notebook:
    """What staleness is computed from: the graph, the texts' hashes now, and the kernel session's history.

    `deferred`: for each cell, reads that happen only when something it defines is used later. Such a read never makes
    the defining cell stale: whoever uses what it defines reads the name then (`linked_graph`). `opaque`: cells that
    may read anything. `goes_on_after_errors`: a failed run counts as done, as for who runs a notebook to its end.
    `known`: cells that are or were in the notebook (None: all); what others write on the same kernel is from outside.
    """

    graph: DependencyGraph
    hashes: SourceHashes
    deferred: DeferredReads
    history: KernelHistory
    opaque: frozenset[str] = frozenset()
    goes_on_after_errors: bool = False
    known: Set[str] | None = None

    def reads_now(self, cell_id: str) -> Set[Key]:
        """What a run of the cell may read while it runs. An opaque cell: whatever cells above write."""
        graph = self.graph
        reads: Set[Key] = graph.uses(cell_id).reads
        if deferred := self.deferred.get(cell_id):
            reads = reads - deferred
        if cell_id in self.opaque:
            reads = {*reads, *graph.keys_above(cell_id)}
        if RANDOM_KEYS.isdisjoint(reads):
            return reads
        return {key for key in reads if key not in RANDOM_KEYS or graph.is_replaced_above(cell_id, key)}

    def is_from_outside(self, version: Version) -> bool:
        """Whether a value was given by code that is in no cell here (a console, another notebook): taken as is."""
        if version.cell_id is None or version.cell_id.startswith(OUTSIDE):
            return True
        return self.known is not None and version.cell_id not in self.known

    def readers(self, cell_id: str) -> set[str]:
        """Cells whose state may follow from this one's."""
        children = self.graph.child_ids(cell_id)
        if self.opaque and self.graph.uses(cell_id).writes:
            place = self.graph.position(cell_id)
            children |= {other for other in self.opaque if self.graph.position(other) > place}
        return children


def assess(
    notebook: Notebook, known: Mapping[str, CellStatus], dirty: Iterable[str] | None = None
) -> dict[str, CellStatus]:
    """States that differ from the known ones, after the dirty cells (None: all) may have changed.

    Walks down from the dirty cells in notebook order and stops where a state does not change, so that the cost is
    that of the cells concerned. The answer holds changed states only; `known` is not modified.
    """
    graph = notebook.graph
    waiting = set(graph.order() if dirty is None else (cell_id for cell_id in dirty if cell_id in graph))
    queue = [(graph.position(cell_id), cell_id) for cell_id in waiting]
    heapify(queue)
    changed: dict[str, CellStatus] = {}

    def current(cell_id: str) -> CellStatus:
        return changed.get(cell_id) or known.get(cell_id, IDLE)

    while queue:
        _, cell_id = heappop(queue)
        before, now = known.get(cell_id), _status(notebook, cell_id, current)
        if now == before:
            continue
        changed[cell_id] = now
        if before is None or bool(before.reasons) != bool(now.reasons) or before.state != now.state:
            # Readers are below, so none of them was looked at yet.
            children = notebook.readers(cell_id)
            if children and (children := children - waiting):
                waiting |= children
                _push(queue, [(graph.position(child), child) for child in children])
    return changed


def _push(queue: list[tuple[int, str]], items: list[tuple[int, str]]) -> None:
    """Many at once are cheaper put in order together."""
    if len(items) > len(queue):
        queue += items
        queue.sort()  # a sorted list is a heap
        return
    for item in items:
        heappush(queue, item)


def affected_by_run(notebook: Notebook, cell_id: str, written: Iterable[Key]) -> set[str]:
    """Cells whose state may change because a run of this cell began or ended: itself and readers of what it wrote."""
    affected = {cell_id} | notebook.readers(cell_id)
    for key in written:
        affected.update(notebook.graph.reached_readers(cell_id, key))
    return affected


def _status(notebook: Notebook, cell_id: str, current: Callable[[str], CellStatus]) -> CellStatus:
    history = notebook.history
    record = history.runs.get(cell_id)
    reasons = _reasons(notebook, record, current) if record is not None else []
    if len(reasons) > 1:
        reasons.sort(key=_weight)
    if cell_id in history.running:
        return CellStatus(ExecutionState.RUNNING, tuple(reasons))
    if record is None:
        return IDLE
    if reasons:
        return CellStatus(ExecutionState.STALE, tuple(reasons))
    return _FAILED if record.status == "error" else _DONE


_WEIGHTS = {kind: place for place, kind in enumerate(StaleReasonKind)}


def _weight(reason: StaleReason) -> tuple[int, str]:
    return (_WEIGHTS[reason.kind], reason.name or "")


def _reasons(notebook: Notebook, record: RunRecord, current: Callable[[str], CellStatus]) -> list[StaleReason]:
    cell_id = record.cell_id
    reasons = []
    if cell_id in notebook.history.marked:
        reasons.append(StaleReason(StaleReasonKind.MARKED, at=notebook.history.marked[cell_id]))
    if record.source_hash != notebook.hashes[cell_id]:
        reasons.append(StaleReason(StaleReasonKind.EDITED))
    for key in notebook.reads_now(cell_id):
        # Most often the first writer above decides: no search then, as an edit may have thousands of readers.
        writer = notebook.graph.writer_above(cell_id, key)
        if writer is not None and current(writer).reasons:
            reasons.append(StaleReason(StaleReasonKind.UPSTREAM_STALE, key_label(key), writer))
            continue
        reason = _reason_of_read(notebook, record, key, writer, current)
        if reason is not None:
            reasons.append(reason)
    return reasons


def _reason_of_read(
    notebook: Notebook, record: RunRecord, key: Key, writer: str | None, current: Callable[[str], CellStatus]
) -> StaleReason | None:
    """The reason that lies in one name; `writer` is the first one above, which is not stale."""
    history = notebook.history
    if writer is not None and did_not_write(notebook, writer, key):
        writer = nearest_writer(notebook, record.cell_id, key, lambda other: bool(current(other).reasons))
    if writer is None:
        return _reason_without_writer(notebook, key, history.seen(record, key))
    name = key_label(key)
    if current(writer).reasons:
        return StaleReason(StaleReasonKind.UPSTREAM_STALE, name, writer)
    seen = history.seen(record, key)
    written = history.runs.get(writer)
    present = written.wrote.get(key) if written is not None else None
    if present is None:
        if writer in history.running:
            return StaleReason(StaleReasonKind.UPSTREAM_STALE, name, writer)
        return StaleReason(StaleReasonKind.UPSTREAM_NOT_RUN, name, writer)
    if _is_same(record, key, seen, present):
        return None
    kind = StaleReasonKind.OTHER_WRITER
    if seen is None or seen.cell_id == writer or seen == present:
        kind = StaleReasonKind.REWRITTEN
    return StaleReason(kind, name, writer, present.at)


def _is_same(record: RunRecord, key: Key, seen: Version | None, present: Version) -> bool:
    """Whether a run would find what it found: the value, and the very object where that counts.

    It counts for a run that put the object into another; and one that changed it in place changed with it whatever
    else held it, so what holds it must be the same.
    """
    if seen is None or present.is_gone:
        return seen is None and present.is_gone
    return (
        seen == present
        and (key not in record.held or seen.made == present.made)
        and (key not in record.mutated or seen.holds == present.holds)
    )


def _reason_without_writer(notebook: Notebook, key: Key, seen: Version | None) -> StaleReason | None:
    """No cell above writes the name: right if it came from outside, wrong if a cell gave it out of order."""
    if seen is None or notebook.is_from_outside(seen):
        return None
    return StaleReason(StaleReasonKind.WRITER_GONE, key_label(key), seen.cell_id, seen.at)


def nearest_writer(notebook: Notebook, cell_id: str, key: Key, is_stale: Callable[[str], bool]) -> str | None:
    """The cell whose value of the name this cell should see by notebook order.

    A writer that ran as it stands and did not write the name (a branch not taken) is passed over; one that did not
    run, or is stale, counts: it may write.
    """
    for writer in notebook.graph.writers_above(cell_id, key):
        if is_stale(writer) or not did_not_write(notebook, writer, key):
            return writer
    return None


def did_not_write(notebook: Notebook, writer: str, key: Key) -> bool:
    """Whether the cell ran as it stands, to its end, without writing the name."""
    record = notebook.history.runs.get(writer)
    return (
        record is not None
        and (record.status == "ok" or notebook.goes_on_after_errors)
        and record.source_hash == notebook.hashes[writer]
        and key not in record.wrote
        and writer not in notebook.history.running
    )
