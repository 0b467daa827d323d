"""Connections of workspaces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sept_ext.core.access import Role
from sept_ext.graphql.context import Context, Info
from sept_ext.graphql.loaders import loader
from sept_ext.services import connections, inputs
from sept_ext.services.records import Connection, Workspace

Input = dict[str, Any]


async def create_connection(_source: Any, info: Info, input: Input) -> Connection:
    """Store a connection."""
    secret = input.get("secret")
    sealed = None
    if secret is not None:
        sealed = await info.context.run(info.context.services.secrets.seal, inputs.secret(secret))
    return await info.context.write(
        connections.create_connection,
        inputs.existing_id(input["workspace_id"], "workspace"),
        input["name"],
        input["kind"],
        {one["name"]: one["value"] for one in input.get("parameters") or ()},
        sealed_secret=sealed,
        minimum_role=Role[input.get("minimum_role") or "EDITOR"],
        connection_id=inputs.new_id(input.get("id")),
    )


async def delete_connection(_source: Any, info: Info, id: str) -> Workspace:
    """Delete a connection."""
    return await info.context.write(connections.delete_connection, inputs.existing_id(id, "connection"))


async def load_connections(context: Context, workspace_ids: Sequence[UUID]) -> dict[UUID, list[Connection]]:
    """Connections of workspaces."""
    return await context.read(connections.connections_of, list(workspace_ids))


async def resolve_connections(source: Workspace, info: Info) -> list[Connection]:
    """A workspace's connections."""
    return await loader(info.context, load_connections, list[Connection]).load(source.id)


def resolve_parameters(source: Connection, _info: Info) -> list[dict[str, str]]:
    """Everything but the secret, by name."""
    return [{"name": name, "value": value} for name, value in sorted(source.parameters.items())]


FIELDS = {
    ("Mutation", "createConnection"): create_connection,
    ("Mutation", "deleteConnection"): delete_connection,
    ("Workspace", "connections"): resolve_connections,
    ("Connection", "parameters"): resolve_parameters,
}
