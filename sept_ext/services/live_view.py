"""One open document: its cells as a client shows them, their graph, and the states that follow from a kernel's runs.

A view is about one client's text, which may differ from the file and from another tab's; the runs of the kernel are
common to all. Not thread-safe: the caller holds the view's lock.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sept_ext.core import analyze_cell
from sept_ext.core.cells import Cell, CellAnalysis
from sept_ext.core.errors import BadInput
from sept_ext.core.graph import DependencyGraph
from sept_ext.core.hidden_state import SETTINGS, seeded, settings_read, states_read
from sept_ext.core.history import KernelHistory
from sept_ext.core.linked_graph import LinkedGraph
from sept_ext.core.observed import NOTHING_OBSERVED, Observed
from sept_ext.core.source_hash import SourceHash
from sept_ext.core.staleness import IDLE, CellStatus, Notebook, affected_by_run, assess

from .live_runs import Frames, RunChange


class NotebookView:
    """The cells of one document, with states kept up to date; `revision` rises when any answer would change."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.lock = threading.RLock()
        # What the text of each code cell tells; the linked graph knows besides what runs have shown.
        self.analyses: dict[str, CellAnalysis] = {}
        # For who runs a notebook to its end whatever fails, as `jupyter sept verify` does.
        self.goes_on_after_errors = False
        self.kernel_id: str | None = None
        self.language: str | None = None
        self.notebook_id: str | None = None
        self.order: list[str] = []
        self.cells: dict[str, Cell] = {}
        self._linked = LinkedGraph()
        self.statuses: dict[str, CellStatus] = {}
        self.history = KernelHistory()
        # The kernel's dataframes, and the revision since which they are these.
        self.frames: Frames = {}
        self.frames_at = 0
        self.revision = 0
        self.changed_at: dict[str, int] = {}
        self.places: dict[str, int] = {}
        self._hashes: dict[str, SourceHash | str] = {}
        self._deferred: dict[str, frozenset[str]] = {}
        self._known: set[str] = set()
        # Settings that some run has changed: most notebooks have none, and need not ask who reads them.
        self._settings: frozenset[str] = frozenset()

    @property
    def graph(self) -> DependencyGraph:
        """The edges between code cells, calls followed."""
        return self._linked.graph

    @property
    def notebook(self) -> Notebook:
        """What staleness and plans are computed from."""
        return Notebook(
            self.graph,
            self._hashes,
            self._deferred,
            self.history,
            frozenset(self._linked.opaque),
            self.goes_on_after_errors,
            self._known,
        )

    def set_cells(self, order: Sequence[str] | None, changed: Iterable[Cell]) -> None:
        """Take in a new order (None: as before) and changed cells, and compute what follows.

        Raises BadInput when the order names a cell whose text was never sent, or names one twice.
        """
        changed = list(changed)
        if (order is None or list(order) == self.order) and self._are_edits(changed):
            self._assess(self._edit(changed))
            return
        new_order = (
            list(order) if order is not None else self.order + [c.id for c in changed if c.id not in self.cells]
        )
        if len(set(new_order)) != len(new_order):
            raise BadInput("A cell is in the order twice; ids must be made unique by the client.")
        cells = {**self.cells, **{cell.id: cell for cell in changed}}
        missing = next((cell_id for cell_id in new_order if cell_id not in cells), None)
        if missing is not None:
            raise BadInput(f"The text of cell {missing!r} was not sent; synchronise with reset: true.")
        self.cells = {cell_id: cells[cell_id] for cell_id in new_order}
        self._known.update(self.cells)
        touched = {cell.id for cell in changed if cell.id in self.cells}
        dirty = self._update_graph([c for c in new_order if self.cells[c].type == "code"], touched)
        if new_order != self.order:
            self.order = new_order
            places = {cell_id: place for place, cell_id in enumerate(new_order)}
            self._note({c for c in self.analyses if places[c] != self.places.get(c)})
            self.places = places
        self._assess(dirty)

    def _are_edits(self, changed: Sequence[Cell]) -> bool:
        """Whether no cell comes, goes or changes its type: the common case, which must not cost the whole notebook."""
        return all(cell.id in self.cells and self.cells[cell.id].type == cell.type for cell in changed)

    def _edit(self, changed: Sequence[Cell]) -> set[str]:
        dirty: set[str] = set()
        for cell in changed:
            self.cells[cell.id] = cell
            if cell.type == "code":
                dirty |= self._reanalyse(cell.id)
        self._note(dirty)
        return dirty

    def _reanalyse(self, cell_id: str) -> set[str]:
        """Read a cell's text anew; the cells that this may concern."""
        now = analyze_cell(self.cells[cell_id].source)
        return {cell_id} | self._set_analysis(cell_id, _with_last_good(now, self.analyses[cell_id]))

    def set_history(self, history: KernelHistory, change: RunChange) -> None:
        """Take in what a kernel did."""
        ran = {*self.history.runs, *history.runs} & self.analyses.keys()
        self.history = history
        cell_id = change.cell_id
        settings = SETTINGS & history.log.keys()
        if settings != self._settings:
            self._settings, ran, cell_id = settings, set(self.analyses), None
        if cell_id is None:
            for other in ran:
                self._set_analysis(other, self.analyses[other])
            self._note(ran)
            self._assess(None)
            return
        if cell_id not in self.graph:
            # It is in no cell of ours (a console, another document): any reader of what it wrote may be concerned.
            self._assess({r for r in self.analyses if self.graph.uses(r).reads & change.written} | self._linked.opaque)
            return
        relinked = self._set_analysis(cell_id, self.analyses[cell_id])
        self._note(relinked | {cell_id})
        affected = affected_by_run(self.notebook, cell_id, change.written)
        self._assess(affected | relinked | self.graph.child_ids(cell_id))

    def set_frames(self, frames: Frames) -> None:
        """Take in which dataframes the kernel has."""
        if frames is not self.frames and frames != self.frames:
            self.revision += 1
            self.frames, self.frames_at = frames, self.revision

    def status(self, cell_id: str) -> CellStatus:
        """The state of a code cell."""
        return self.statuses.get(cell_id, IDLE)

    def changed_since(self, revision: int | None) -> list[str]:
        """Code cells that changed after a revision, in notebook order."""
        return [c for c in self.order if c in self.analyses and (revision is None or self.changed_at[c] > revision)]

    def _update_graph(self, order: list[str], touched: set[str]) -> set[str] | None:
        """Bring the graph to the new cells; returns the cells whose state may have changed, None for all."""
        dirty: set[str] = set()
        for cell_id in set(self.analyses) - set(order):
            dirty |= self._linked.remove(cell_id)
            for table in (self.analyses, self._hashes, self._deferred, self.statuses, self.changed_at):
                table.pop(cell_id, None)
        if not self.analyses:
            self._open(order)
            return None
        previous: str | None = None
        for cell_id in order:
            if cell_id not in self.analyses:
                dirty |= self._insert(cell_id, previous)
            elif cell_id in touched:
                dirty |= self._reanalyse(cell_id)
            previous = cell_id
        if list(self.graph.order()) != order:
            self._linked.reorder(order)
            self._note(set(order))
            return None
        self._note(dirty)
        return dirty

    def _open(self, order: list[str]) -> None:
        """Take in all code cells at once, which is much quicker than one after the other."""
        analyses = {cell_id: analyze_cell(self.cells[cell_id].source) for cell_id in order}
        self._linked = LinkedGraph.build(analyses.items())
        for cell_id, analysis in analyses.items():
            self._set_analysis(cell_id, analysis)
        self._note(set(order))

    def _insert(self, cell_id: str, after: str | None) -> set[str]:
        analysis = analyze_cell(self.cells[cell_id].source)
        concerned = self._linked.insert(cell_id, analysis, after)
        return concerned | self._set_analysis(cell_id, analysis) | {cell_id}

    def _set_analysis(self, cell_id: str, analysis: CellAnalysis) -> set[str]:
        """Keep an analysis, with what a run of the same text was seen to do besides; the cells this concerns."""
        self.analyses[cell_id] = analysis
        self._hashes[cell_id] = analysis.source_hash
        self._deferred[cell_id] = analysis.deferred
        observed = self._observed(cell_id, analysis)
        return self._linked.update(cell_id, analysis, observed)

    def _observed(self, cell_id: str, analysis: CellAnalysis) -> Observed:
        """What a run of this text has shown; of a text that has not run, the hidden state that it seems to use."""
        record, source = self.history.runs.get(cell_id), self.cells[cell_id].source
        settings = states_read(source)
        if self._settings:
            settings |= settings_read(source) & self._settings
        if record is not None and record.source_hash == analysis.source_hash:
            return replace(record.observed, settings=settings) if settings else record.observed
        seeds = seeded(source)
        return Observed(seeds=seeds, settings=settings) if seeds or settings else NOTHING_OBSERVED

    def _assess(self, dirty: set[str] | None) -> None:
        changed = assess(self.notebook, self.statuses, None if self.goes_on_after_errors else dirty)
        self.statuses.update(changed)
        self._note(set(changed))

    def _note(self, cell_ids: set[str]) -> None:
        """Remember that the answers for these cells changed."""
        known = cell_ids & self.analyses.keys()
        if known:
            self.revision += 1
            self.changed_at.update(dict.fromkeys(known, self.revision))


def _with_last_good(now: CellAnalysis, before: CellAnalysis) -> CellAnalysis:
    """A text that does not parse keeps the names of its last good one, so that the graph does not fall apart."""
    if not now.is_broken:
        return now
    return replace(before, problems=now.problems, source_hash=now.source_hash, read_spans={}, write_spans={})
