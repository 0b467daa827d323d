"""PostgreSQL, by psycopg 3."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sept_ext.core.errors import SqlError, Unavailable

from .base import ConnectionSpec, ConnectorInfo, FormField, QueryResult
from .dbapi import result_of

_CONNECT_TIMEOUT_S = 10


class PostgresSession:
    """One server session. Autocommit: each statement is a transaction of its own."""

    placeholder = "%s"

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    @property
    def is_open(self) -> bool:
        """False after the server, or a network, ended the session."""
        return not self._connection.closed

    def execute(self, statement: str, values: Sequence[Any]) -> QueryResult:
        """Run one statement; a per cent sign of the text itself is doubled by the caller's renderer."""
        import psycopg

        try:
            # Without values psycopg sends the text as it is, so that `%` needs no doubling then.
            return result_of(self._connection.execute(statement, [_bindable(v) for v in values] or None))
        except psycopg.Error as error:
            if self._connection.info.transaction_status == psycopg.pq.TransactionStatus.ACTIVE:
                self._connection.close()  # left amid a COPY, it would refuse everything from now on
            raise SqlError(_message(error)) from error

    def relations(self) -> dict[str, tuple[str, ...]]:
        """Tables and views of the search path with their columns."""
        import psycopg

        query = (
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = ANY (current_schemas(false)) ORDER BY table_name, ordinal_position"
        )
        try:
            rows = self._connection.execute(query).fetchall()
        except psycopg.Error as error:  # in a transaction that failed
            raise SqlError(_message(error)) from error
        found: dict[str, tuple[str, ...]] = {}
        for relation, column in rows:
            found[relation] = (*found.get(relation, ()), column)
        return found

    def cancel(self) -> None:
        """Ask the server to stop the statement that runs."""
        import psycopg

        try:
            self._connection.cancel_safe(timeout=2)
        except psycopg.Error:
            self._connection.close()  # the server does not hear us

    def close(self) -> None:
        """End the session."""
        self._connection.close()


def _bindable(value: Any) -> Any:
    """Scalars of numpy as Python's own."""
    return value.item() if hasattr(value, "item") and not hasattr(value, "__len__") else value


def _message(error: Any) -> str:
    diagnosis = error.diag
    parts = [diagnosis.message_primary or str(error), diagnosis.message_detail, diagnosis.message_hint]
    return " ".join(part for part in parts if part)


class PostgresConnector:
    """PostgreSQL servers."""

    info = ConnectorInfo(
        kind="postgres",
        title="PostgreSQL",
        dialect="postgres",
        fields=(
            FormField("host", "Host", is_required=True, placeholder="localhost"),
            FormField("port", "Port", placeholder="5432"),
            FormField("database", "Database", is_required=True),
            FormField("user", "User", is_required=True),
            FormField("sslmode", "SSL mode", placeholder="prefer"),
        ),
        has_secret=True,
    )

    def open(self, spec: ConnectionSpec) -> PostgresSession:
        """Connect within 10 s."""
        import psycopg

        known = {"host", "port", "user", "sslmode"}
        wanted: dict[str, Any] = {key: value for key, value in spec.parameters.items() if key in known}
        wanted |= {"dbname": spec.parameters.get("database"), "password": spec.secret}
        try:
            connection = psycopg.connect(
                autocommit=True, connect_timeout=_CONNECT_TIMEOUT_S, application_name="sept", **wanted
            )
        except psycopg.Error as error:
            text = " ".join(str(error).split()) or type(error).__name__
            if spec.secret:
                text = text.replace(spec.secret, "***")
            raise Unavailable(f"Connection {spec.name!r}: PostgreSQL did not let us in: {text}") from None
        return PostgresSession(connection)


CONNECTOR = PostgresConnector()
