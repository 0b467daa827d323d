"""Workspaces and their members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sept_ext.core.access import Role
from sept_ext.graphql.context import Context, Info
from sept_ext.graphql.loaders import loader
from sept_ext.services import inputs, members, workspaces
from sept_ext.services.records import Member, Workspace

Input = dict[str, Any]


async def resolve_workspaces(_source: Any, info: Info) -> list[Workspace]:
    """The actor's workspaces."""
    return await info.context.read(workspaces.list_workspaces)


async def resolve_workspace(_source: Any, info: Info, slug: str) -> Workspace:
    """One of them."""
    return await info.context.read(workspaces.get_workspace, slug)


async def create_workspace(_source: Any, info: Info, input: Input) -> Workspace:
    """Make a workspace."""
    workspace_id = inputs.new_id(input.get("id"))
    return await info.context.write(workspaces.create_workspace, input["name"], input.get("slug"), workspace_id)


async def load_roles(context: Context, workspace_ids: Sequence[UUID]) -> Mapping[UUID, Role | None]:
    """The actor's role in workspaces."""
    return await context.read(workspaces.roles_of)


async def role_in(info: Info, workspace_id: UUID) -> Role | None:
    """The actor's role in one workspace."""
    return await loader(info.context, load_roles, _no_role).load(workspace_id)


def _no_role() -> Role | None:
    return None


async def resolve_role(source: Workspace, info: Info) -> Role | None:
    """The actor's role in a workspace."""
    return await role_in(info, source.id)


async def add_member(_source: Any, info: Info, input: Input) -> Member:
    """Add a member or change a role."""
    workspace_id = inputs.existing_id(input["workspace_id"], "workspace")
    return await info.context.write(members.add_member, workspace_id, input["user_name"], Role[input["role"]])


async def remove_member(_source: Any, info: Info, input: Input) -> Workspace:
    """Take a member out."""
    workspace_id = inputs.existing_id(input["workspace_id"], "workspace")
    user_id = inputs.existing_id(input["user_id"], "member")
    return await info.context.write(members.remove_member, workspace_id, user_id)


async def load_members(context: Context, workspace_ids: Sequence[UUID]) -> dict[UUID, list[Member]]:
    """Members of workspaces."""
    return await context.read(members.members_of, list(workspace_ids))


async def resolve_members(source: Workspace, info: Info) -> list[Member]:
    """The members of a workspace."""
    return await loader(info.context, load_members, list[Member]).load(source.id)


FIELDS = {
    ("Query", "workspaces"): resolve_workspaces,
    ("Query", "workspace"): resolve_workspace,
    ("Mutation", "createWorkspace"): create_workspace,
    ("Mutation", "addMember"): add_member,
    ("Mutation", "removeMember"): remove_member,
    ("Workspace", "role"): resolve_role,
    ("Workspace", "members"): resolve_members,
}
