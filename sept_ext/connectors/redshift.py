"""Amazon Redshift, by psycopg: its own driver cannot even be tried against PostgreSQL (facts/sql.md, 4).

Tested against PostgreSQL only: what Redshift itself answers is read in its manual. Rows come by psycopg: the Arrow
driver reads by COPY, which Redshift has not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .base import ConnectionSpec, ConnectorInfo, FormField, columns_by_relation
from .dbapi import not_opened
from .postgres import SSL_MODES, PostgresSession, conninfo

_CONNECT_TIMEOUT_S = 10
_RELATIONS = (
    "SELECT table_name, column_name FROM information_schema.columns "
    "WHERE table_schema = {place} ORDER BY table_name, ordinal_position"
)
_SCHEMAS = (
    "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> current_schema() "
    "AND nspname NOT IN ('information_schema', 'catalog_history') AND has_schema_privilege(nspname, 'USAGE') "
    "ORDER BY nspname"
)


class RedshiftSession(PostgresSession):
    """One session of a cluster or a workgroup."""

    def __init__(self, connection: Any) -> None:
        super().__init__(connection, None)

    def relations(self) -> dict[str, tuple[str, ...]]:
        """Tables and views of the current schema with their columns."""
        return columns_by_relation(self._rows(_RELATIONS.format(place="current_schema()"), []))

    def relations_in(self, schema: str) -> dict[str, tuple[str, ...]]:
        """Tables and views of a schema with their columns; those of external schemas are not told."""
        return columns_by_relation(self._rows(_RELATIONS.format(place="$1"), [schema]))

    def schemas(self) -> list[str]:
        """Schemas beside the current one that the user may look into, external ones too."""
        return [name for (name,) in self._rows(_SCHEMAS, [])]

    def _calls_own(self, statement: str) -> bool:
        """False: there is no second connection that would have to see the same."""
        return False

    def unsteady(self, relations: Sequence[str], functions: Sequence[str]) -> str | None:
        """The first function that is none of the system's: its catalog does not tell of what views lead to."""
        return next(iter(functions), None)

    def data_state(self) -> str | None:
        """None: there is no mark that changes with every write."""
        return None


class RedshiftConnector:
    """Redshift clusters and workgroups."""

    info = ConnectorInfo(
        kind="redshift",
        title="Amazon Redshift",
        dialect="redshift",
        fields=(
            FormField("host", "Host", is_required=True, placeholder="cluster.abc.eu-west-1.redshift.amazonaws.com"),
            FormField("port", "Port", placeholder="5439"),
            FormField("database", "Database", is_required=True, placeholder="dev"),
            FormField("user", "User", is_required=True),
            FormField("sslmode", "SSL mode", placeholder="prefer", choices=SSL_MODES),
        ),
        has_secret=True,
        extra="redshift",
    )

    def open(self, spec: ConnectionSpec) -> RedshiftSession:
        """Connect within 10 s."""
        import psycopg

        from .postgres_rows import adapted

        words = {"port": "5439", **conninfo(spec), "client_encoding": "utf8"}  # else it speaks of UNICODE
        words.pop("options", None)  # settings in the first message are not documented for Redshift
        try:
            # No prepared statements of the driver's own making: Redshift keeps plans for a session, without bound.
            connection = psycopg.connect(
                autocommit=True, connect_timeout=_CONNECT_TIMEOUT_S, prepare_threshold=None, **words
            )
            if spec.is_read_only:
                connection.execute("SET default_transaction_read_only = on")
        except psycopg.Error as error:
            text = str(error) or type(error).__name__
            raise not_opened(spec, "Redshift", text, is_answer="FATAL" in text) from None
        connection.cursor_factory = psycopg.RawCursor
        adapted(connection)
        return RedshiftSession(connection)


CONNECTOR = RedshiftConnector()
