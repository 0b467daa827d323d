"""SQLite files, by the standard library's driver."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from sept_ext.core.errors import SqlError, Unavailable

from .base import ConnectionSpec, ConnectorInfo, FormField, QueryResult, columns_by_relation
from .dbapi import result_of, text_of
from .steadiness import volatile_view

_BIGGEST = 2**63
_VIRTUAL = re.compile(r"CREATE VIRTUAL ", re.IGNORECASE)
# What may make the same statement mean something else from then on.
_SETS = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*PRAGMA\b.*[=(]", re.IGNORECASE | re.DOTALL)


class SqliteSession:
    """One open SQLite file. Autocommit: each statement is a transaction of its own."""

    placeholder = "?{n}"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._is_bare = True

    @property
    def is_open(self) -> bool:
        """Always: it is in this process."""
        return True

    def execute(self, statement: str, values: Sequence[Any], output: str = "pandas") -> QueryResult:
        """Run one statement."""
        self._is_bare = self._is_bare and not _SETS.match(statement)
        try:
            return result_of(self._run(statement, [_bindable(value) for value in values]), output)
        except sqlite3.Error as error:
            raise SqlError(str(error)) from error

    def _run(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """A cursor with plain rows, whatever the connection of the notebook's own makes of them."""
        cursor = self._connection.cursor()
        cursor.row_factory = None
        return cursor.execute(statement, values)

    def relations(self) -> dict[str, tuple[str, ...]]:
        """Tables and views with their columns."""
        query = (
            "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type IN ('table', 'view')"
        )
        try:
            rows = self._run(query).fetchall()
        except sqlite3.Error as error:  # a view of a table that is gone
            raise SqlError(str(error)) from error
        return columns_by_relation(rows)

    def columns_of(self, relation: str, schema: str | None) -> dict[str, str]:
        """Columns with the types that were declared, or none; there are no schemas."""
        try:
            return dict(self._run("SELECT name, type FROM pragma_table_info(?)", [relation]).fetchall())
        except sqlite3.Error as error:
            raise SqlError(str(error)) from error

    def data_state(self) -> str | None:
        """SQLite's own counter of others' commits, and ours, and what its files look like from outside.

        None for a database that is only in memory, for a session that has attached or temporary ones beside it,
        and for one with settings of its own.
        """
        if not self._is_bare:
            return None
        databases = self._run("PRAGMA database_list").fetchall()
        file = databases[0][2]
        if not file or len(databases) > 1 or self._connection.in_transaction:
            return None
        version = self._run("PRAGMA data_version").fetchone()[0]
        # Another session counts for itself; what it left in the log is not in the file yet.
        return repr((file, version, self._connection.total_changes, _looks(file), _looks(f"{file}-wal")))

    def unsteady(self, relations: Sequence[str], functions: Sequence[str]) -> str | None:
        """The first view among the relations that may give something else each time; a virtual table is not known."""
        query = "SELECT lower(name), sql FROM sqlite_master WHERE type = 'view' OR sql LIKE 'CREATE VIRTUAL %'"
        try:
            found = dict(self._run(query).fetchall())
        except sqlite3.Error as error:
            raise SqlError(str(error)) from error
        texts = {name: "" if _VIRTUAL.match(text) else text for name, text in found.items()}
        return volatile_view(texts, relations)

    def cancel(self) -> None:
        """Interrupt the statement that runs."""
        self._connection.interrupt()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _looks(file: str) -> tuple[int, ...]:
    try:
        state = Path(file).stat()
    except FileNotFoundError:
        return ()
    return state.st_ino, state.st_mtime_ns, state.st_size


def _bindable(value: Any) -> Any:
    """Values the driver does not take as they are: dates go as the texts SQLite compares."""
    if value is None or isinstance(value, str | int | float | bytes):
        return value
    if isinstance(value, Decimal):
        return _number(value)
    if hasattr(value, "item") and not hasattr(value, "__len__"):
        return value.item()
    if hasattr(value, "isoformat"):
        try:
            return value.isoformat(sep=" ")
        except TypeError:  # a date or a time has no separator
            return value.isoformat()
    return text_of(value)


def _number(value: Decimal) -> int | float | str:
    """A text is greater than every number there: a decimal goes as a number where none of its digits is lost."""
    if value == value.to_integral_value() and abs(value) < _BIGGEST:
        return int(value)
    number = float(value)
    return number if Decimal(repr(number)) == value else str(value)


class SqliteConnector:
    """Files on this machine. A missing file is an error: a typing mistake must not make an empty database."""

    info = ConnectorInfo(
        kind="sqlite",
        title="SQLite",
        dialect="sqlite",
        fields=(FormField("path", "File", is_required=True, placeholder="shop.db"),),
    )

    def open(self, spec: ConnectionSpec) -> SqliteSession:
        """Open an existing file, or a database in memory for `:memory:`."""
        path = spec.parameters.get("path", ":memory:")
        if path != ":memory:" and not Path(path).expanduser().is_file():
            raise Unavailable(f"Connection {spec.name!r}: there is no SQLite file {path!r} (looked in {Path.cwd()}).")
        try:
            connection = sqlite3.connect(
                str(Path(path).expanduser()) if path != ":memory:" else path,
                isolation_level=None,
                check_same_thread=False,
                timeout=10,
            )
            connection.execute("SELECT 1 FROM sqlite_master LIMIT 1")
            if spec.is_read_only:
                connection.execute("PRAGMA query_only = on")
        except sqlite3.Error as error:
            raise Unavailable(f"Connection {spec.name!r}: {path!r} cannot be opened as SQLite: {error}.") from error
        return SqliteSession(connection)


CONNECTOR = SqliteConnector()
