"""Changing cells of notebook files."""

from __future__ import annotations

from typing import Any

from sept_ext.core.cells import CellType
from sept_ext.graphql.context import Info
from sept_ext.services import cells, inputs, projects
from sept_ext.services.records import Project, ProjectCell

from .projects import describe_cells

Input = dict[str, Any]
_TYPES: dict[str, CellType] = {"CODE": "code", "MARKDOWN": "markdown", "RAW": "raw"}


async def create_cell(_source: Any, info: Info, input: Input) -> dict[str, Any]:
    """Insert a cell."""
    cell = await cells.create_cell(
        info.context.services,
        info.context.actor,
        inputs.existing_id(input["project_id"], "project"),
        cell_type=_TYPES[input.get("type") or "CODE"],
        source=input.get("source") or "",
        after=input.get("after_cell_id"),
        cell_id=input.get("id"),
        expected_hash=input.get("expected_hash"),
    )
    return await _described(info, cell)


async def update_cell(_source: Any, info: Info, input: Input) -> dict[str, Any]:
    """Change a cell."""
    cell_type = input.get("type")
    cell = await cells.update_cell(
        info.context.services,
        info.context.actor,
        inputs.existing_id(input["project_id"], "project"),
        input["cell_id"],
        cell_type=None if cell_type is None else _TYPES[cell_type],
        source=input.get("source"),
        expected_hash=input.get("expected_hash"),
    )
    return await _described(info, cell)


async def move_cell(_source: Any, info: Info, input: Input) -> dict[str, Any]:
    """Move a cell."""
    cell = await cells.reorder_cell(
        info.context.services,
        info.context.actor,
        inputs.existing_id(input["project_id"], "project"),
        input["cell_id"],
        input.get("after_cell_id"),
        expected_hash=input.get("expected_hash"),
    )
    return await _described(info, cell)


async def delete_cell(_source: Any, info: Info, input: Input) -> Project:
    """Delete a cell."""
    return await cells.delete_cell(
        info.context.services,
        info.context.actor,
        inputs.existing_id(input["project_id"], "project"),
        input["cell_id"],
        expected_hash=input.get("expected_hash"),
    )


async def _described(info: Info, cell: ProjectCell) -> dict[str, Any]:
    project = await info.context.read(projects.get_project, cell.project_id)
    return (await describe_cells(info.context, project, [cell]))[0]


FIELDS = {
    ("Mutation", "createCell"): create_cell,
    ("Mutation", "updateCell"): update_cell,
    ("Mutation", "moveCell"): move_cell,
    ("Mutation", "deleteCell"): delete_cell,
}
