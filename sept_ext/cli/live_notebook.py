"""A notebook on a live kernel, with the states that follow from its runs: what JupyterLab shows, without it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sept_ext.core.cells import Cell
from sept_ext.core.errors import Unavailable
from sept_ext.core.plan import PlanKind, PlanReason, PlanStep, make_plan
from sept_ext.core.staleness import ExecutionState
from sept_ext.services.live_ports import CellOutcome
from sept_ext.services.live_runs import KernelRuns
from sept_ext.services.live_view import NotebookView

from .kernel_session import KernelSession

# A cell that is stale again right after it ran (it changes what it reads, for ever anew) is not run for ever.
MAX_RUNS_OF_A_CELL = 4


class LiveNotebook:
    """Cells, a kernel, and the outputs that a person would see below each cell."""

    def __init__(self, path: str, notebook: Mapping[str, Any]) -> None:
        self._runs = KernelRuns(path)
        self.view = NotebookView(path)
        self.view.goes_on_after_errors = True
        self.kernel = KernelSession(path, notebook, self._reported)
        self.outcomes: dict[str, CellOutcome] = {}

    def show(self, cells: Sequence[Cell]) -> None:
        """Give the notebook these cells: edited, new, moved and deleted ones are told by their ids."""
        self.view.set_cells([cell.id for cell in cells], cells)

    def run(self, cell_id: str) -> CellOutcome:
        """Run one cell as a person would."""
        self.outcomes[cell_id] = outcome = self.kernel.run(cell_id, self.view.cells[cell_id].source)
        return outcome

    def run_all(self) -> Iterator[tuple[str, CellOutcome]]:
        """Run every cell from the top; errors do not end it."""
        for cell_id in list(self.view.graph.order()):
            yield cell_id, self.run(cell_id)

    def settle(self) -> Iterator[tuple[PlanStep, CellOutcome]]:
        """Run stale cells, and those that never ran, until every cell is as a clean run would leave it.

        The plan is made anew after each step: a run may show that what depends on it is fresh after all (early
        cut-off), or that it changed more than its text told. Raises Unavailable when the kernel does not tell.
        """
        if self.outcomes and not self.view.history.runs:
            raise Unavailable(
                "This kernel does not tell what its cells do: install sept-ext in its environment. Kernels of other"
                " languages than Python cannot be followed."
            )
        counts: Counter[str] = Counter()
        while (step := self._next_step(counts)) is not None:
            counts[step.cell_id] += 1
            if step.forgets:
                self.kernel.run_silently(f"get_ipython().run_line_magic('sept_forget', {', '.join(step.forgets)!r})")
            yield step, self.run(step.cell_id)

    def stale(self) -> frozenset[str]:
        """Cells that are shown as stale."""
        return frozenset(cell_id for cell_id in self.view.analyses if self.view.status(cell_id).is_stale)

    def _next_step(self, counts: Counter[str]) -> PlanStep | None:
        statuses = {cell_id: self.view.status(cell_id) for cell_id in self.view.analyses}
        idle = [c for c, status in statuses.items() if status.state is ExecutionState.IDLE]
        plan = make_plan(self.view.notebook, statuses, PlanKind.STALE, also=dict.fromkeys(idle, PlanReason.NOT_RUN))
        return next((step for step in plan.steps if counts[step.cell_id] < MAX_RUNS_OF_A_CELL), None)

    def _reported(self, content: Mapping[str, Any]) -> None:
        change = self._runs.take(content, datetime.now(UTC))
        if change is not None:
            self.view.set_history(self._runs.history, change)
