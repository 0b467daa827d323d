"""The one gate every use case passes: may this actor do this here?

Absent and invisible give the same NotFound; too small a role gives Forbidden.
"""

from __future__ import annotations

from uuid import UUID

from sept_ext.core.access import Action, Role, may
from sept_ext.core.errors import Forbidden, NotFound

from .ports import UnitOfWork
from .records import Actor, Project, Workspace


def require_workspace(uow: UnitOfWork, actor: Actor, workspace_id: UUID, action: Action) -> tuple[Workspace, Role]:
    """The workspace and the actor's role in it; raises NotFound or Forbidden."""
    workspace = uow.workspaces.get(workspace_id)
    role = uow.members.role_of(workspace_id, actor.id)
    if workspace is None or role is None:
        raise NotFound("There is no such workspace, or you are not a member of it.")
    _check(role, action)
    return workspace, role


def require_project(uow: UnitOfWork, actor: Actor, project_id: UUID, action: Action) -> tuple[Project, Role]:
    """The project and the actor's role for it; raises NotFound or Forbidden."""
    project = uow.projects.get(project_id)
    role = None if project is None else uow.members.role_of(project.workspace_id, actor.id)
    if project is None or role is None:
        raise NotFound("There is no such project, or you are not a member of its workspace.")
    _check(role, action)
    return project, role


def _check(role: Role, action: Action) -> None:
    if not may(role, action):
        raise Forbidden(f"Your role here is {role.value}; it does not allow you to {action.value}.")
