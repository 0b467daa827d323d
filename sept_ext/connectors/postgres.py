"""PostgreSQL: rows by Arrow (ADBC) where it can be, psycopg 3 for everything else; values are the same either way.

A kernel has one session: psycopg's. Queries that depend on nothing of that session (no transaction, no temporary
table, no setting) are read on an Arrow connection beside it, four times faster for large results (facts/sql.md, 3a).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sept_ext.core.errors import SqlError
from sept_ext.core.sql_chaining import volatile_word

from .arrow_frames import as_output, frame_from_arrow, plain_arrow
from .base import ConnectionSpec, ConnectorInfo, FormField, QueryResult, columns_by_relation
from .dbapi import not_opened, scalar_of
from .postgres_arrow import EXACT, ArrowReader, may_be_read_apart
from .postgres_rows import frame_of, kinds_of, table_of

_CONNECT_TIMEOUT_S = 10
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
# After any other statement the session may hold what a second connection does not see.
_LEAVES_NOTHING = re.compile(
    r"\s*(?:SELECT|WITH|VALUES|BEGIN|START\s+TRANSACTION|INSERT|UPDATE|DELETE|MERGE|EXPLAIN|SHOW|VACUUM|ANALYZE|REFRESH|TRUNCATE|COMMENT|DROP|ALTER"
    r"|GRANT|REVOKE|REINDEX|COMMIT|ROLLBACK|CREATE\s+(?!(?:GLOBAL|LOCAL|TEMP|TEMPORARY)\b))\b",
    re.IGNORECASE,
)
_DATA_STATE = (
    "SELECT pg_current_snapshot()::text, pg_postmaster_start_time(), inet_server_addr(),"
    " inet_server_port(), oid, current_user, current_schemas(false),"
    " current_setting('TimeZone'), current_setting('DateStyle')"
    " FROM pg_database WHERE datname = current_database()"
)
# Foreign tables, sequences and the system's own change without a transaction, volatile functions by themselves.
_UNSTEADY = """
WITH RECURSIVE seen(oid) AS (
  SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND (
    lower(c.relname) = ANY ($1::text[]) AND pg_catalog.pg_table_is_visible(c.oid)
    OR lower(n.nspname || '.' || c.relname) = ANY ($1::text[]))
  UNION
  SELECT d.refobjid FROM seen JOIN pg_catalog.pg_rewrite r ON r.ev_class = seen.oid JOIN pg_catalog.pg_depend d
  ON d.objid = r.oid AND d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass
), called AS (
  SELECT d.refobjid AS oid FROM seen JOIN pg_catalog.pg_rewrite r ON r.ev_class = seen.oid JOIN pg_catalog.pg_depend d
  ON d.objid = r.oid AND d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_proc'::regclass
)
SELECT c.relname, CASE WHEN c.relkind = 'v' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  THEN pg_catalog.pg_get_viewdef(c.oid) END
FROM seen JOIN pg_catalog.pg_class c ON c.oid = seen.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('v', 'f', 'S') OR n.nspname IN ('pg_catalog', 'information_schema')
UNION ALL
SELECT p.proname, NULL FROM pg_catalog.pg_proc p WHERE p.provolatile = 'v'
AND (lower(p.proname) = ANY ($2::text[]) OR p.oid IN (SELECT oid FROM called))
"""
_CALLED = re.compile(r"([A-Za-z_][\w$]*)\"?\s*\(")
_MAKES_FUNCTION = re.compile(r"\b(?:FUNCTION|PROCEDURE|EXTENSION|SCHEMA)\b", re.IGNORECASE)
_OWN = """
SELECT DISTINCT lower(p.proname) FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND p.provolatile = 'v' AND lower(p.proname) = ANY ($1)
"""
_KEEPS_SOMETHING = re.compile(r"\bset_config\b|\bpg_advisory|\bpg_temp\b|\bINTO\s+(?:TEMP|LOCAL)", re.IGNORECASE)

# As in information_schema, those that the user may do something with; unlike there, materialized views too.
_RELATIONS = """
SELECT c.relname, a.attname FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname <> 'pg_catalog' AND {place}
AND has_any_column_privilege(c.oid, 'SELECT, INSERT, UPDATE, REFERENCES') ORDER BY c.relname, a.attnum
"""
_PLAIN = "pg_catalog.pg_table_is_visible(c.oid)"
_SCHEMAS = """
SELECT nspname FROM pg_catalog.pg_namespace
WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND nspname <> ALL (current_schemas(false))
AND has_schema_privilege(nspname, 'USAGE') ORDER BY nspname
"""
_TYPES = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = $1 AND {place} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""


class PostgresSession:
    """One server session. Autocommit: each statement is a transaction of its own."""

    placeholder = "${n}"

    def __init__(self, connection: Any, reader: ArrowReader | None, *, is_read_only: bool = False) -> None:
        self._connection = connection
        self._reader = reader
        self._is_read_only = is_read_only
        self._is_bare = True
        # By name: whether there is a volatile one that is not the system's own.
        self._functions: dict[str, bool] = {}

    @property
    def is_open(self) -> bool:
        """False after the server, or a network, ended the session."""
        return not self._connection.closed

    def execute(self, statement: str, values: Sequence[Any], output: str = "pandas") -> QueryResult:
        """Run one statement."""
        reader = self._reader
        if (
            reader is not None
            and self._is_bare
            and self._is_idle()
            and may_be_read_apart(statement)
            and not self._calls_own(statement)
            and kinds_of(self._connection, statement) <= EXACT
        ):
            table = reader.read(statement, values)
            if table is not None:
                return _of_arrow(table, output)
        return self._run(statement, values, output)

    def _run(self, statement: str, values: Sequence[Any], output: str) -> QueryResult:
        import psycopg

        try:
            self._lock()
            leaves_nothing = _LEAVES_NOTHING.match(statement) and not _KEEPS_SOMETHING.search(statement)
            if self._is_bare and (not leaves_nothing or self._calls_own(statement)):
                self._is_bare = False
            cursor = self._connection.execute(statement, [scalar_of(v) for v in values] or None)
            if cursor.description is None:
                return QueryResult(None, rows_affected=cursor.rowcount)
            columns = tuple(column.name for column in cursor.description)
            frame = frame_of(cursor) if output == "pandas" else as_output(table_of(cursor), output)
            return QueryResult(frame, columns=columns)
        except psycopg.Error as error:
            if self._connection.info.transaction_status == psycopg.pq.TransactionStatus.ACTIVE:
                self._connection.close()  # left amid a COPY, it would refuse everything from now on
            raise SqlError(_message(error)) from error

    def _calls_own(self, statement: str) -> bool:
        """Whether it calls a volatile function of somebody's: that may set something, or make a temporary table."""
        if _MAKES_FUNCTION.search(statement):  # what is known now is not true for long
            self._functions = {}
        known = self._functions
        names = {name.lower() for name in _CALLED.findall(statement)}
        asked = sorted(names - known.keys())
        if asked:
            found = {name for (name,) in self._rows(_OWN, [asked])}
            known = known | {name: name in found for name in asked}
        if not _MAKES_FUNCTION.search(statement):
            self._functions = known
        return any(known[name] for name in names)

    def _lock(self) -> None:
        """Make the session read-only again if a text that nobody could read has ended that: the server tells (14+)."""
        if self._is_read_only and self._is_idle():
            setting = self._connection.info.parameter_status("default_transaction_read_only")
            if setting != "on":
                self._connection.execute("SET default_transaction_read_only = on")

    def _is_idle(self) -> bool:
        return bool(self._connection.info.transaction_status == 0)

    def relations(self) -> dict[str, tuple[str, ...]]:
        """Tables and views that plain names mean, with their columns: one that another hides is left out."""
        return columns_by_relation(self._rows(_RELATIONS.format(place=_PLAIN), []))

    def schemas(self) -> list[str]:
        """Schemas beside the search path that the user may look into."""
        return [name for (name,) in self._rows(_SCHEMAS, [])]

    def relations_in(self, schema: str) -> dict[str, tuple[str, ...]]:
        """Tables and views of a schema with their columns."""
        return columns_by_relation(self._rows(_RELATIONS.format(place="n.nspname = $1"), [schema]))

    def columns_of(self, relation: str, schema: str | None) -> dict[str, str]:
        """Columns with their types, such as `numeric(10,2)`, by the shorter of two names."""
        if schema is None:
            rows = self._rows(_TYPES.format(place=_PLAIN), [relation])
        else:
            rows = self._rows(_TYPES.format(place="n.nspname = $2"), [relation, schema])
        return {name: _short(kind) for name, kind in rows}

    def _rows(self, query: str, values: Sequence[Any]) -> list[Any]:
        import psycopg

        try:
            rows: list[Any] = self._connection.execute(query, values).fetchall()
        except psycopg.Error as error:  # in a transaction that failed
            raise SqlError(_message(error)) from error
        return rows

    def data_state(self) -> str | None:
        """Which transactions the server has seen end: every write, of anybody, is one.

        The newest alone would not do: an older one that still runs may end later. Beside them which server that is
        since when (one made anew counts from the start), and who asks how.
        """
        import psycopg

        if not (self._is_bare and self._is_idle()):
            return None
        try:
            row = self._connection.execute(_DATA_STATE).fetchone()
        except psycopg.Error:
            return None
        return repr(row)

    def unsteady(self, relations: Sequence[str], functions: Sequence[str]) -> str | None:
        """The first view, foreign table, sequence or volatile function among them and what they lead to."""
        names = [".".join(name.split(".")[-2:]) for name in relations]
        for name, definition in self._rows(_UNSTEADY, [names, list(functions)]):
            if definition is None or volatile_word(definition):
                return str(name)
        return None

    def cancel(self) -> None:
        """Ask the server to stop the statement that runs."""
        import psycopg

        if self._reader is not None and self._reader.cancel():
            return
        try:
            self._connection.cancel_safe(timeout=2)
        except psycopg.Error:
            self._connection.close()  # the server does not hear us

    def close(self) -> None:
        """End the session."""
        if self._reader is not None:
            self._reader.close()
        self._connection.close()


