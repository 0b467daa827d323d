"""Live notebooks: what clients synchronise, states of cells, plans."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from sept_ext.core.cells import Cell
from sept_ext.core.errors import SeptError
from sept_ext.core.plan import PlanKind
from sept_ext.graphql.context import Info
from sept_ext.services import inputs, projects
from sept_ext.services.live import Live
from sept_ext.services.live_states import NotebookState, PlanView, notices_of_file
from sept_ext.services.notebook_json import cells_of, notebook_id
from sept_ext.services.notebooks import Sync

Input = dict[str, Any]


def live(info: Info) -> Live:
    """The live half of the services."""
    found: Live = info.context.services.live
    return found


async def sync_notebook(_source: Any, info: Info, input: Input) -> NotebookState:
    """Take in a client's text."""
    kernel_id = input.get("kernel_id")
    sync = Sync(
        path=input["path"],
        client_id=input["client_id"],
        # A kernel that is not this server's (a gateway's) cannot be listened to.
        kernel_id=kernel_id if kernel_id and live(info).kernels.watch(kernel_id) else None,
        language=input.get("language"),
        notebook_id=input.get("notebook_id"),
        reset=bool(input.get("reset")),
        order=input.get("order"),
        changed=[Cell(cell["id"], cell["type"].lower(), cell["source"]) for cell in input.get("changed") or ()],
        is_complete=input.get("is_complete", True) is not False,
        since=input.get("since"),
    )
    return await asyncio.to_thread(live(info).notebooks.synchronise, sync)


async def resolve_notebook_state(
    _source: Any, info: Info, path: str, client_id: str | None = None, since: int | None = None
) -> NotebookState:
    """The states of a client's text, or of the file."""
    if client_id is not None:
        return await asyncio.to_thread(live(info).notebooks.state, path, client_id, since)
    return await _file_state(info, path)


async def resolve_plan(
    _source: Any, info: Info, path: str, kind: str, client_id: str | None = None, cell_id: str | None = None
) -> PlanView:
    """What a run would run."""
    if client_id is None:
        await _file_state(info, path)
    return await asyncio.to_thread(live(info).notebooks.plan, path, client_id, PlanKind(kind.lower()), cell_id)


async def mark_cell_dependents_stale(_source: Any, info: Info, input: Input) -> NotebookState:
    """Mark what depends on a cell."""
    client_id = input.get("client_id")
    if client_id is None:
        await _file_state(info, input["path"])
    notebooks = live(info).notebooks
    return await asyncio.to_thread(notebooks.mark_dependents_stale, input["path"], client_id, input["cell_id"])


def close_notebook(_source: Any, info: Info, path: str, client_id: str) -> bool:
    """A client closed a document."""
    return live(info).notebooks.forget(path, client_id)


async def resolve_project_of_state(state: NotebookState, info: Info) -> Any:
    """The project a notebook is shared as; null when there is none, it is not yours, or the store is away."""
    if state.notebook_id is None:
        return None
    try:
        return await info.context.read(projects.get_project, inputs.existing_id(state.notebook_id, "project"))
    except SeptError:
        return None


async def _file_state(info: Info, path: str) -> NotebookState:
    notebook, _ = await info.context.services.files.read(path)
    kernel_id = await live(info).kernels.kernel_of(path)
    if kernel_id is not None and not live(info).kernels.watch(kernel_id):
        kernel_id = None
    identity = notebook_id(notebook)
    show = live(info).notebooks.show_file
    state = await asyncio.to_thread(
        show, path, cells_of(notebook), kernel_id, None if identity is None else str(identity)
    )
    return replace(state, notices=notices_of_file(notebook))


FIELDS = {
    ("Query", "notebookState"): resolve_notebook_state,
    ("Query", "plan"): resolve_plan,
    ("Mutation", "syncNotebook"): sync_notebook,
    ("Mutation", "closeNotebook"): close_notebook,
    ("Mutation", "markCellDependentsStale"): mark_cell_dependents_stale,
    ("NotebookState", "project"): resolve_project_of_state,
}
