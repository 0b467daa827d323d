"""Live notebooks: open documents, the kernels they use, and what is known of their cells.

One object for a server. Its methods are ordinary functions that may be called from several threads; what takes long
(reading thousands of cells for the first time) holds only its own document's lock.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sept_ext.core.cells import Cell
from sept_ext.core.errors import BadInput, NotFound, UnknownView
from sept_ext.core.plan import Plan, PlanKind, make_plan
from sept_ext.core.traversal import downstream

from .live_runs import KernelRuns, RunChange
from .live_states import NotebookState, PlanView, plan_view, state_of
from .live_view import NotebookView

MAX_VIEWS = 500
_DISK = ""


@dataclass(frozen=True, slots=True)
class Sync:
    """What a client sends of its document; see SyncNotebookInput in schema.graphql."""

    path: str
    client_id: str
    kernel_id: str | None = None
    language: str | None = None
    notebook_id: str | None = None
    reset: bool = False
    order: Sequence[str] | None = None
    changed: Sequence[Cell] = ()
    is_complete: bool = True
    since: int | None = None


class LiveNotebooks:
    """Views by (path, client) and runs by kernel. `publish(path)` is called when a notebook's states changed."""

    def __init__(
        self, publish: Callable[[str], None], now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._publish = publish
        self._now = now
        self._lock = threading.RLock()
        self._views: dict[tuple[str, str], NotebookView] = {}
        self._parts: dict[tuple[str, str], list[Cell]] = {}
        self._kernels: dict[str, KernelRuns] = {}

    def synchronise(self, sync: Sync) -> NotebookState:
        """Take in what a client sent; the state of its cells (an empty one while parts are missing)."""
        key = (sync.path, sync.client_id)
        with self._lock:
            if sync.reset:
                self._views.pop(key, None)
                self._parts.pop(key, None)
                self._make_room()
                self._views[key] = NotebookView(sync.path)
            view = self._views.get(key)
            if view is None:
                raise UnknownView("This document is not known here (any more); synchronise with reset: true.")
            self._views[key] = self._views.pop(key)  # the newest is last
            changed = [*self._parts.pop(key, []), *sync.changed]
            if not sync.is_complete:
                self._parts[key] = changed
                return NotebookState.empty(sync.path)
        with view.lock:
            view.language = sync.language or view.language
            view.notebook_id = sync.notebook_id or view.notebook_id
            self._connect(view, sync.kernel_id)
            view.set_cells(sync.order, changed)
            return self._state(view, sync.since)

    def show_file(
        self, path: str, cells: Sequence[Cell], kernel_id: str | None, notebook_id: str | None = None
    ) -> NotebookState:
        """The state of a file that no client needs to have open."""
        key = (path, _DISK)
        with self._lock:
            view = self._views.pop(key, None)
            if view is None:
                self._make_room()
                view = NotebookView(path)
            self._views[key] = view
        with view.lock:
            self._connect(view, kernel_id)
            view.notebook_id = notebook_id
            view.set_cells([cell.id for cell in cells], [c for c in cells if view.cells.get(c.id) != c])
            return self._state(view, None)

    def state(self, path: str, client_id: str, since: int | None) -> NotebookState:
        """The state of what a client synchronised. Raises UnknownView."""
        view = self.view(path, client_id)
        with view.lock:
            return self._state(view, since)

    def plan(self, path: str, client_id: str | None, kind: PlanKind, cell_id: str | None) -> PlanView:
        """What a run would run. Raises UnknownView, BadInput (no cell named), NotFound (no such cell)."""
        view = self.view(path, client_id)
        with view.lock:
            return plan_view(view, _make_plan(view, kind, cell_id))

    def file_plan(self, path: str, kind: PlanKind, cell_id: str | None) -> Plan:
        """The same for a file that was shown, as it is to be run."""
        view = self.view(path, None)
        with view.lock:
            return _make_plan(view, kind, cell_id)

    def mark_dependents_stale(self, path: str, client_id: str | None, cell_id: str) -> NotebookState:
        """Mark every cell that depends on a cell and has run."""
        view = self.view(path, client_id)
        with view.lock:
            if cell_id not in view.graph:
                raise NotFound("There is no such code cell in this notebook.")
            below = frozenset(downstream(view.graph, cell_id))
            kernel = self._kernels.get(view.kernel_id or "")
        if kernel is not None:
            self._spread(kernel, kernel.mark(below, self._now()))
        return self.state(path, client_id or _DISK, None)

    def forget(self, path: str, client_id: str) -> bool:
        """A client closed its document."""
        with self._lock:
            self._parts.pop((path, client_id), None)
            return self._views.pop((path, client_id), None) is not None

    def rename(self, old: str, new: str) -> None:
        """A notebook (or a folder above it) has another path now; its clients go on with the new one."""
        with self._lock:
            for path, client_id in list(self._views):
                if path == old or path.startswith(old + "/"):
                    view = self._views.pop((path, client_id))
                    view.path = new + path[len(old) :]
                    self._views[view.path, client_id] = view
                    if (path, client_id) in self._parts:
                        self._parts[view.path, client_id] = self._parts.pop((path, client_id))

    def view(self, path: str, client_id: str | None) -> NotebookView:
        """A client's view; without a client, the file's."""
        with self._lock:
            view = self._views.get((path, client_id or _DISK))
        if view is None:
            raise UnknownView("This document is not known here (any more); synchronise with reset: true.")
        return view

    def kernel(self, kernel_id: str) -> KernelRuns:
        """The runs of a kernel, from now on if it was not known."""
        with self._lock:
            return self._kernels.setdefault(kernel_id, KernelRuns(kernel_id))

    def take_message(self, kernel_id: str, content: Mapping[str, Any]) -> None:
        """A `sept_run` message of a kernel's observer."""
        kernel = self.kernel(kernel_id)
        change = kernel.take(content, self._now())
        if change is not None:
            self._spread(kernel, change)

    def kernel_idle(self, kernel_id: str) -> None:
        """A kernel finished something that the observer should have reported."""
        kernel = self.kernel(kernel_id)
        change = kernel.note_silence()
        if change is not None:
            self._spread(kernel, change)

    def kernel_restarted(self, kernel_id: str) -> None:
        """A kernel began anew, or is gone."""
        kernel = self.kernel(kernel_id)
        self._spread(kernel, kernel.reset())

    def forget_kernel(self, kernel_id: str) -> None:
        """A kernel is gone for good: what it ran says nothing about any other."""
        self.kernel_restarted(kernel_id)
        with self._lock:
            self._kernels.pop(kernel_id, None)

    def execution_states(self, path: str) -> dict[str, str]:
        """The state of each cell of a file by id, from its newest view."""
        with self._lock:
            views = [view for (other, _), view in self._views.items() if other == path]
        if not views:
            return {}
        with views[-1].lock:
            return {cell_id: views[-1].status(cell_id).state.value for cell_id in views[-1].analyses}

    def _connect(self, view: NotebookView, kernel_id: str | None) -> None:
        if view.kernel_id == kernel_id:
            return
        view.kernel_id = kernel_id
        kernel = self.kernel(kernel_id) if kernel_id is not None else KernelRuns("")
        view.set_history(kernel.history, RunChange(None))
        view.set_frames(kernel.frames)

    def _spread(self, kernel: KernelRuns, change: RunChange) -> None:
        with self._lock:
            views = [view for view in self._views.values() if view.kernel_id == kernel.kernel_id]
        for view in views:
            with view.lock:
                view.set_history(kernel.history, change)
                view.set_frames(kernel.frames)
        for path in {view.path for view in views}:
            self._publish(path)

    def _state(self, view: NotebookView, since: int | None) -> NotebookState:
        kernel = self._kernels.get(view.kernel_id or "")
        return state_of(view, kernel.observation if kernel is not None else "no_kernel", since)

    def _make_room(self) -> None:
        """Forget the documents that were silent longest; their clients synchronise anew when they come back."""
        while len(self._views) >= MAX_VIEWS:
            oldest = next(iter(self._views))
            del self._views[oldest]
            self._parts.pop(oldest, None)


def _make_plan(view: NotebookView, kind: PlanKind, cell_id: str | None) -> Plan:
    if kind in (PlanKind.WITH_UPSTREAM, PlanKind.REACTIVE) and cell_id is None:
        raise BadInput(f"A plan of kind {kind.name} needs cellId.")
    if cell_id is not None and cell_id not in view.graph:
        raise NotFound("There is no such code cell in this notebook.")
    statuses = {cell_id: view.status(cell_id) for cell_id in view.analyses}
    return make_plan(view.notebook, statuses, kind, cell_id)
