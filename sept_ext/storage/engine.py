"""Engines: how to talk to SQLite and to Postgres so that concurrent writers neither fail nor lose anything.

SQLite: WAL; `BEGIN IMMEDIATE` for every writing transaction (with a deferred one, more than half of concurrent
read-then-write transactions fail at once, whatever the busy timeout); synchronous FULL, so that an acknowledged
comment survives a power cut.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError

from sept_ext.core.errors import Unavailable

BUSY_TIMEOUT_S = 10
_WRITES = "sept_writes"


def parse_url(text: str) -> URL:
    """A database URL; the usual spellings of Postgres get our driver. Unavailable when it is none of ours."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        # The text may hold a password, so it is not repeated.
        raise Unavailable("SEPT_DATABASE_URL is not a database URL, such as postgresql://user@host/name.") from None
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg2"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in ("sqlite", "sqlite+pysqlite", "postgresql+psycopg"):
        return url
    raise Unavailable(f"The store can be SQLite or Postgres, not {url.drivername}.")


def make_engine(url: URL) -> Engine:
    """An engine for the URL; connects to nothing yet."""
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url)
    try:
        return sa.create_engine(
            url,
            pool_pre_ping=True,
            pool_size=8,
            max_overflow=0,
            pool_timeout=10,
            connect_args={"connect_timeout": 5, "application_name": "sept", "tcp_user_timeout": 10_000},
        )
    except ModuleNotFoundError as error:
        raise Unavailable("The store is a Postgres; install its driver: pip install 'sept-ext[postgres]'.") from error


def writing(connection: Connection) -> Connection:
    """Mark a connection, before its transaction begins, as one that will write."""
    return connection.execution_options(**{_WRITES: True})


def back_up(engine: Engine, version: str) -> None:
    """Copy a SQLite database beside itself, as `<file>.<version>.bak`, before its tables are changed.

    A copy that is there already stays: it is from before an attempt that failed, or another server makes it.
    """
    target = Path(f"{engine.url.database}.{version}.bak")
    if target.exists():
        return
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        draft.touch(mode=0o600)
        with engine.connect() as connection, closing(sqlite3.connect(draft)) as copy:
            raw: Any = connection.connection.driver_connection
            raw.backup(copy)
        draft.replace(target)
    except (sqlite3.Error, OSError) as error:
        raise Unavailable(f"The store could not be copied before its tables are changed: {error}.") from error


def _sqlite_engine(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        _make_private(Path(url.database))
    engine = sa.create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False})
    sa.event.listen(engine, "connect", _set_up_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_private(file: Path) -> None:
    """Create the database's folder and file readable by their owner only."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise Unavailable(f"The store {file} cannot be opened: {error.strerror}.") from error


def _set_up_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, see _begin_sqlite
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_S}000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    is_writer = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")
