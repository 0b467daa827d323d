"""Connections of workspaces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sept_ext.connectors.base import ConnectionSpec, ConnectorInfo
from sept_ext.connectors.registry import dialect_of
from sept_ext.core.access import Role
from sept_ext.graphql.context import Context, Info
from sept_ext.graphql.loaders import loader
from sept_ext.services import connections, inputs
from sept_ext.services.databases import ConnectionTest, connection_kinds
from sept_ext.services.records import Connection, ConnectionUse, Workspace

from .workspaces import role_in

Input = dict[str, Any]


async def create_connection(_source: Any, info: Info, input: Input) -> Connection:
    """Store a connection."""
    return await info.context.write(
        connections.create_connection,
        inputs.existing_id(input["workspace_id"], "workspace"),
        input["name"],
        input["kind"],
        _parameters(input) or {},
        sealed_secret=await _sealed(info.context, input.get("secret")),
        minimum_role=Role[input.get("minimum_role") or "EDITOR"],
        is_read_only=bool(input.get("is_read_only")),
        connection_id=inputs.new_id(input.get("id")),
    )


async def update_connection(_source: Any, info: Info, input: Input) -> Connection:
    """Change a connection."""
    role = input.get("minimum_role")
    return await info.context.write(
        connections.update_connection,
        inputs.existing_id(input["id"], "connection"),
        name=input.get("name"),
        parameters=_parameters(input),
        sealed_secret=await _sealed(info.context, input.get("secret")),
        is_secret_removed=bool(input.get("is_secret_removed")),
        minimum_role=None if role is None else Role[role],
        is_read_only=input.get("is_read_only"),
    )


async def delete_connection(_source: Any, info: Info, id: str) -> Workspace:
    """Delete a connection."""
    return await info.context.write(connections.delete_connection, inputs.existing_id(id, "connection"))


async def try_connection(_source: Any, info: Info, input: Input) -> ConnectionTest:
    """Try a stored connection, or one that a form holds."""
    context = info.context
    databases = context.services.databases
    return await databases.test(await _to_test(context, input))


async def _to_test(context: Context, input: Input) -> ConnectionSpec:
    parameters, secret = _parameters(input), input.get("secret")
    databases = context.services.databases
    if input.get("connection_id") is None:
        workspace_id = inputs.existing_id(input.get("workspace_id") or "", "workspace")
        kind = input.get("kind") or ""
        await context.read(connections.check_draft, workspace_id, kind)
        return databases.spec("new", kind, connections.checked_parameters(parameters or {}), secret, True)
    is_stored = parameters is None and secret is None
    find = connections.usable_connection if is_stored else connections.managed_connection
    found = await context.read(find, inputs.existing_id(input["connection_id"], "connection"))
    if parameters is not None:
        found = replace(found, parameters=connections.checked_parameters(parameters))
    return databases.spec_of(found, secret or await _secret_of(context, found))


async def spec_of(context: Context, connection_id: str) -> ConnectionSpec:
    """How to reach a stored connection that the actor may use."""
    found = await context.read(connections.usable_connection, inputs.existing_id(connection_id, "connection"))
    return context.services.databases.spec_of(found, await _secret_of(context, found))


async def _secret_of(context: Context, connection: Connection) -> str | None:
    sealed = connection.sealed_secret
    return None if sealed is None else await context.run(context.services.secrets.open, sealed)


def _parameters(input: Input) -> dict[str, str] | None:
    given = input.get("parameters")
    return None if given is None else {one["name"]: one["value"] for one in given}


async def _sealed(context: Context, secret: str | None) -> bytes | None:
    return None if secret is None else await context.run(context.services.secrets.seal, inputs.secret(secret))


def resolve_kinds(_source: Any, _info: Info) -> list[ConnectorInfo]:
    """Kinds of connections, by title."""
    return list(connection_kinds())


async def load_connections(context: Context, workspace_ids: Sequence[UUID]) -> dict[UUID, list[Connection]]:
    """Connections of workspaces."""
    return await context.read(connections.connections_of, list(workspace_ids))


async def resolve_connections(source: Workspace, info: Info) -> list[Connection]:
    """A workspace's connections."""
    return await loader(info.context, load_connections, list[Connection]).load(source.id)


def resolve_parameters(source: Connection, _info: Info) -> list[dict[str, str]]:
    """Everything but the secret, by name."""
    return [{"name": name, "value": value} for name, value in sorted(source.parameters.items())]


def resolve_dialect(source: Connection, _info: Info) -> str | None:
    """Its dialect, where this server has its kind."""
    if all(info.kind != source.kind for info in connection_kinds()):
        return None
    return dialect_of(ConnectionSpec(source.name, source.kind, source.parameters))


async def resolve_can_use(source: Connection, info: Info) -> bool:
    """Whether the actor's role is at least its minimum."""
    role = await role_in(info, source.workspace_id)
    return role is not None and role.includes(source.minimum_role)


async def resolve_uses(source: Connection, info: Info, first: int | None) -> list[ConnectionUse]:
    """When kernels took it."""
    return await info.context.read(connections.uses_of, source.id, first or 20)


FIELDS = {
    ("Query", "connectionKinds"): resolve_kinds,
    ("Mutation", "createConnection"): create_connection,
    ("Mutation", "updateConnection"): update_connection,
    ("Mutation", "testConnection"): try_connection,
    ("Mutation", "deleteConnection"): delete_connection,
    ("Workspace", "connections"): resolve_connections,
    ("Connection", "parameters"): resolve_parameters,
    ("Connection", "dialect"): resolve_dialect,
    ("Connection", "canUse"): resolve_can_use,
    ("Connection", "uses"): resolve_uses,
}
