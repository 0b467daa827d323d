"""Projects and the cells of their files."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, NoReturn
from uuid import UUID

from sept_ext.core.access import Role
from sept_ext.core.errors import NotFound
from sept_ext.graphql.context import Context, Info
from sept_ext.graphql.loaders import loader
from sept_ext.services import inputs, projects, sharing
from sept_ext.services.records import Project, ProjectCell, Workspace

from .workspaces import role_in

Input = dict[str, Any]


async def resolve_projects(
    _source: Any, info: Info, workspace_id: str | None = None, first: int | None = None, offset: int | None = None
) -> list[Project]:
    """Projects the actor may see."""
    workspace = None if workspace_id is None else inputs.existing_id(workspace_id, "workspace")
    return await info.context.read(projects.list_projects, workspace, first, offset)


async def resolve_project(_source: Any, info: Info, id: str) -> Project:
    """One of them."""
    project = await info.context.read(projects.get_project, inputs.existing_id(id, "project"))
    await sharing.refresh(info.context.services, project)
    return project


async def resolve_workspace_projects(
    source: Workspace, info: Info, first: int | None = None, offset: int | None = None
) -> list[Project]:
    """A workspace's projects."""
    return await info.context.read(projects.list_projects, source.id, first, offset)


async def create_project(_source: Any, info: Info, input: Input) -> Project:
    """Share a notebook."""
    workspace_id = input.get("workspace_id")
    return await sharing.share_notebook(
        info.context.services,
        info.context.actor,
        input["path"],
        project_id=inputs.new_id(input.get("id")),
        workspace_id=None if workspace_id is None else inputs.existing_id(workspace_id, "workspace"),
        title=input.get("title"),
    )


async def load_workspaces(context: Context, workspace_ids: Sequence[UUID]) -> dict[UUID, Workspace]:
    """Workspaces by id, of those the actor is a member of."""
    return await context.read(projects.workspaces_by_id)


def _gone() -> NoReturn:
    raise NotFound("There is no such workspace, or you are not a member of it.")


async def resolve_project_workspace(source: Project, info: Info) -> Workspace:
    """The workspace a project is in."""
    return await loader(info.context, load_workspaces, _gone).load(source.workspace_id)


async def resolve_project_role(source: Project, info: Info) -> Role | None:
    """The actor's role for a project."""
    return await role_in(info, source.workspace_id)


async def load_cells(context: Context, project_ids: Sequence[UUID]) -> dict[UUID, list[ProjectCell]]:
    """Cells of projects."""
    return await context.read(projects.cells_of_projects, list(project_ids))


async def resolve_cells(source: Project, info: Info) -> list[dict[str, Any]]:
    """A project's cells, with what their texts read and write and how they ran."""
    await sharing.refresh(info.context.services, source)
    cells = await loader(info.context, load_cells, list[ProjectCell]).load(source.id)
    return await describe_cells(info.context, source, cells)


async def describe_cells(context: Context, project: Project, cells: Sequence[ProjectCell]) -> list[dict[str, Any]]:
    """Cells as the API shows them."""
    services = context.services
    states = services.execution_states(project.path) if project.root == services.files.root else {}
    # In asyncio's own pool: analysing hundreds of cells must not keep the store's few threads busy.
    names = await asyncio.to_thread(_names_of, cells)
    return [_described(cell, names[cell.id], states.get(cell.id, "idle")) for cell in cells]


def _names_of(cells: Sequence[ProjectCell]) -> dict[str, tuple[list[str], list[str]]]:
    # Imported on use: the analysis brings sqlglot, which most requests need not wait for.
    from sept_ext.core import analyze_cell

    names: dict[str, tuple[list[str], list[str]]] = {}
    for cell in cells:
        if cell.type == "code":
            analysis = analyze_cell(cell.source)
            names[cell.id] = sorted(analysis.reads), sorted(analysis.writes)
        else:
            names[cell.id] = [], []
    return names


def _described(cell: ProjectCell, names: tuple[list[str], list[str]], state: str) -> dict[str, Any]:
    reads, writes = names
    return {
        "id": cell.id,
        "type": cell.type,
        "order": cell.order,
        "source": cell.source,
        "reads": reads,
        "writes": writes,
        "execution_state": state,
        "execution_count": cell.execution_count,
    }


FIELDS = {
    ("Query", "projects"): resolve_projects,
    ("Query", "project"): resolve_project,
    ("Mutation", "createProject"): create_project,
    ("Workspace", "projects"): resolve_workspace_projects,
    ("Project", "workspace"): resolve_project_workspace,
    ("Project", "role"): resolve_project_role,
    ("Project", "cells"): resolve_cells,
}
