"""Connections that the notebook's own code opened: engines of SQLAlchemy, connections of DuckDB, SQLite, any DB-API.

They stay the user's: their settings and transactions are left as they are, and nothing of theirs is closed.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from typing import Any

from sept_ext.connectors.base import QueryResult, Session, columns_by_relation
from sept_ext.connectors.dbapi import result_of
from sept_ext.connectors.duckdb import DuckdbSession
from sept_ext.connectors.sqlalchemy_url import PLACEHOLDERS, SqlalchemySession
from sept_ext.connectors.sqlite import SqliteSession
from sept_ext.core.errors import BadInput, SqlError

_PROGRESS_STEPS = 10_000
# By the first part of the module that has the class; sqlglot's name for the dialect.
_DRIVERS = {
    "psycopg": "postgres", "psycopg2": "postgres", "pg8000": "postgres", "pymysql": "mysql", "MySQLdb": "mysql",
    "mysql": "mysql", "mariadb": "mysql", "pyodbc": "tsql", "pymssql": "tsql", "oracledb": "oracle",
    "snowflake": "snowflake", "trino": "trino", "clickhouse_connect": "clickhouse", "redshift_connector": "redshift",
    "databricks": "databricks",
}  # fmt: skip


def session_of(value: Any) -> tuple[str, Session] | None:
    """(kind, session) over an object that is a connection; None for any other object."""
    package = type(value).__module__.partition(".")[0]
    if package == "sqlalchemy":
        return _of_sqlalchemy(value)
    if package in ("duckdb", "_duckdb") and type(value).__name__ == "DuckDBPyConnection":
        return "duckdb", _Borrowed(DuckdbSession(value), "duckdb")
    if isinstance(value, sqlite3.Connection):
        return "sqlite", _HereSession(value)
    if package in _DRIVERS and hasattr(value, "cursor") and hasattr(value, "commit"):
        return package, _DriverSession(value, package)
    return None


def _of_sqlalchemy(value: Any) -> tuple[str, Session] | None:
    import sqlalchemy as sa

    if isinstance(value, sa.Connection):
        return "sqlalchemy", _Borrowed(SqlalchemySession(value.engine, value), "")
    if not isinstance(value, sa.Engine):
        return None
    if value.dialect.name == "sqlite" and value.url.database in (None, "", ":memory:"):
        # In memory, another connection would be another database.
        connection = value.raw_connection().driver_connection
        return ("sqlite", _HereSession(connection)) if isinstance(connection, sqlite3.Connection) else None
    connection = value.connect()
    with suppress(sa.exc.SQLAlchemyError, NotImplementedError):  # a dialect that has no autocommit
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
    return "sqlalchemy", SqlalchemySession(value, connection, is_ours=False)


class _Borrowed:
    """A session over somebody else's connection, which is not closed with it."""

    def __init__(self, session: Any, dialect: str) -> None:
        self._session = session
        self.dialect = dialect or session.dialect

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def close(self) -> None:
        """Leave it open."""


class _HereSession(SqliteSession):
    """A connection of SQLite that may be used in the thread of the notebook's cells only."""

    dialect = "sqlite"
    runs_here = True

    def execute(self, statement: str, values: Sequence[Any], output: str = "pandas") -> QueryResult:
        """Run one statement; Python looks every now and then whether it was interrupted."""
        self._connection.set_progress_handler(lambda: 0, _PROGRESS_STEPS)
        try:
            return super().execute(statement, values, output)
        except SqlError as error:
            if error.message == "interrupted":  # by the signal, inside of the handler
                raise KeyboardInterrupt from None
            raise
        finally:
            self._connection.set_progress_handler(None, 0)

    def data_state(self) -> str | None:
        """None: it is the user's own, and may be in the midst of anything."""
        return None

    def close(self) -> None:
        """Leave it open."""


class _DriverSession:
    """Any DB-API connection, by what its module says of itself (PEP 249)."""

    def __init__(self, connection: Any, package: str) -> None:
        module = sys.modules.get(f"{package}.connector") or sys.modules[package]
        style = getattr(module, "paramstyle", None)
        if style not in PLACEHOLDERS:
            raise BadInput(f"A connection of {package} cannot be used: it does not say how it takes parameters.")
        self._connection = connection
        self._errors: Any = getattr(module, "Error", Exception)
        self.placeholder = PLACEHOLDERS[style]
        self.dialect = _DRIVERS[package]

    @property
    def is_open(self) -> bool:
        """Whether the driver says so; one that says nothing is taken to be open."""
        closed = getattr(self._connection, "closed", False)
        return not (closed() if callable(closed) else closed)

    def execute(self, statement: str, values: Sequence[Any], output: str = "pandas") -> QueryResult:
        """Run one statement, in the connection's own transaction."""
        given: Any = (
            {f"p{n}": value for n, value in enumerate(values, 1)} if ":p" in self.placeholder else list(values)
        )
        try:
            with closing(self._connection.cursor()) as cursor:
                cursor.execute(statement, given) if values else cursor.execute(statement)
                return result_of(cursor, output)
        except self._errors as error:
            raise SqlError(str(error) or type(error).__name__) from error

    def relations(self) -> dict[str, tuple[str, ...]]:
        """Tables and views with their columns, where the database has the standard's catalog."""
        rows: Any = self.execute("SELECT table_name, column_name FROM information_schema.columns", [], "arrow").frame
        return columns_by_relation(zip(*rows.to_pydict().values(), strict=True))

    def data_state(self) -> str | None:
        """None: nothing that all drivers have."""
        return None

    def cancel(self) -> None:
        """Stop the statement by what the driver offers; else nothing can be done but wait."""
        for name in ("cancel_safe", "cancel", "interrupt"):
            if hasattr(self._connection, name):
                getattr(self._connection, name)()
                return

    def close(self) -> None:
        """Leave it open."""
