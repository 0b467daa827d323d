"""Connections of a workspace to databases. Secrets are sealed before they come here and opened only for a kernel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from uuid import UUID

from sept_ext.connectors.registry import has_secret_word
from sept_ext.core.access import Action, Role
from sept_ext.core.errors import BadInput, Conflict, Forbidden, NotFound

from . import inputs
from .events import record
from .guard import require_workspace
from .ports import SecretBox, UnitOfWork
from .records import Actor, Connection, ConnectionUse, Project, Workspace

_KIND = re.compile(r"[a-z][a-z0-9_]{0,31}")
_SECRET_NAME = re.compile(r"pass(word|wd|phrase)?|secret|token|private_?key|api_?key|credentials?", re.IGNORECASE)
_PASSWORD_IN_URL = re.compile(r"://[^/@\s]*:[^/@\s]+@")


def create_connection(
    uow: UnitOfWork,
    actor: Actor,
    workspace_id: UUID,
    name: str,
    kind: str,
    parameters: Mapping[str, str],
    *,
    sealed_secret: bytes | None = None,
    minimum_role: Role = Role.EDITOR,
    is_read_only: bool = False,
    connection_id: UUID | None = None,
) -> Connection:
    """Store a connection. The same id again gives the one stored."""
    require_workspace(uow, actor, workspace_id, Action.MANAGE_CONNECTIONS)
    existing = None if connection_id is None else uow.connections.get(connection_id)
    if existing is not None:
        return _same(existing, actor, workspace_id)
    _check_kind(kind)
    _check_free(uow, workspace_id, name)
    connection = Connection(
        connection_id or uow.new_id(),
        workspace_id,
        name,
        kind,
        checked_parameters(parameters),
        minimum_role,
        actor.id,
        uow.now,
        sealed_secret,
        is_read_only,
        uow.now,
    )
    uow.connections.add(connection)
    _tell(uow, actor, connection)
    return connection


def update_connection(
    uow: UnitOfWork,
    actor: Actor,
    connection_id: UUID,
    *,
    name: str | None = None,
    parameters: Mapping[str, str] | None = None,
    sealed_secret: bytes | None = None,
    is_secret_removed: bool = False,
    minimum_role: Role | None = None,
    is_read_only: bool | None = None,
) -> Connection:
    """Change what is given of a connection; the rest, the secret too, stays."""
    found = managed_connection(uow, actor, connection_id)
    if name is not None and name != found.name:
        _check_free(uow, found.workspace_id, name)
    changed = replace(
        found,
        name=found.name if name is None else name,
        parameters=found.parameters if parameters is None else checked_parameters(parameters),
        sealed_secret=None if is_secret_removed else sealed_secret or found.sealed_secret,
        minimum_role=minimum_role or found.minimum_role,
        is_read_only=found.is_read_only if is_read_only is None else is_read_only,
    )
    if changed == found:
        return found
    changed = replace(changed, updated_at=uow.now)
    uow.connections.update(changed)
    _tell(uow, actor, changed)
    return changed


def delete_connection(uow: UnitOfWork, actor: Actor, connection_id: UUID) -> Workspace:
    """Delete a connection; gives its workspace."""
    connection = managed_connection(uow, actor, connection_id)
    workspace, _ = require_workspace(uow, actor, connection.workspace_id, Action.MANAGE_CONNECTIONS)
    uow.connections.remove(connection_id)
    _tell(uow, actor, connection)
    return workspace


def managed_connection(uow: UnitOfWork, actor: Actor, connection_id: UUID) -> Connection:
    """A connection the actor may change."""
    return _found(uow, actor, connection_id, Action.MANAGE_CONNECTIONS)[0]


def usable_connection(uow: UnitOfWork, actor: Actor, connection_id: UUID) -> Connection:
    """A connection the actor may ask: their role is at least the connection's own minimum."""
    connection, role = _found(uow, actor, connection_id, Action.USE_CONNECTION)
    _check_role(connection, role)
    return connection


def check_draft(uow: UnitOfWork, actor: Actor, workspace_id: UUID, kind: str) -> None:
    """Whether the actor may try a connection that is not stored."""
    require_workspace(uow, actor, workspace_id, Action.MANAGE_CONNECTIONS)
    _check_kind(kind)


def uses_of(uow: UnitOfWork, actor: Actor, connection_id: UUID, first: int) -> list[ConnectionUse]:
    """The last times a kernel took the connection, newest first."""
    managed_connection(uow, actor, connection_id)
    limit, _ = inputs.page(first, 0)
    return uow.connections.uses_of(connection_id, limit)


def connections_of(uow: UnitOfWork, actor: Actor, workspace_ids: list[UUID]) -> dict[UUID, list[Connection]]:
    """Connections of the workspaces the actor is a member of, by name."""
    mine = {workspace.id for workspace, _ in uow.workspaces.of_user(actor.id)}
    found: dict[UUID, list[Connection]] = {}
    for connection in uow.connections.of_workspaces([key for key in workspace_ids if key in mine]):
        found.setdefault(connection.workspace_id, []).append(connection)
    return found


