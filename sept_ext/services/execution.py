"""Runs of cells by the server: one cell, or a plan; outputs go into the notebook's file.

For scripts and the API. In JupyterLab the document runs its own cells, so that its outputs stream as always.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sept_ext.core.cells import Cell
from sept_ext.core.errors import BadInput, Conflict, NotFound, SeptError
from sept_ext.core.plan import Plan, PlanKind

from .live_ports import CellOutcome, Kernels
from .notebooks import LiveNotebooks
from .ports import NotebookFiles, NotebookJSON

MAX_WAIT_S = 300.0
_WRITE_TRIES = 5


@dataclass(frozen=True, slots=True)
class CellRun:
    """A run of one cell, ended or (status running) still under way. `outputs` is JSON."""

    cell_id: str
    status: str
    execution_count: int | None = None
    error: str | None = None
    outputs: str = "[]"


@dataclass(frozen=True, slots=True)
class PlanRunStep:
    """Where one step of a plan is: waiting, running, success, error, skipped."""

    cell_id: str
    status: str
    error: str | None = None


@dataclass(slots=True)
class PlanRun:
    """A run of a plan; `steps` is brought up to date while it runs."""

    kind: PlanKind
    steps: list[PlanRunStep]
    is_finished: bool = False


@dataclass
class Execution:
    """Runs cells in the kernels of notebooks' own sessions. `rewritten(path)`: the file was changed by us."""

    notebooks: LiveNotebooks
    kernels: Kernels
    files: NotebookFiles
    rewritten: Callable[[str], None]
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    async def execute_cell(self, path: str, cell_id: str, wait_s: float) -> CellRun:
        """Run one cell of a file and record its outputs there. Raises NotFound, BadInput, Unavailable."""
        task = self._start(self._run_cell(path, cell_id))
        done, _ = await asyncio.wait({task}, timeout=_checked_wait(wait_s))
        return task.result() if done else CellRun(cell_id, "running")

    async def run_plan(self, path: str, kind: PlanKind, cell_id: str | None, wait_s: float) -> PlanRun:
        """Run a plan over the file; a failed cell stops only what depends on it."""
        plan = await self._plan(path, kind, cell_id)
        run = PlanRun(kind, [PlanRunStep(step.cell_id, "waiting") for step in plan.steps])
        task = self._start(self._run_steps(path, plan, run))
        done, _ = await asyncio.wait({task}, timeout=_checked_wait(wait_s))
        if done:
            task.result()
        return run

    def close(self) -> None:
        """Give up what runs."""
        for task in self._tasks:
            task.cancel()

    def _start(self, work: Any) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _plan(self, path: str, kind: PlanKind, cell_id: str | None) -> Plan:
        notebook, _ = await self.files.read(path)
        kernel_id = await self._kernel(path, notebook)
        await asyncio.to_thread(self.notebooks.show_file, path, cells_of(notebook), kernel_id)
        view = self.notebooks.view(path, None)
        with view.lock:
            return self.notebooks.make_plan(view, kind, cell_id)

    async def _run_steps(self, path: str, plan: Plan, run: PlanRun) -> None:
        lost: set[str] = set()
        for place, step in enumerate(plan.steps):
            if lost & set(step.depends_on):
                lost.add(step.cell_id)
                run.steps[place] = PlanRunStep(step.cell_id, "skipped")
                continue
            run.steps[place] = PlanRunStep(step.cell_id, "running")
            try:
                outcome = await self._run_cell(path, step.cell_id)
                run.steps[place] = PlanRunStep(step.cell_id, outcome.status, outcome.error)
            except SeptError as error:
                run.steps[place] = PlanRunStep(step.cell_id, "error", error.message)
            if run.steps[place].status == "error":
                lost.add(step.cell_id)
        run.is_finished = True

    async def _run_cell(self, path: str, cell_id: str) -> CellRun:
        notebook, _ = await self.files.read(path)
        cell = _code_cell(notebook, cell_id)
        kernel_id = await self._kernel(path, notebook)
        source = cell_source(cell)
        outcome = await self.kernels.execute(kernel_id, cell_id, source)
        await self._record(path, cell_id, source, outcome)
        return CellRun(cell_id, outcome.status, outcome.execution_count, outcome.error, json.dumps(outcome.outputs))

    async def _kernel(self, path: str, notebook: NotebookJSON) -> str:
        name = notebook.get("metadata", {}).get("kernelspec", {}).get("name")
        kernel_id = await self.kernels.ensure(path, name)
        self.kernels.watch(kernel_id)
        return kernel_id

    async def _record(self, path: str, cell_id: str, source: str, outcome: CellOutcome) -> None:
        """Write the outputs into the file as it is now; others may write it at the same time, so by its hash."""
        for _ in range(_WRITE_TRIES):
            notebook, present = await self.files.read(path)
            cell = _code_cell(notebook, cell_id)
            if cell_source(cell) != source:
                return  # the text changed while it ran: these are not its outputs
            cell["outputs"], cell["execution_count"] = outcome.outputs, outcome.execution_count
            try:
                await self.files.write(path, notebook, present)
            except Conflict:
                continue
            self.rewritten(path)
            return
        raise Conflict("The cell ran, but its file is being changed so often that the outputs could not be written.")


def cells_of(notebook: NotebookJSON) -> list[Cell]:
    """The cells of a file; missing ids are made from the place, ids given twice get a suffix, as clients do."""
    cells: list[Cell] = []
    seen: dict[str, int] = {}
    for place, raw in enumerate(notebook.get("cells", [])):
        cell_id = str(raw.get("id") or f"cell-{place}")
        seen[cell_id] = seen.get(cell_id, 0) + 1
        unique = cell_id if seen[cell_id] == 1 else f"{cell_id}~{seen[cell_id]}"
        kind = raw.get("cell_type")
        cells.append(Cell(unique, kind if kind in ("code", "markdown") else "raw", cell_source(raw)))
    return cells


def cell_source(cell: dict[str, Any]) -> str:
    """A cell's text; nbformat allows a list of lines."""
    source = cell.get("source", "")
    return "".join(source) if isinstance(source, list) else str(source)


def _code_cell(notebook: NotebookJSON, cell_id: str) -> dict[str, Any]:
    for cell, raw in zip(cells_of(notebook), notebook["cells"], strict=True):
        if cell.id == cell_id:
            if cell.type != "code":
                raise BadInput("Only code cells run.")
            found: dict[str, Any] = raw
            return found
    raise NotFound("There is no such cell in this notebook.")


def _checked_wait(wait_s: float) -> float:
    if not 0 <= wait_s <= MAX_WAIT_S:
        raise BadInput(f"waitSeconds must be between 0 and {MAX_WAIT_S:.0f}.")
    return wait_s
