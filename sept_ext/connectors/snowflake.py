"""Snowflake, by its own connector: rows as Arrow, values bound by the server.

Tested with the real connector against fakesnow's server (`make test-warehouses`). Not tested: bound Decimals, errors
(fakesnow), cancelling, results of many batches, other ways to log in than a password (no account).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from sept_ext.core.errors import BadInput, SqlError, Unavailable

from .arrow_frames import as_output, frame_from_arrow
from .base import ConnectionSpec, ConnectorInfo, FormField, QueryResult, columns_by_relation
from .dbapi import not_opened, result_of, scalar_of

_CONNECT_TIMEOUT_S = 10
_SEMI_STRUCTURED = {5, 9, 10}  # VARIANT, OBJECT, ARRAY: JSON texts
_QUERIES = (
    "SELECT",
    "WITH",
    "SHOW",
    "DESC",
    "EXPLAIN",
    "LIST",
    "LS",
    "CALL",
    "VALUES",
    "(",
    "FROM",
    "--",
    "/*",
    "EXEC",
)
_RELATIONS = (
    "SELECT table_name, column_name FROM information_schema.columns "
    "WHERE table_schema = {place} ORDER BY table_name, ordinal_position"
)


class SnowflakeSession:
    """One session of an account. Autocommit: each statement is a transaction of its own."""

    placeholder = "?"

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    @property
    def is_open(self) -> bool:
        """False once the session is closed."""
        return not self._connection.is_closed()

    def execute(self, statement: str, values: Sequence[Any], output: str = "pandas") -> QueryResult:
        """Run one statement."""
        driver = _driver()
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(statement, [_bindable(value) for value in values] or None)
                columns = tuple(column.name for column in cursor.description)
                if all(name.startswith("number of ") for name in columns):
                    return QueryResult(None, rows_affected=cursor.rowcount)
                if columns == ("status",) and not statement.lstrip().upper().startswith(_QUERIES):
                    return QueryResult(None)
                return _rows(driver, cursor, columns, output)
        except driver.errors.Error as error:
            raise SqlError(_message(error)) from error

    def relations(self) -> dict[str, tuple[str, ...]]:
        """Tables and views of the current schema with their columns."""
        return columns_by_relation(self._asked(_RELATIONS.format(place="current_schema()"), []))

    def relations_in(self, schema: str) -> dict[str, tuple[str, ...]]:
        """Tables and views of a schema of the current database, with their columns."""
        return columns_by_relation(self._asked(_RELATIONS.format(place="?"), [schema]))

    def schemas(self) -> list[str]:
        """The other schemas of the current database."""
        query = (
            "SELECT schema_name FROM information_schema.schemata WHERE upper(schema_name) <> 'INFORMATION_SCHEMA' "
            "AND schema_name <> coalesce(current_schema(), '') ORDER BY schema_name"
        )
        return [name for (name,) in self._asked(query, [])]

    def columns_of(self, relation: str, schema: str | None) -> dict[str, str]:
        """Columns with their types, numbers with their digits: `NUMBER(10,2)`."""
        query = (
            "SELECT column_name, data_type, numeric_precision, numeric_scale FROM information_schema.columns "
            "WHERE table_name = ? AND table_schema = {} ORDER BY ordinal_position"
        )
        place, values = ("current_schema()", [relation]) if schema is None else ("?", [relation, schema])
        found = self._asked(query.format(place), values)
        return {name: f"{kind}({p},{s})" if kind == "NUMBER" else kind for name, kind, p, s in found}

    def _asked(self, query: str, values: Sequence[str]) -> Sequence[Any]:
        driver = _driver()
        try:
            with self._connection.cursor() as cursor:
                rows: Sequence[Any] = cursor.execute(query, list(values) or None).fetchall()
                return rows
        except driver.errors.Error as error:
            raise SqlError(_message(error)) from error

    def data_state(self) -> str | None:
        """None: there is no mark that changes with every write."""
        return None

    def cancel(self) -> None:
        """Ask the account to stop what this session runs; where it refuses, end the session."""
        driver = _driver()
        try:
            with self._connection.cursor() as cursor:
                cursor.execute("SELECT SYSTEM$CANCEL_ALL_QUERIES(?)", [self._connection.session_id], timeout=2)
        except driver.errors.Error:
            self.close()

    def close(self) -> None:
        """End the session."""
        with suppress(Exception):
            self._connection.close(retry=False)


def _rows(driver: Any, cursor: Any, columns: tuple[str, ...], output: str) -> QueryResult:
    try:
        table = cursor.fetch_arrow_all(force_return_table=True)
    except driver.errors.NotSupportedError:  # SHOW and its like answer by JSON
        return result_of(cursor, output)
    if output != "pandas":
        return QueryResult(as_output(table, output), columns=columns)
    import pandas as pd

    frame = frame_from_arrow(table)
    for place, column in enumerate(cursor.description):
        if column.type_code in _SEMI_STRUCTURED:
            texts = table.column(place).to_pylist()
            values = [None if text is None else json.loads(text) for text in texts]
            frame.isetitem(place, pd.Series(values, dtype=object))
    frame.columns = pd.Index(columns)
    return QueryResult(frame, columns=columns)


def _bindable(value: Any) -> Any:
    """Scalars of numpy and pandas as Python's own; what the driver does not know as text."""
    return str(value) if type(value).__name__ == "UUID" else scalar_of(value)


def _driver() -> Any:
    import snowflake.connector  # type: ignore[import-untyped,import-not-found,unused-ignore]

    return snowflake.connector


def _message(error: Any) -> str:
    return str(getattr(error, "raw_msg", None) or getattr(error, "msg", None) or error)


class SnowflakeConnector:
    """Snowflake accounts. A session cannot be made read-only: give such a connection a role that only reads."""

    info = ConnectorInfo(
        kind="snowflake",
        title="Snowflake",
        dialect="snowflake",
        fields=(
            FormField("account", "Account", is_required=True, placeholder="organisation-account"),
            FormField("user", "User", is_required=True),
            FormField("warehouse", "Warehouse"),
            FormField("database", "Database"),
            FormField("schema", "Schema", placeholder="PUBLIC"),
            FormField("role", "Role"),
        ),
        has_secret=True,
        extra="snowflake",
    )

    def open(self, spec: ConnectionSpec) -> SnowflakeSession:
        """Log in within 10 s. The secret is a password, or a programmatic access token in its place."""
        try:
            driver = _driver()
        except ImportError:
            raise Unavailable(
                f"Connection {spec.name!r} needs Snowflake's connector: pip install 'sept-ext[snowflake]'."
            ) from None
        known = ("account", "user", "warehouse", "database", "schema", "role", "host", "port", "protocol")
        words: dict[str, Any] = {name: spec.parameters[name] for name in known if spec.parameters.get(name)}
        try:
            words |= {"port": int(words["port"])} if "port" in words else {}
        except ValueError:
            raise BadInput(f"Connection {spec.name!r}: the port {words['port']!r} is no number.") from None
        try:
            connection = driver.connect(
                **words,
                password=spec.secret,
                autocommit=True,
                paramstyle="qmark",
                arrow_number_to_decimal=True,
                login_timeout=_CONNECT_TIMEOUT_S,
                application="Sept",
            )
        except driver.errors.Error as error:
            raise not_opened(spec, "Snowflake", _message(error)) from None
        return SnowflakeSession(connection)


CONNECTOR = SnowflakeConnector()
