"""Versions of a project's notebook: save, list, compare, restore. History is only ever added to."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sept_ext.core.access import Action
from sept_ext.core.errors import Conflict, NotFound
from sept_ext.core.notebook_diff import NotebookDiff, diff_notebooks

from . import inputs, projects
from .container import Services
from .events import record
from .guard import require_project
from .notebook_json import set_notebook_id
from .ports import NotebookJSON, UnitOfWork
from .records import Actor, Project, Version
from .sharing import open_file, publish
from .snapshots import Snapshot, diff_cells, load_notebook, store_snapshot, take_snapshot


@dataclass(frozen=True, slots=True)
class RestoredVersion:
    """What a restore made: the state before, kept, and the new newest version."""

    before: Version
    version: Version
    project: Project


async def save_version(
    services: Services, actor: Actor, project_id: UUID, label: str, version_id: UUID | None = None
) -> Version:
    """Keep the file as it is now. The same id again keeps nothing more."""
    label = inputs.line(label, "A version's name")
    project = await services.store.read(projects.get_project, actor, project_id, Action.SAVE_VERSION)
    notebook, _ = await open_file(services, project)
    return await services.store.write(add_version, actor, project_id, notebook, label, "manual", version_id)


async def restore_version(
    services: Services, actor: Actor, project_id: UUID, version_id: UUID, expected_hash: str | None = None
) -> RestoredVersion:
    """Make the file what a version was, having saved what it is now as a version."""
    project, version, notebook = await services.store.read(load_version, actor, project_id, version_id)
    store, name = services.store, f"version {version.seq}"
    async with services.files.locked(project.path):
        present, file_hash = await open_file(services, project)
        if expected_hash is not None and expected_hash != file_hash:
            raise Conflict("The file changed meanwhile. Load it again, then try again.")
        before = await store.write(
            add_version, actor, project_id, present, f"Before restoring {name}", "before_restore"
        )
        set_notebook_id(notebook, project_id)
        await services.files.write(project.path, notebook, file_hash)
        label = f"Restored {name}: {version.label}"[:200]
        after = await store.write(add_version, actor, project_id, notebook, label, "restore")
        await store.write(projects.take_in, actor, project_id, notebook)
    publish(services, "notebook_rewritten", project.path, project_id, actor)
    return RestoredVersion(before, after, project)


async def diff_versions(
    services: Services, actor: Actor, project_id: UUID, older: UUID, newer: UUID | None
) -> NotebookDiff:
    """How a version differs from a newer one, or from the file now."""
    project, _, old = await services.store.read(load_version, actor, project_id, older, Action.VIEW)
    if newer is None:
        new, _ = await open_file(services, project)
    else:
        _, _, new = await services.store.read(load_version, actor, project_id, newer, Action.VIEW)
    return await services.store.run(lambda: diff_notebooks(diff_cells(old), diff_cells(new)))


def add_version(
    uow: UnitOfWork,
    actor: Actor,
    project_id: UUID,
    notebook: NotebookJSON,
    label: str,
    kind: str,
    version_id: UUID | None = None,
) -> Version:
    """Store a notebook as the next version of a project."""
    action = Action.SAVE_VERSION if kind == "manual" else Action.RESTORE_VERSION
    project, _ = require_project(uow, actor, project_id, action)
    existing = None if version_id is None else uow.versions.get(version_id)
    if existing is not None:
        return _same(existing, actor, project_id)
    return _add(uow, actor, project, take_snapshot(notebook), (label, kind, version_id))


def load_version(
    uow: UnitOfWork, actor: Actor, project_id: UUID, version_id: UUID, action: Action = Action.RESTORE_VERSION
) -> tuple[Project, Version, NotebookJSON]:
    """A project, one of its versions, and the notebook as it was."""
    project, _ = require_project(uow, actor, project_id, action)
    version = uow.versions.get(version_id)
    if version is None or version.project_id != project_id:
        raise NotFound("There is no such version of this project.")
    return project, version, load_notebook(uow.blobs, version.manifest)


def versions_of(
    uow: UnitOfWork, actor: Actor, project_ids: list[UUID], first: int | None, offset: int | None
) -> dict[UUID, list[Version]]:
    """Versions of the projects the actor may see, newest first."""
    limit, start = inputs.page(first, offset)
    found: dict[UUID, list[Version]] = {}
    for version in uow.versions.of_projects(list(uow.projects.roles(actor.id, project_ids)), limit, start):
        found.setdefault(version.project_id, []).append(version)
    return found


def _add(
    uow: UnitOfWork, actor: Actor, project: Project, snapshot: Snapshot, what: tuple[str, str, UUID | None]
) -> Version:
    label, kind, version_id = what
    store_snapshot(uow.blobs, snapshot)
    uow.projects.lock(project.id)
    version = Version(
        version_id or uow.new_id(),
        project.id,
        uow.versions.next_seq(project.id),
        label,
        kind,
        actor,
        uow.now,
        snapshot.cell_count,
        snapshot.manifest,
    )
    uow.versions.add(version)
    uow.projects.touch(project.id, uow.now)
    record(
        uow,
        "version_changed",
        actor,
        workspace_id=project.workspace_id,
        project_id=project.id,
        subject_id=version.id,
    )
    return version


def _same(existing: Version, actor: Actor, project_id: UUID) -> Version:
    if existing.author.id != actor.id or existing.project_id != project_id:
        raise Conflict("This id is taken.")
    return existing
