"""What the store holds, as frozen records. Times are aware and in UTC; ids are UUIDs, except cell ids (nbformat's)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from sept_ext.core.access import Role
from sept_ext.core.cells import CellType

_USERS = UUID("8c0f4b0e-52c1-5c11-9d0e-5e9700000001")


def user_id_for(issuer: str, subject: str) -> UUID:
    """The id of the person whom `issuer` calls `subject`: the same in every database, so it needs no look-up."""
    return uuid5(_USERS, f"{issuer}\n{subject}")


@dataclass(frozen=True, slots=True)
class User:
    """A person. `name` is what they sign in with, `display_name` what others read."""

    id: UUID
    issuer: str
    subject: str
    name: str
    display_name: str

    @property
    def initials(self) -> str:
        """Two letters for an avatar (one when the name has no more)."""
        words = [word for word in self.display_name.replace(".", " ").replace("_", " ").split() if word[0].isalnum()]
        if not words:
            return "?"
        letters = words[0][0] + words[-1][0] if len(words) > 1 else words[0][:2]
        return letters.upper()


Actor = User
"""Who asks. Made by the server from the request; the store learns of them with their first write."""


def make_user(issuer: str, subject: str, *, name: str | None = None, display_name: str | None = None) -> User:
    """A user with the id that belongs to issuer and subject."""
    name = name or subject
    return User(user_id_for(issuer, subject), issuer, subject, name, display_name or name)


SYSTEM = make_user("sept", "system")
"""Who acts when the server itself takes in what happened to files."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where a team's projects, members and connections are."""

    id: UUID
    slug: str
    name: str
    created_by: UUID
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a workspace."""

    workspace_id: UUID
    user: User
    role: Role
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Project:
    """A shared notebook. `root` names the folder tree that `path` is relative to (see NotebookFiles.root)."""

    id: UUID
    workspace_id: UUID
    title: str
    root: str
    path: str
    created_by: UUID
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ProjectCell:
    """A cell as the file had it when it was last read; `order` sorts by bytes in notebook order."""

    project_id: UUID
    id: str
    type: CellType
    order: str
    source: str
    execution_count: int | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody wrote; `body` is Markdown."""

    id: UUID
    thread_id: UUID
    project_id: UUID
    author: User
    body: str
    created_at: datetime
    edited_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread with its comments, oldest first. `cell_id` None: it is about the notebook."""

    id: UUID
    project_id: UUID
    cell_id: str | None
    quote: str | None
    created_by: UUID
    created_at: datetime
    resolved_at: datetime | None = None
    resolved_by: User | None = None
    is_orphaned: bool = False
    comments: tuple[Comment, ...] = ()

    @property
    def status(self) -> str:
        """`open` or `resolved`."""
        return "open" if self.resolved_at is None else "resolved"


@dataclass(frozen=True, slots=True)
class Version:
    """A stored state of a notebook; `kind` is manual, before_restore or restore; `manifest` a blob's hash."""

    id: UUID
    project_id: UUID
    seq: int
    label: str
    kind: str
    author: User
    created_at: datetime
    cell_count: int
    manifest: str


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach a database. `sealed_secret` is encrypted and never shown, not even in a repr."""

    id: UUID
    workspace_id: UUID
    name: str
    kind: str
    parameters: Mapping[str, str]
    minimum_role: Role
    created_by: UUID
    created_at: datetime
    sealed_secret: bytes | None = field(default=None, repr=False)
    is_read_only: bool = False
    updated_at: datetime | None = None

    @property
    def has_secret(self) -> bool:
        """Whether a password or token is stored with it."""
        return self.sealed_secret is not None


@dataclass(frozen=True, slots=True)
class ConnectionUse:
    """A kernel took a connection, for the person it belongs to; `path` is the kernel's notebook, where it has one."""

    workspace_id: UUID
    connection_id: UUID
    connection_name: str
    user: User
    kernel_id: str
    path: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """Something changed. `seq` is None for live events (`notebook_...`), which are not stored."""

    kind: str
    at: datetime
    seq: int | None = None
    workspace_id: UUID | None = None
    project_id: UUID | None = None
    path: str | None = None
    subject_id: str | None = None
    actor_id: UUID | None = None

    @property
    def cursor(self) -> str | None:
        """What to ask for later events with."""
        return None if self.seq is None else str(self.seq)
