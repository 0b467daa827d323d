"""Members of workspaces."""

from __future__ import annotations

from uuid import UUID

from sept_ext.core.access import Action, Role
from sept_ext.core.errors import Conflict, NotFound

from . import inputs
from .events import record
from .guard import require_workspace
from .ports import UnitOfWork
from .records import Actor, Member, Workspace, make_user


def add_member(uow: UnitOfWork, actor: Actor, workspace_id: UUID, user_name: str, role: Role) -> Member:
    """Add a person by the name they sign in with, or change their role. They need not have signed in before."""
    require_workspace(uow, actor, workspace_id, Action.MANAGE_MEMBERS)
    name = inputs.line(user_name, "A user's name", 100)
    user = uow.users.find_by_name(actor.issuer, name) or make_user(actor.issuer, name)
    uow.workspaces.lock(workspace_id)
    if role is not Role.ADMIN:
        _keep_an_admin(uow, workspace_id, user.id)
    if uow.users.get(user.id) is None:
        uow.users.ensure(user, uow.now)
    if uow.members.role_of(workspace_id, user.id) is not role:
        uow.members.put(workspace_id, user.id, role, actor.id, uow.now)
        record(uow, "member_changed", actor, workspace_id=workspace_id, subject_id=user.id)
    return next(member for member in uow.members.of_workspaces([workspace_id]) if member.user.id == user.id)


def remove_member(uow: UnitOfWork, actor: Actor, workspace_id: UUID, user_id: UUID) -> Workspace:
    """Take a member out; the last admin stays."""
    workspace, _ = require_workspace(uow, actor, workspace_id, Action.MANAGE_MEMBERS)
    uow.workspaces.lock(workspace_id)
    if uow.members.role_of(workspace_id, user_id) is None:
        raise NotFound("This person is not a member.")
    _keep_an_admin(uow, workspace_id, user_id)
    uow.members.remove(workspace_id, user_id)
    record(uow, "member_changed", actor, workspace_id=workspace_id, subject_id=user_id)
    return workspace


def members_of(uow: UnitOfWork, actor: Actor, workspace_ids: list[UUID]) -> dict[UUID, list[Member]]:
    """Members of those of the workspaces that the actor is a member of."""
    found: dict[UUID, list[Member]] = {}
    for member in uow.members.of_workspaces(workspace_ids):
        found.setdefault(member.workspace_id, []).append(member)
    return {key: members for key, members in found.items() if any(one.user.id == actor.id for one in members)}


def _keep_an_admin(uow: UnitOfWork, workspace_id: UUID, user_id: UUID) -> None:
    """Refuse to take the admin role from the only one who has it. The workspace is locked."""
    admins = [one.user.id for one in uow.members.of_workspaces([workspace_id]) if one.role is Role.ADMIN]
    if admins == [user_id]:
        raise Conflict("A workspace keeps at least one admin; make somebody else admin first.")
