"""Runs of cells by the server: one cell, or a plan; outputs go into the notebook's file.

For scripts and the API. In JupyterLab the document runs its own cells, so that its outputs stream as always.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from sept_ext.core.errors import BadInput, Conflict, NotFound, SeptError, Unavailable
from sept_ext.core.plan import Plan, PlanKind, PlanStep

from . import projects
from .container import Services
from .live_ports import CellOutcome, KernelGone, Kernels
from .notebook_json import CellJSON, cell_type_of, cells_of, kernel_name, position_of, source_of
from .notebooks import LiveNotebooks
from .ports import NotebookJSON
from .records import SYSTEM, Project
from .sharing import open_file, publish

log = logging.getLogger(__name__)

DEFAULT_WAIT_S = 60.0
MAX_WAIT_S = 300.0
_WRITE_TRIES = 5
# A run may show dependencies that no text told: then what is stale because of them is planned and run as well.
_MAX_ROUNDS = 5
# How long a kernel's last report may take from its channel into the live notebook.
_REPORT_WAIT_S = 2.0


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
    """Where one step of a plan is: waiting, running, success, error, skipped, cancelled."""

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
    """Runs cells in the kernels of notebooks' own sessions."""

    services: Services
    notebooks: LiveNotebooks
    kernels: Kernels
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    async def execute_cell(self, project: Project, cell_id: str, wait_s: float | None) -> CellRun:
        """Run one cell of a project's file and record its outputs there. Raises NotFound, BadInput, Unavailable.

        They are not recorded when the cell was changed or deleted while it ran: they are not that text's outputs.
        """
        wait_s = _checked_wait(wait_s)
        task = self._start(self._run_cell(project, cell_id))
        is_done = await _wait(task, wait_s)
        return task.result() if is_done else CellRun(cell_id, "running")

    async def run_plan(self, project: Project, kind: PlanKind, cell_id: str | None, wait_s: float | None) -> PlanRun:
        """Run a plan over the file; a failed cell stops only what depends on it, a lost kernel stops the rest."""
        wait_s = _checked_wait(wait_s)
        plan, kernel_id = await self._plan(project, kind, cell_id)
        run = PlanRun(kind, _waiting(plan))
        task = self._start(self._run_rounds(project, plan, run, kernel_id, cell_id))
        if await _wait(task, wait_s):
            task.result()
        return run

    async def close(self) -> None:
        """Give up what runs, and wait until it has been."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:  # perhaps nobody waits for it any more
            log.info("Sept: a run on the server ended early: %s", task.exception())

    async def _plan(self, project: Project, kind: PlanKind, cell_id: str | None) -> tuple[Plan, str]:
        notebook, _ = await open_file(self.services, project)
        kernel_id = await self._kernel(project.path, notebook)
        cells, identity = cells_of(notebook), str(project.id)
        await asyncio.to_thread(self.notebooks.show_file, project.path, cells, kernel_id, identity)
        return await asyncio.to_thread(self.notebooks.file_plan, project.path, kind, cell_id), kernel_id

    async def _run_rounds(
        self, project: Project, plan: Plan, run: PlanRun, kernel_id: str, cell_id: str | None
    ) -> None:
        try:
            for _ in range(_MAX_ROUNDS):
                runs_before = self.notebooks.kernel(kernel_id).history.next_run
                is_well = await self._run_steps(project, plan, run, kernel_id)
                if not is_well or run.kind not in (PlanKind.STALE, PlanKind.REACTIVE):
                    break
                await self._hear(kernel_id, runs_before + len(plan.steps))
                ran = {step.cell_id for step in plan.steps}
                plan, present = await self._plan(await self._at_its_place(project), run.kind, cell_id)
                if not plan.steps or present != kernel_id or ran.issuperset(step.cell_id for step in plan.steps):
                    break
                run.steps += _waiting(plan)
        except (NotFound, BadInput):  # the cell it was about is not there any more: what was asked for has run
            pass
        except KernelGone as gone:
            for place, unfinished in enumerate(run.steps):
                if unfinished.status == "running":
                    run.steps[place] = PlanRunStep(unfinished.cell_id, "error", gone.message)
                elif unfinished.status == "waiting":
                    run.steps[place] = PlanRunStep(unfinished.cell_id, "cancelled")
        finally:
            run.is_finished = True

    async def _run_steps(self, project: Project, plan: Plan, run: PlanRun, kernel_id: str) -> bool:
        """Run one plan, whose steps are the last of the run's; whether every step went well."""
        lost: set[str] = set()
        for place, step in enumerate(plan.steps, start=len(run.steps) - len(plan.steps)):
            if lost & set(step.depends_on):
                run.steps[place] = PlanRunStep(step.cell_id, "skipped")
            else:
                run.steps[place] = PlanRunStep(step.cell_id, "running")
                run.steps[place] = await self._run_step(project, step, kernel_id)
            if run.steps[place].status != "success":
                lost.add(step.cell_id)
        return not lost

    async def _run_step(self, project: Project, step: PlanStep, kernel_id: str) -> PlanRunStep:
        try:
            if step.forgets:
                await self.kernels.forget(kernel_id, step.forgets)
            outcome = await self._run_cell(project, step.cell_id, kernel_id)
        except KernelGone:
            raise
        except SeptError as error:
            return PlanRunStep(step.cell_id, "error", error.message)
        return PlanRunStep(step.cell_id, outcome.status, outcome.error)

    async def _hear(self, kernel_id: str, next_run: int) -> None:
        """Wait until the reports of all runs have been taken in; one that does not come is not waited for long."""
        for _ in range(int(_REPORT_WAIT_S / 0.02)):
            history = self.notebooks.kernel(kernel_id).history
            if history.next_run >= next_run and not history.running:
                return
            await asyncio.sleep(0.02)

    async def _run_cell(self, project: Project, cell_id: str, in_kernel: str | None = None) -> CellRun:
        """Run one cell, in the kernel that a plan began in if it is given."""
        project = await self._at_its_place(project)
        notebook, _ = await open_file(self.services, project)
        source = source_of(_code_cell(notebook, cell_id))
        kernel_id = await self._kernel(project.path, notebook)
        if in_kernel not in (None, kernel_id):
            raise KernelGone("The notebook got another kernel while the plan ran.")
        outcome = await self.kernels.execute(kernel_id, cell_id, source)
        await self._record(project, cell_id, source, outcome)
        return CellRun(cell_id, outcome.status, outcome.execution_count, outcome.error, json.dumps(outcome.outputs))

    async def _at_its_place(self, project: Project) -> Project:
        """The project with the path it has now: its file may be renamed while a plan runs, or a cell."""
        try:
            return await self.services.store.read(projects.find_project, SYSTEM, project.id) or project
        except Unavailable:
            return project

    async def _kernel(self, path: str, notebook: NotebookJSON) -> str:
        kernel_id = await self.kernels.ensure(path, kernel_name(notebook))
        if not self.kernels.watch(kernel_id):
            raise Unavailable("The server cannot run cells in this kernel, since it runs elsewhere. JupyterLab can.")
        return kernel_id

    async def _record(self, project: Project, cell_id: str, source: str, outcome: CellOutcome) -> None:
        """Write the outputs into the file as it is now. Other programs may write it too: by its hash."""
        project = await self._at_its_place(project)
        for _ in range(_WRITE_TRIES):
            async with self.services.files.locked(project.path):
                notebook, present = await open_file(self.services, project)
                try:
                    cell = _code_cell(notebook, cell_id)
                except (NotFound, BadInput):
                    return
                if source_of(cell) != source:
                    return
                cell["outputs"], cell["execution_count"] = outcome.outputs, outcome.execution_count
                try:
                    await self.services.files.write(project.path, notebook, present)
                except Conflict:
                    continue
            publish(self.services, "notebook_rewritten", project.path, project.id, None)
            return
        raise Conflict("The cell ran, but its file is being changed so often that the outputs could not be written.")


def _waiting(plan: Plan) -> list[PlanRunStep]:
    return [PlanRunStep(step.cell_id, "waiting") for step in plan.steps]


async def _wait(task: asyncio.Task[Any], wait_s: float) -> bool:
    """Whether it ended within the time. Unavailable when it was given up."""
    await asyncio.wait({task}, timeout=wait_s)
    if task.cancelled():
        raise Unavailable("The server is going down.")
    return task.done()


def _code_cell(notebook: NotebookJSON, cell_id: str) -> CellJSON:
    cell: CellJSON = notebook["cells"][position_of(notebook, cell_id)]
    if cell_type_of(cell) != "code":
        raise BadInput("Only code cells run.")
    return cell


def _checked_wait(wait_s: float | None) -> float:
    wait_s = DEFAULT_WAIT_S if wait_s is None else wait_s
    if not 0 <= wait_s <= MAX_WAIT_S:
        raise BadInput(f"waitSeconds must be between 0 and {MAX_WAIT_S:.0f}.")
    return wait_s