def connection_for_kernel(uow: UnitOfWork, owner: Actor, name: str, root: str, path: str | None) -> Connection:
    """The connection a cell of the notebook at `path` means by `name`, if the kernel's owner may use it.

    The workspace of the notebook's project comes first; otherwise the name must be unique among the owner's.
    """
    if not inputs.is_connection_name(name):
        raise NotFound("There is no connection of this name, since none can be named so.")
    roles = {workspace.id: role for workspace, role in uow.workspaces.of_user(owner.id)}
    project = _project_at(uow, roles, root, path)
    found = [] if project is None else uow.connections.named([project.workspace_id], name)
    found = found or uow.connections.named(list(roles), name)
    if not found:
        raise NotFound(f"There is no connection named {name} in your workspaces.{_nearest(uow, list(roles), name)}")
    if len(found) > 1:
        raise Conflict(
            f"Several of your workspaces have a connection named {name}; share the notebook in one of them."
        )
    _check_role(found[0], roles[found[0].workspace_id])
    return found[0]


def _nearest(uow: UnitOfWork, workspace_ids: list[UUID], name: str) -> str:
    known = {connection.name.lower(): connection.name for connection in uow.connections.of_workspaces(workspace_ids)}
    near = get_close_matches(name.lower(), known, n=1)
    return f" Did you mean {known[near[0]]}?" if near else ""


def take_for_kernel(
    uow: UnitOfWork, owner: Actor, name: str, root: str, path: str | None, kernel_id: str
) -> Connection:
    """The same, written down: who took it, into which kernel, when."""
    connection = connection_for_kernel(uow, owner, name, root, path)
    use = ConnectionUse(connection.workspace_id, connection.id, connection.name, owner, kernel_id, path, uow.now)
    uow.connections.add_use(use)
    record(
        uow,
        "connection_used",
        owner,
        workspace_id=connection.workspace_id,
        subject_id=connection.id,
        path=path,
    )
    return connection


def reseal_secrets(uow: UnitOfWork, _system: Actor, box: SecretBox) -> int:
    """After a change of keys: seal every secret with the present one; gives how many were not."""
    count = 0
    for connection in uow.connections.sealed():
        sealed = box.resealed(connection.sealed_secret or b"")
        if sealed is not None:
            uow.connections.update(replace(connection, sealed_secret=sealed))
            count += 1
    return count


def _found(uow: UnitOfWork, actor: Actor, connection_id: UUID, action: Action) -> tuple[Connection, Role]:
    connection = uow.connections.get(connection_id)
    if connection is None:
        raise NotFound("There is no such connection.")
    try:
        _, role = require_workspace(uow, actor, connection.workspace_id, action)
    except NotFound:
        raise NotFound("There is no such connection.") from None
    return connection, role


def _check_role(connection: Connection, role: Role) -> None:
    if not role.includes(connection.minimum_role):
        raise Forbidden(f"The connection {connection.name} needs the role {connection.minimum_role.value}.")


def _check_kind(kind: str) -> None:
    if not _KIND.fullmatch(kind):
        raise BadInput("The kind of a connection is a word such as postgres or sqlite.")


def _check_free(uow: UnitOfWork, workspace_id: UUID, name: str) -> None:
    if uow.connections.named([workspace_id], inputs.connection_name(name)):
        raise Conflict(f"This workspace has a connection named {name} already.")


def _project_at(uow: UnitOfWork, roles: Mapping[UUID, Role], root: str, path: str | None) -> Project | None:
    here = [] if path is None else uow.projects.at_path(root, path.strip("/"))
    return next((project for project in here if project.workspace_id in roles), None)


def checked_parameters(parameters: Mapping[str, str]) -> dict[str, str]:
    """Parameters as they may be stored: no secrets among them."""
    if len(parameters) > 50:
        raise BadInput("A connection can have at most 50 parameters.")
    checked: dict[str, str] = {}
    for name, value in parameters.items():
        name = inputs.line(name, "A parameter's name", 64)
        if _SECRET_NAME.fullmatch(name) or _PASSWORD_IN_URL.search(value) or has_secret_word(value):
            raise BadInput(f"The parameter {name} holds a secret; give it as the connection's secret instead.")
        if len(value) > 4096:
            raise BadInput(f"The parameter {name} is longer than 4,096 characters.")
        checked[name] = inputs.storable(value, "A parameter")
    return checked


def _same(existing: Connection, actor: Actor, workspace_id: UUID) -> Connection:
    if existing.created_by != actor.id or existing.workspace_id != workspace_id:
        raise Conflict("This id is taken.")
    return existing


def _tell(uow: UnitOfWork, actor: Actor, connection: Connection) -> None:
    record(uow, "connection_changed", actor, workspace_id=connection.workspace_id, subject_id=connection.id)