def _short(kind: str) -> str:
    """`timestamptz(3)[]` for `timestamp(3) with time zone[]`, as people write it; other names are short enough."""
    kind = re.sub(r"^(time(?:stamp)?)(\(\d\))? with time zone", r"\1tz\2", kind)
    kind = re.sub(r"^(time(?:stamp)?)(\(\d\))? without time zone", r"\1\2", kind)
    return re.sub(r"^character varying", "varchar", kind)


def _of_arrow(table: Any, output: str) -> QueryResult:
    frame = frame_from_arrow(table) if output == "pandas" else as_output(plain_arrow(table), output)
    return QueryResult(frame, columns=tuple(table.column_names))


def _message(error: Any) -> str:
    diagnosis = error.diag
    parts = [diagnosis.message_primary or str(error), diagnosis.message_detail, diagnosis.message_hint]
    return " ".join(part for part in parts if part)


def conninfo(spec: ConnectionSpec) -> Mapping[str, Any]:
    """The words of libpq for a connection, the secret among them."""
    known = {"host", "port", "user", "sslmode"}
    wanted: dict[str, Any] = {key: value for key, value in spec.parameters.items() if key in known}
    wanted |= {"dbname": spec.parameters.get("database"), "password": spec.secret, "application_name": "sept"}
    if spec.is_read_only:
        wanted["options"] = "-c default_transaction_read_only=on"
    return {key: value for key, value in wanted.items() if value is not None}


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
            FormField("sslmode", "SSL mode", placeholder="prefer", choices=SSL_MODES),
        ),
        has_secret=True,
    )

    def open(self, spec: ConnectionSpec) -> PostgresSession:
        """Connect within 10 s."""
        import psycopg

        from .postgres_rows import adapted

        words = {**conninfo(spec), "connect_timeout": _CONNECT_TIMEOUT_S}
        try:
            connection = psycopg.connect(autocommit=True, **words)
        except psycopg.Error as error:
            text = str(error) or type(error).__name__
            raise not_opened(spec, "PostgreSQL", text, is_answer="FATAL" in text) from None
        connection.cursor_factory = psycopg.RawCursor
        adapted(connection)
        reader = self._reader(psycopg.conninfo.make_conninfo(**words))
        return PostgresSession(connection, reader, is_read_only=spec.is_read_only)

    def _reader(self, conninfo: str) -> ArrowReader | None:
        return ArrowReader(conninfo)


CONNECTOR = PostgresConnector()
