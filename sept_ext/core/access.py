"""Who may do what: the one table of roles and actions.

Roles belong to a member of a workspace and hold for all its projects. Whoever is no member may do nothing and is
told NOT_FOUND, never FORBIDDEN: the existence of a workspace is itself a secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """A member's role, by the words of the API."""

    ADMIN = "admin"
    EDITOR = "editor"
    VIEWER = "viewer"

    @property
    def rank(self) -> int:
        """Viewer 0, editor 1, admin 2: a higher role includes the lower ones."""
        return _RANKS[self]

    def includes(self, other: Role) -> bool:
        """Whether this role may do all that `other` may."""
        return self.rank >= other.rank


_RANKS: Mapping[Role, int] = MappingProxyType({Role.VIEWER: 0, Role.EDITOR: 1, Role.ADMIN: 2})


class Action(StrEnum):
    """What a use case does, as far as permission is concerned."""

    VIEW = "view"
    COMMENT = "comment"
    RESOLVE_THREAD = "resolve threads of others"
    MODERATE = "delete comments of others"
    SHARE_NOTEBOOK = "share notebooks"
    EDIT_NOTEBOOK = "edit the notebook"
    RUN = "run cells"
    SAVE_VERSION = "save versions"
    RESTORE_VERSION = "restore versions"
    USE_CONNECTION = "use connections"
    MANAGE_MEMBERS = "manage members"
    MANAGE_CONNECTIONS = "manage connections"


MINIMUM_ROLE: Mapping[Action, Role] = MappingProxyType(
    {
        Action.VIEW: Role.VIEWER,
        Action.COMMENT: Role.VIEWER,
        Action.USE_CONNECTION: Role.VIEWER,  # each connection demands its own minimum role besides
        Action.RESOLVE_THREAD: Role.EDITOR,
        Action.SHARE_NOTEBOOK: Role.EDITOR,
        Action.EDIT_NOTEBOOK: Role.EDITOR,
        Action.RUN: Role.EDITOR,
        Action.SAVE_VERSION: Role.EDITOR,
        Action.RESTORE_VERSION: Role.EDITOR,
        Action.MODERATE: Role.ADMIN,
        Action.MANAGE_MEMBERS: Role.ADMIN,
        Action.MANAGE_CONNECTIONS: Role.ADMIN,
    }
)


def may(role: Role | None, action: Action) -> bool:
    """Whether somebody with `role` (None: not a member) may do `action`."""
    return role is not None and role.includes(MINIMUM_ROLE[action])
