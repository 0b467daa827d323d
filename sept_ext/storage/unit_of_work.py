"""Transactions, with repositories bound to them, and the translation of database errors into ours."""

# ruff: noqa: D102 - the methods are those of services.ports, and documented there

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy import exc
from sqlalchemy.engine import Connection, Engine

from sept_ext.core.errors import Unavailable
from sept_ext.services.ports import Clock, StoreMode
from sept_ext.services.store import WriteRace

from . import schema_version
from .engine import back_up, make_engine, parse_url, writing
from .ids import uuid7
from .repositories.blobs import BlobRepository
from .repositories.cells import CellRepository
from .repositories.connections import ConnectionRepository
from .repositories.events import EventRepository
from .repositories.members import MemberRepository
from .repositories.projects import ProjectRepository
from .repositories.threads import ThreadRepository
from .repositories.users import UserRepository
from .repositories.versions import VersionRepository
from .repositories.workspaces import WorkspaceRepository

_CLOSE_TIMEOUT_S = 0.5
_RACES = ("40001", "40P01")  # Postgres: serialization failure, deadlock


class SqlUnitOfWork:
    """One transaction on one connection; see services.ports.UnitOfWork."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self.now = now

    def new_id(self) -> UUID:
        return uuid7()

    @cached_property
    def users(self) -> UserRepository:
        return UserRepository(self._connection)

    @cached_property
    def workspaces(self) -> WorkspaceRepository:
        return WorkspaceRepository(self._connection)

    @cached_property
    def members(self) -> MemberRepository:
        return MemberRepository(self._connection)

    @cached_property
    def projects(self) -> ProjectRepository:
        return ProjectRepository(self._connection)

    @cached_property
    def cells(self) -> CellRepository:
        return CellRepository(self._connection)

    @cached_property
    def threads(self) -> ThreadRepository:
        return ThreadRepository(self._connection)

    @cached_property
    def versions(self) -> VersionRepository:
        return VersionRepository(self._connection)

    @cached_property
    def blobs(self) -> BlobRepository:
        return BlobRepository(self._connection)

    @cached_property
    def connections(self) -> ConnectionRepository:
        return ConnectionRepository(self._connection)

    @cached_property
    def events(self) -> EventRepository:
        return EventRepository(self._connection)


def utc_now() -> datetime:
    """The time, aware and in UTC."""
    return datetime.now(UTC)


class SqlDatabase:
    """One database, opened and migrated on first use; see services.ports.Database. Safe to use from threads.

    When it cannot be reached every use raises Unavailable, and the next use tries anew.
    """

    def __init__(self, url: str, clock: Clock = utc_now) -> None:
        self._url_text = url
        self._clock = clock
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._is_ready = False
        # SQLite has one writer at a time: waiting here is fair and costs nothing, waiting in SQLite polls.
        self._writer: AbstractContextManager[object] = threading.Lock() if self.mode == "embedded" else nullcontext()

    @property
    def mode(self) -> StoreMode:
        return "embedded" if self._url_text.startswith("sqlite") else "direct"

    @contextmanager
    def read(self) -> Iterator[SqlUnitOfWork]:
        with self._translated(), self._ready_engine().connect() as connection, connection.begin():
            yield SqlUnitOfWork(connection, self._clock())

    @contextmanager
    def write(self) -> Iterator[SqlUnitOfWork]:
        with self._translated():
            engine = self._ready_engine()
            with self._writer, engine.connect() as connection, writing(connection).begin():
                uow = SqlUnitOfWork(connection, self._clock())
                yield uow
                uow.events.flush()

    def check(self) -> None:
        with self.read() as uow:
            uow.events.last_seq()

    def close(self) -> None:
        # Not waited for: a thread that tries to reach a database which does not answer has the lock for long.
        if self._lock.acquire(timeout=_CLOSE_TIMEOUT_S):
            try:
                if self._engine is not None:
                    self._engine.dispose()
                self._engine, self._is_ready = None, False
            finally:
                self._lock.release()

    def _ready_engine(self) -> Engine:
        engine = self._engine
        if engine is not None and self._is_ready:
            return engine
        with self._lock:
            if self._engine is None:
                self._engine = make_engine(parse_url(self._url_text))
            if not self._is_ready:
                _bring_up_to_date(self._engine)
                self._is_ready = True
            return self._engine

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (exc.DBAPIError, exc.TimeoutError) as error:
            if _is_race(error):
                raise WriteRace("Somebody else changed the same thing at the same time.") from error
            # Gone, overloaded, without our tables, or no database at all: look again before the next use.
            self._is_ready = False
            raise Unavailable(_describe(error)) from error


def _bring_up_to_date(engine: Engine) -> None:
    with engine.connect() as connection, connection.begin():
        version = schema_version.current_version(connection)
        if schema_version.is_current(version):
            return
    if version is not None and engine.dialect.name == "sqlite":
        back_up(engine, version)
    with engine.connect() as connection, writing(connection).begin():
        schema_version.migrate(connection)


def _is_race(error: exc.SQLAlchemyError) -> bool:
    """Whether it failed for what somebody else did at the same time: a duplicate, a deadlock."""
    return isinstance(error, exc.IntegrityError) or (
        isinstance(error, exc.DBAPIError) and getattr(error.orig, "sqlstate", None) in _RACES
    )


def _describe(error: exc.SQLAlchemyError) -> str:
    """What the driver says, one line of it, without statement or parameters (they may be anybody's text)."""
    cause = error.orig if isinstance(error, exc.DBAPIError) else error
    lines = str(cause).strip().splitlines() or [type(cause).__name__]
    return f"The store cannot be used now: {lines[0].strip()[:300]}. Notebooks work and save without it."
