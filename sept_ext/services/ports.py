"""What the use cases need from outside, as Protocols: the store, files, secrets. Adapters live in storage and server.

A unit of work is one transaction. Repositories never commit; leaving the unit of work without an error does.
"""

# ruff: noqa: D102 - what a docstring would only repeat has none: add, get, remove

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

from sept_ext.core.access import Role

from .records import (
    Comment,
    Connection,
    ConnectionUse,
    Event,
    Member,
    Project,
    ProjectCell,
    Thread,
    User,
    Version,
    Workspace,
)

StoreMode = Literal["embedded", "direct"]
NotebookJSON = dict[str, Any]
"""A notebook as nbformat 4 has it."""


class Users(Protocol):
    """Rows of users."""

    def ensure(self, user: User, at: datetime) -> None:
        """Insert the user, or bring the names up to date."""

    def get(self, user_id: UUID) -> User | None: ...

    def find_by_name(self, issuer: str, name: str) -> User | None: ...


class Workspaces(Protocol):
    """Rows of workspaces."""

    def add(self, workspace: Workspace) -> None: ...

    def get(self, workspace_id: UUID) -> Workspace | None: ...

    def get_by_slug(self, slug: str) -> Workspace | None: ...

    def of_user(self, user_id: UUID) -> list[tuple[Workspace, Role]]:
        """Workspaces the user is a member of, by name, with their role."""

    def lock(self, workspace_id: UUID) -> None:
        """Let other writers to this workspace wait until this transaction ends."""


class Members(Protocol):
    """Rows of members."""

    def role_of(self, workspace_id: UUID, user_id: UUID) -> Role | None: ...

    def put(self, workspace_id: UUID, user_id: UUID, role: Role, added_by: UUID, at: datetime) -> None:
        """Add a member, or set the role of one."""

    def remove(self, workspace_id: UUID, user_id: UUID) -> None: ...

    def of_workspaces(self, workspace_ids: Collection[UUID]) -> list[Member]:
        """Members of several workspaces, first added first."""


class Projects(Protocol):
    """Rows of projects."""

    def add(self, project: Project) -> None: ...

    def get(self, project_id: UUID) -> Project | None: ...

    def at_path(self, root: str, path: str) -> list[Project]:
        """Projects last seen at this path (more than one after files replaced each other)."""

    def below(self, root: str, folder: str) -> list[Project]:
        """Projects last seen somewhere below a folder."""

    def roles(self, user_id: UUID, project_ids: Collection[UUID]) -> dict[UUID, Role]:
        """The user's role for each project; projects of others' workspaces are left out."""

    def of_user(self, user_id: UUID, workspace_ids: Collection[UUID] | None, limit: int, offset: int) -> list[Project]:
        """Projects of the user's workspaces, newest change first."""

    def set_place(self, project_id: UUID, root: str, path: str) -> None: ...

    def touch(self, project_id: UUID, at: datetime) -> None: ...

    def lock(self, project_id: UUID) -> None:
        """Let other writers to this project wait until this transaction ends."""


class Cells(Protocol):
    """Rows of cells."""

    def of_projects(self, project_ids: Collection[UUID]) -> list[ProjectCell]:
        """Cells of several projects, in notebook order within each."""

    def replace(self, project_id: UUID, cells: Sequence[ProjectCell]) -> bool:
        """Make the projection be `cells`; whether anything differed."""


class Threads(Protocol):
    """Rows of threads."""

    def add(self, thread: Thread) -> None: ...

    def get(self, thread_id: UUID) -> Thread | None: ...

    def get_many(self, thread_ids: Collection[UUID]) -> list[Thread]: ...

    def of_projects(self, project_ids: Collection[UUID]) -> list[Thread]:
        """Threads with their comments, oldest first, in two statements however many there are."""

    def set_resolved(self, thread_id: UUID, by: UUID | None, at: datetime | None) -> None: ...

    def remove(self, thread_id: UUID) -> None: ...

    def add_comment(self, comment: Comment) -> None: ...

    def get_comment(self, comment_id: UUID) -> Comment | None: ...

    def set_body(self, comment_id: UUID, body: str, at: datetime) -> None: ...

    def remove_comment(self, comment_id: UUID) -> None: ...


class Versions(Protocol):
    """Rows of versions."""

    def add(self, version: Version) -> None: ...

    def get(self, version_id: UUID) -> Version | None: ...

    def next_seq(self, project_id: UUID) -> int:
        """The number of the next version; lock the project first."""

    def of_projects(self, project_ids: Collection[UUID], limit: int, offset: int) -> list[Version]:
        """Versions, newest first; `limit` and `offset` count within each project."""


