"""ClickHouse, by clickhouse-connect over HTTP: whole columns, with the driver's own values.

Not by Arrow: ClickHouse gives dates, times and UUIDs as plain numbers and bytes there. Not tested against a server:
none can be had without a download (facts/sql.md, 4).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import uuid4

from sept_ext.core.errors import BadInput, SqlError, Unavailable

from .arrow_frames import arrow_from_columns, as_output
from .base import ConnectionSpec, ConnectorInfo, FormField, QueryResult, columns_by_relation
from .dbapi import frame_of, not_opened, scalar_of

_CONNECT_TIMEOUT_S = 10
_QUERY = re.compile(
    r"(?:\s|--[^\n]*(?:\n|\Z)|/\*.*?\*/|\()*(?:SELECT|WITH|SHOW|DESC|DESCRIBE|EXPLAIN|EXISTS|CHECK|FROM)\b",
    re.IGNORECASE | re.DOTALL,
)


class ClickhouseSession:
    """A client of one server. Each statement is a request of its own."""

    placeholder = "%s"

    def __init__(self, words: dict[str, Any]) -> None:
        self._driver = _driver()
        self._words = words
        self._client = self._driver.get_client(**words)
        self._query_id: str | None = None

    @property
    def is_open(self) -> bool:
        """Always: nothing is kept open."""
        return True

    def execute(self, statement: str, values: Sequence[Any], output: str = "pandas") -> QueryResult:
        """Run one statement. The driver writes the values into the text, quoted."""
        bound = tuple(scalar_of(value) for value in values) or None
        self._query_id = f"sept_{uuid4().hex}"
        settings = {"query_id": self._query_id}
        try:
            if not _QUERY.match(statement):
                summary = self._client.command(statement, parameters=bound, settings=settings)
                return QueryResult(None, rows_affected=_written(summary))
            result = self._client.query(statement, parameters=bound, settings=settings)
            names, columns = tuple(result.column_names), result.result_columns or [[] for _ in result.column_names]
            if output == "pandas":
                return QueryResult(frame_of(names, list(zip(*columns, strict=True))), columns=names)
            return QueryResult(as_output(arrow_from_columns(names, columns, {}), output), columns=names)
        except self._driver.driver.exceptions.Error as error:
            raise SqlError(str(error)) from error
        finally:
            self._query_id = None

    def relations(self) -> dict[str, tuple[str, ...]]:
        """Tables and views of the current database with their columns."""
        query = "SELECT table, name FROM system.columns WHERE database = currentDatabase() ORDER BY table, position"
        return columns_by_relation(self._rows(query, []))

    def schemas(self) -> list[str]:
        """The other databases of the server."""
        query = (
            "SELECT name FROM system.databases WHERE name <> currentDatabase() "
            "AND lower(name) NOT IN ('system', 'information_schema') ORDER BY name"
        )
        return [name for (name,) in self._rows(query, [])]

    def relations_in(self, schema: str) -> dict[str, tuple[str, ...]]:
        """Tables and views of another database with their columns."""
        query = "SELECT table, name FROM system.columns WHERE database = %s ORDER BY table, position"
        return columns_by_relation(self._rows(query, [schema]))

    def columns_of(self, relation: str, schema: str | None) -> dict[str, str]:
        """Columns with their types, such as `Nullable(String)`."""
        query = "SELECT name, type FROM system.columns WHERE table = %s AND database = {} ORDER BY position"
        if schema is None:
            return dict(self._rows(query.format("currentDatabase()"), [relation]))
        return dict(self._rows(query.format("%s"), [relation, schema]))

    def _rows(self, query: str, values: Sequence[str]) -> Sequence[Any]:
        try:
            rows: Sequence[Any] = self._client.query(query, parameters=tuple(values) or None).result_rows
        except self._driver.driver.exceptions.Error as error:
            raise SqlError(str(error)) from error
        return rows

    def data_state(self) -> str | None:
        """None: there is no mark that changes with every write."""
        return None

    def cancel(self) -> None:
        """Kill the statement that runs, by a client beside it."""
        query_id = self._query_id
        if query_id is None:
            return
        with suppress(Exception):  # done meanwhile, or not allowed to
            # A server session takes one request at a time; and what only reads may still kill its own.
            words = {key: value for key, value in self._words.items() if key != "settings"}
            other = self._driver.get_client(**words, autogenerate_session_id=False)
            other.command("KILL QUERY WHERE query_id = %s ASYNC", parameters=(query_id,))
            other.close()

    def close(self) -> None:
        """Close the client."""
        self._client.close()


def _written(summary: Any) -> int:
    """How many rows a statement wrote, where the server's summary tells."""
    counts = getattr(summary, "summary", None) or {}
    return int(counts.get("written_rows") or -1)


def _driver() -> Any:
    import clickhouse_connect  # type: ignore[import-untyped,import-not-found,unused-ignore]

    return clickhouse_connect


def _words(spec: ConnectionSpec) -> dict[str, Any]:
    given = spec.parameters
    is_secure = (given.get("secure") or "true").lower() in ("true", "1", "yes")
    try:
        port = int(given.get("port") or (8443 if is_secure else 8123))
    except ValueError:
        raise BadInput(f"Connection {spec.name!r}: the port {given['port']!r} is no number.") from None
    return {
        "host": given.get("host") or "localhost",
        "port": port,
        "username": given.get("user") or "default",
        "password": spec.secret or "",
        "database": given.get("database") or "__default__",
        "secure": is_secure,
        "connect_timeout": _CONNECT_TIMEOUT_S,
        # 2, not 1: settings of a query, as our name for it, are still taken.
        "settings": {"readonly": 2} if spec.is_read_only else {},
    }


class ClickhouseConnector:
    """ClickHouse servers, by their HTTP port."""

    info = ConnectorInfo(
        kind="clickhouse",
        title="ClickHouse",
        dialect="clickhouse",
        fields=(
            FormField("host", "Host", is_required=True),
            FormField("port", "HTTP port", placeholder="8443"),
            FormField("database", "Database"),
            FormField("user", "User", placeholder="default"),
            FormField("secure", "TLS", placeholder="true", choices=("true", "false")),
        ),
        has_secret=True,
        extra="clickhouse",
    )

    def open(self, spec: ConnectionSpec) -> ClickhouseSession:
        """Connect within 10 s."""
        try:
            driver = _driver()
        except ImportError:
            raise Unavailable(
                f"Connection {spec.name!r} needs the driver clickhouse-connect: pip install 'sept-ext[clickhouse]'."
            ) from None
        try:
            return ClickhouseSession(_words(spec))
        except driver.driver.exceptions.Error as error:
            raise not_opened(spec, "ClickHouse", str(error)) from None


CONNECTOR = ClickhouseConnector()
