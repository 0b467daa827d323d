"""Changing cells of a project's notebook file, guarded by the file's hash."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

from sept_ext.core.access import Action
from sept_ext.core.cells import Cell, CellType
from sept_ext.core.errors import Conflict

from . import inputs, projects
from .container import Services
from .notebook_json import insert_cell, move_cell, position_of, unique_ids, with_type
from .ports import NotebookJSON
from .records import Actor, Project, ProjectCell
from .sharing import open_file, publish

_TRIES = 10
Edit = Callable[[NotebookJSON], bool]
"""Changes a notebook in place; False when there was nothing to change."""


async def edit_notebook(
    services: Services, actor: Actor, project_id: UUID, expected_hash: str | None, edit: Edit, moved: str | None = None
) -> Project:
    """Change a project's file, then its projection; Conflict when the file is not the one expected."""
    project = await services.store.read(projects.get_project, actor, project_id, Action.EDIT_NOTEBOOK)
    async with services.files.locked(project.path):
        notebook, is_changed = await _edited(services, project, expected_hash, edit)
        await services.store.write(projects.take_in, actor, project.id, notebook, moved if is_changed else None)
    if is_changed:
        publish(services, "notebook_rewritten", project.path, project.id, actor)
    return project


async def _edited(
    services: Services, project: Project, expected_hash: str | None, edit: Edit
) -> tuple[NotebookJSON, bool]:
    """Make the edit in the file as it is now; again, on the newer file, when another program was quicker."""
    for tries_left in reversed(range(_TRIES)):
        notebook, file_hash = await open_file(services, project)
        if expected_hash is not None and expected_hash != file_hash:
            break
        if not edit(notebook):
            return notebook, False
        try:
            await services.files.write(project.path, notebook, file_hash)
        except Conflict:
            if not tries_left:
                raise
        else:
            return notebook, True
    raise Conflict("The file changed meanwhile. Load it again, then try again.")


async def create_cell(
    services: Services,
    actor: Actor,
    project_id: UUID,
    *,
    cell_type: CellType,
    source: str,
    after: str | None,
    cell_id: str | None = None,
    expected_hash: str | None = None,
) -> ProjectCell:
    """Insert a cell. The same id again changes nothing and gives the cell."""
    cell = Cell(str(uuid4()) if cell_id is None else inputs.cell_id(cell_id), cell_type, inputs.source(source))

    def insert(notebook: NotebookJSON) -> bool:
        if cell_id is not None and cell.id in unique_ids(notebook):
            return False
        insert_cell(notebook, cell, after)
        return True

    await edit_notebook(services, actor, project_id, expected_hash, insert)
    return await services.store.read(projects.get_cell, actor, project_id, cell.id)


async def update_cell(
    services: Services,
    actor: Actor,
    project_id: UUID,
    cell_id: str,
    *,
    cell_type: CellType | None,
    source: str | None,
    expected_hash: str | None = None,
) -> ProjectCell:
    """Change a cell's text or type; outputs stay unless it is no code cell any more."""
    if source is not None:
        inputs.source(source)

    def update(notebook: NotebookJSON) -> bool:
        index = position_of(notebook, cell_id)
        old = notebook["cells"][index]
        new = old if cell_type is None else with_type(old, cell_type)
        new = new if source is None else {**new, "source": source}
        notebook["cells"][index] = new
        return bool(new != old)

    await edit_notebook(services, actor, project_id, expected_hash, update)
    return await services.store.read(projects.get_cell, actor, project_id, cell_id)


async def reorder_cell(
    services: Services,
    actor: Actor,
    project_id: UUID,
    cell_id: str,
    after: str | None,
    *,
    expected_hash: str | None = None,
) -> ProjectCell:
    """Move a cell behind another one, or to the top."""

    def move(notebook: NotebookJSON) -> bool:
        before = unique_ids(notebook)
        move_cell(notebook, cell_id, after)
        return unique_ids(notebook) != before

    await edit_notebook(services, actor, project_id, expected_hash, move, cell_id)
    return await services.store.read(projects.get_cell, actor, project_id, cell_id)


async def delete_cell(
    services: Services, actor: Actor, project_id: UUID, cell_id: str, *, expected_hash: str | None = None
) -> Project:
    """Take a cell out of the file. Its threads stay, as orphans."""

    def delete(notebook: NotebookJSON) -> bool:
        del notebook["cells"][position_of(notebook, cell_id)]
        return True

    return await edit_notebook(services, actor, project_id, expected_hash, delete)
