"""What ties projects to files: sharing a notebook, and following its saves and renames.

A notebook is known by the UUID in its metadata first, by its path second. A copy of a file carries the same UUID:
while the original is still there, the copy is not the project.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sept_ext.core.errors import BadInput, Conflict, SeptError, Unavailable

from . import inputs, projects
from .container import Services
from .notebook_json import give_ids, notebook_id, set_notebook_id
from .ports import NotebookJSON
from .records import SYSTEM, Actor, Event, Project

log = logging.getLogger(__name__)


async def share_notebook(
    services: Services,
    actor: Actor,
    path: str,
    *,
    project_id: UUID | None = None,
    workspace_id: UUID | None = None,
    title: str | None = None,
) -> Project:
    """Make a notebook a project; writes a UUID into the file, and ids for cells, where they are missing."""
    path = path.strip("/")
    title = inputs.line(_title_of(path) if title is None else title, "A title")
    await services.store.read(projects.require_sharing, actor, workspace_id)
    async with services.files.locked(path):
        identity, notebook = await _with_identity(services, actor, path, project_id)
        now = datetime.now(UTC)
        draft = Project(identity, workspace_id or identity, title, services.files.root, path, actor.id, now, now)
        project = await services.store.write(projects.add_project, actor, draft, workspace_id, notebook)
    if (project.root, project.path) != (services.files.root, path):  # it was a project already, and has moved
        await services.store.write(projects.place_project, actor, project.id, services.files.root, path)
        project = replace(project, root=services.files.root, path=path)
    return project


async def _with_identity(
    services: Services, actor: Actor, path: str, wanted: UUID | None
) -> tuple[UUID, NotebookJSON]:
    """The notebook at a path, with a UUID of its own, and ids of its cells, in the file."""
    notebook, file_hash = await services.files.read(path)
    in_file = notebook_id(notebook)
    if in_file is not None and wanted is not None and in_file != wanted:
        raise Conflict("The file carries another UUID than the one given.")
    identity = await _identity_for(services, actor, in_file or wanted, path)
    has_new_cells = give_ids(notebook)
    if identity != in_file or has_new_cells:
        set_notebook_id(notebook, identity)
        await services.files.write(path, notebook, file_hash)
        publish(services, "notebook_rewritten", path, identity, actor)
    return identity, notebook


async def note_save(services: Services, system: Actor, path: str, in_file: UUID | None) -> None:
    """A notebook was saved, by anybody: tell, and bring the projection of its project up to date.

    `in_file` is the UUID that was saved with it, if any. Without the store the save is still told of.
    """
    project_id: UUID | None = None
    try:
        if in_file is not None and await is_project_file(services, system, in_file, path):
            async with services.files.locked(path):
                notebook, _ = await services.files.read(path)
                await services.store.write(projects.place_project, system, in_file, services.files.root, path)
                await services.store.write(projects.take_in, system, in_file, notebook)
            project_id = in_file
    except SeptError as error:
        log.warning("Sept: the save of %s was not taken in: %s", path, error.message)
    publish(services, "notebook_saved", path, project_id, None)


async def note_rename(services: Services, system: Actor, old: str, new: str) -> None:
    """A file or folder was renamed through Jupyter."""
    project_id: UUID | None = None
    try:
        moved = await services.store.write(projects.move_projects, system, services.files.root, old, new)
        project_id = moved[0] if moved else None
    except Unavailable as error:
        log.warning("Sept: the rename of %s was not taken in: %s", old, error.message)
    publish(services, "notebook_renamed", new, project_id, None, old)


async def refresh(services: Services, project: Project) -> None:
    """Bring the projection up to date with a file that was changed behind Jupyter's back (git, an editor).

    Costs a look at the file's time and size when nothing changed. A file that cannot be used now changes nothing.
    """
    if project.root != services.files.root:
        return
    stamp = f"{project.path} {await services.files.stamp(project.path)}"
    if services.taken_in.get(project.id) == stamp:
        return
    try:
        async with services.files.locked(project.path):
            notebook, _ = await open_file(services, project)
            await services.store.write(projects.take_in, SYSTEM, project.id, notebook)
    except SeptError as error:
        log.info("Sept: %s is shown as it was last known: %s", project.path, error.message)
    services.taken_in[project.id] = stamp


async def is_project_file(services: Services, actor: Actor, project_id: UUID, path: str) -> bool:
    """Whether the file at `path`, which carries a project's UUID, is that project's file and not a copy of it."""
    project = await services.store.read(projects.find_project, actor, project_id)
    return project is not None and not await _is_copy(services, project, path)


async def open_file(services: Services, project: Project) -> tuple[NotebookJSON, str]:
    """A project's notebook and its hash; Conflict when another notebook has its place."""
    files = services.files
    if project.root != files.root and not await files.is_same_file(project.root, project.path, project.path):
        raise Unavailable("The notebook's file is on another server or below another folder.")
    notebook, file_hash = await files.read(project.path)
    if notebook_id(notebook) != project.id:
        raise Conflict(f"The file {project.path} is another notebook now.")
    return notebook, file_hash


def publish(
    services: Services, kind: str, path: str, project_id: UUID | None, actor: Actor | None, subject: str | None = None
) -> None:
    """Tell of a live event (one that is not stored)."""
    actor_id = None if actor is None else actor.id
    services.events.publish_live(
        Event(kind, datetime.now(UTC), project_id=project_id, path=path, subject_id=subject, actor_id=actor_id)
    )


async def _identity_for(services: Services, actor: Actor, candidate: UUID | None, path: str) -> UUID:
    if candidate is None:
        return uuid4()
    project = await services.store.read(projects.find_project, actor, candidate)
    return uuid4() if project is not None and await _is_copy(services, project, path) else candidate


async def _is_copy(services: Services, project: Project, path: str) -> bool:
    files = services.files
    if (project.root, project.path) == (files.root, path):
        return False
    if await files.is_same_file(project.root, project.path, path):
        return False
    return await files.exists(project.root, project.path)


def _title_of(path: str) -> str:
    name = path.rsplit("/", 1)[-1].removesuffix(".ipynb").strip()
    if not name:
        raise BadInput("The path names no notebook.")
    return name[:200]
