"""Workspaces: where a team's projects, members and connections are."""

from __future__ import annotations

from uuid import UUID

from sept_ext.core.access import Role
from sept_ext.core.errors import Conflict, NotFound

from . import inputs
from .events import record
from .ports import UnitOfWork
from .records import Actor, Workspace


def create_workspace(
    uow: UnitOfWork, actor: Actor, name: str, slug: str | None = None, workspace_id: UUID | None = None
) -> Workspace:
    """Make a workspace with the actor as its admin. The same id again gives the same workspace."""
    name = inputs.line(name, "A workspace's name")
    if workspace_id is not None:
        existing = uow.workspaces.get(workspace_id)
        if existing is not None:
            return _same(existing, actor)
    if slug is None:
        slug = _free_slug(uow, inputs.slug_from(name))
    elif uow.workspaces.get_by_slug(inputs.slug(slug)) is not None:
        raise Conflict(f"The slug {slug} is taken.")
    workspace = Workspace(workspace_id or uow.new_id(), slug, name, actor.id, uow.now)
    uow.workspaces.add(workspace)
    uow.members.put(workspace.id, actor.id, Role.ADMIN, actor.id, uow.now)
    record(uow, "workspace_changed", actor, workspace_id=workspace.id, subject_id=workspace.id)
    return workspace


def list_workspaces(uow: UnitOfWork, actor: Actor) -> list[Workspace]:
    """The actor's workspaces, by name."""
    return [workspace for workspace, _ in uow.workspaces.of_user(actor.id)]


def get_workspace(uow: UnitOfWork, actor: Actor, slug: str) -> Workspace:
    """A workspace by slug; NotFound unless the actor is a member."""
    workspace = uow.workspaces.get_by_slug(slug) if inputs.is_slug(slug) else None
    if workspace is None or uow.members.role_of(workspace.id, actor.id) is None:
        raise NotFound("There is no such workspace, or you are not a member of it.")
    return workspace


def roles_of(uow: UnitOfWork, actor: Actor) -> dict[UUID, Role]:
    """The actor's role in each of their workspaces."""
    return {workspace.id: role for workspace, role in uow.workspaces.of_user(actor.id)}


def first_workspace(uow: UnitOfWork, actor: Actor) -> Workspace:
    """The workspace to share into when none was named: the first one the actor may, else a new one of their own."""
    for workspace, role in uow.workspaces.of_user(actor.id):
        if role.includes(Role.EDITOR):
            return workspace
    return create_workspace(uow, actor, f"{actor.display_name}'s workspace"[:200])


def _same(existing: Workspace, actor: Actor) -> Workspace:
    if existing.created_by != actor.id:
        raise Conflict("This id is taken.")
    return existing


def _free_slug(uow: UnitOfWork, base: str) -> str:
    for slug in (base, *(f"{base}-{count}" for count in range(2, 10))):
        if uow.workspaces.get_by_slug(slug) is None:
            return slug
    return f"{base[:31]}-{uow.new_id().hex[-8:]}"  # so many of one name: the end of the id, which is random
