"""Workspaces and their members."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from graphql import GraphQLResolveInfo

from sept_ext.core.access import Role
from sept_ext.services import inputs, workspaces
from sept_ext.services.records import Workspace

from ..context import Context, context_of
from ..loaders import loader

Input = dict[str, Any]


async def resolve_workspaces(_source: Any, info: GraphQLResolveInfo) -> list[Workspace]:
    """The actor's workspaces."""
    return await context_of(info).read(workspaces.list_workspaces)


async def resolve_workspace(_source: Any, info: GraphQLResolveInfo, slug: str) -> Workspace:
    """One of them."""
    return await context_of(info).read(workspaces.get_workspace, slug)


async def create_workspace(_source: Any, info: GraphQLResolveInfo, input: Input) -> Workspace:  # noqa: A002
    """Make a workspace."""
    workspace_id = inputs.new_id(input.get("id"))
    return await context_of(info).write(
        workspaces.create_workspace, input["name"], input.get("slug"), workspace_id
    )


async def load_roles(context: Context, workspace_ids: Sequence[UUID]) -> dict[UUID, Role]:
    """The actor's role in workspaces."""
    return await context.read(workspaces.roles_of)


async def role_in(info: GraphQLResolveInfo, workspace_id: UUID) -> Role | None:
    """The actor's role in one workspace, asked for once a request."""
    context = context_of(info)
    nobody: Role | None = None
    return await loader(context, load_roles, lambda: nobody).load(workspace_id)


async def resolve_role(source: Workspace, info: GraphQLResolveInfo) -> Role | None:
    """The actor's role in a workspace."""
    return await role_in(info, source.id)


FIELDS = {
    ("Query", "workspaces"): resolve_workspaces,
    ("Query", "workspace"): resolve_workspace,
    ("Mutation", "createWorkspace"): create_workspace,
    ("Workspace", "role"): resolve_role,
}