class Blobs(Protocol):
    """Rows of blobs."""

    def missing(self, hashes: Collection[str]) -> set[str]: ...

    def add(self, blobs: Mapping[str, bytes]) -> None:
        """Store contents by hash; those already there stay."""

    def get(self, hashes: Collection[str]) -> dict[str, bytes]: ...


class Connections(Protocol):
    """Rows of connections."""

    def add(self, connection: Connection) -> None: ...

    def get(self, connection_id: UUID) -> Connection | None: ...

    def named(self, workspace_ids: Collection[UUID], name: str) -> list[Connection]: ...

    def of_workspaces(self, workspace_ids: Collection[UUID]) -> list[Connection]:
        """Connections of several workspaces, by name."""

    def update(self, connection: Connection) -> None:
        """Keep all that may change of it: everything but id, workspace, kind and maker."""

    def remove(self, connection_id: UUID) -> None: ...

    def sealed(self) -> list[Connection]:
        """Every connection of every workspace that has a secret."""

    def add_use(self, use: ConnectionUse) -> None: ...

    def uses_of(self, connection_id: UUID, limit: int) -> list[ConnectionUse]:
        """Newest first."""


class Events(Protocol):
    """Rows of events."""

    def add(self, event: Event) -> None:
        """Add to the outbox; others see it when the transaction commits."""

    def after(self, seq: int, limit: int) -> list[Event]:
        """Events of all workspaces after a sequence number, oldest first."""

    def after_for(self, user_id: UUID, seq: int, limit: int) -> list[Event]:
        """The same, of the user's workspaces."""

    def last_seq(self) -> int: ...


class UnitOfWork(Protocol):
    """One transaction, with the time it counts as and a maker of new ids."""

    now: datetime

    @property
    def users(self) -> Users: ...
    @property
    def workspaces(self) -> Workspaces: ...
    @property
    def members(self) -> Members: ...
    @property
    def projects(self) -> Projects: ...
    @property
    def cells(self) -> Cells: ...
    @property
    def threads(self) -> Threads: ...
    @property
    def versions(self) -> Versions: ...
    @property
    def blobs(self) -> Blobs: ...
    @property
    def connections(self) -> Connections: ...
    @property
    def events(self) -> Events: ...

    def new_id(self) -> UUID:
        """A new UUIDv7."""


class Database(Protocol):
    """Opens units of work. Raises Unavailable when the database cannot be used now."""

    @property
    def mode(self) -> StoreMode: ...

    def read(self) -> AbstractContextManager[UnitOfWork]: ...

    def write(self) -> AbstractContextManager[UnitOfWork]: ...

    def check(self) -> None:
        """Raise Unavailable, with what is wrong and what to do, when the store cannot be used."""

    def close(self) -> None: ...


class SecretBox(Protocol):
    """Seals secrets with a key that is not in the database."""

    def seal(self, secret: str) -> bytes: ...

    def open(self, sealed: bytes) -> str:
        """Raises Unavailable when the key is another one."""

    def resealed(self, sealed: bytes) -> bytes | None:
        """The same secret sealed with the present key; None when it is already."""


class NotebookFiles(Protocol):
    """Notebook files below the server's root, by contents API path.

    `read` and `write` raise NotFound for no such file, BadInput for no notebook; hashes are sha256 in hex.
    """

    @property
    def root(self) -> str:
        """Names the folder tree that paths are relative to: equal for servers that show the same files."""

    def locked(self, path: str) -> AbstractAsyncContextManager[None]:
        """Keep other writers of ours waiting, on this server and on others. Conflict when one does not let go.

        Hold it from reading a file until what was read, or written, is in the projection too.
        """

    async def read(self, path: str) -> tuple[NotebookJSON, str]: ...

    async def write(self, path: str, notebook: NotebookJSON, expected_hash: str | None) -> None:
        """Save, unless the file's hash is not `expected_hash` (Conflict); call it with the file locked."""

    async def stamp(self, path: str) -> str | None:
        """Something cheap that differs when the file was written since (time and size); None: no such file."""

    async def exists(self, root: str, path: str) -> bool:
        """Whether a file is there; also of other roots on this machine, as far as can be seen."""

    async def is_same_file(self, root: str, path: str, other_path: str) -> bool:
        """Whether `path` below another `root` is the file that `other_path` is below ours."""


Clock = Callable[[], datetime]
