"""Any database that SQLAlchemy has a dialect for: a URL, and the password apart from it.

Text runs as it is (no SQLAlchemy constructs), with values bound by the dialect's own DB-API driver. What a driver
cannot do (cancel, exact types) we cannot either: kinds with a file of their own come first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from sept_ext.core.errors import BadInput, SqlError, Unavailable

from .base import ConnectionSpec, ConnectorInfo, FormField, QueryResult, scrubbed
from .dbapi import not_opened, result_of, scalar_of

PLACEHOLDERS = {
    "qmark": "?",
    "format": "%s",
    "pyformat": "%s",  # their drivers take values by place too
    "numeric": ":{n}",
    "numeric_dollar": "${n}",
    "named": ":p{n}",
}
# Names of dialects as sqlglot has them, where they differ.
_SQLGLOT = {
    "postgresql": "postgres",
    "cockroachdb": "postgres",
    "mssql": "tsql",
    "mariadb": "mysql",
    "awsathena": "athena",
    "teradatasql": "teradata",
    "starrocks": "starrocks",
    "clickhousedb": "clickhouse",
}
_READ_ONLY = {
    "sqlite": "PRAGMA query_only = ON",
    "postgresql": "SET default_transaction_read_only = on",
    "mysql": "SET SESSION TRANSACTION READ ONLY",
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
}

# Beside information_schema, by SQLAlchemy's name of the dialect, in lower case.
_SYSTEM_SCHEMAS = {
    "mysql": "mysql performance_schema sys",
    "mariadb": "mysql performance_schema sys",
    "mssql": "sys guest db_owner db_accessadmin db_securityadmin db_ddladmin db_backupoperator db_datareader "
    "db_datawriter db_denydatareader db_denydatawriter",
    "oracle": "sys system outln dbsnmp xdb ctxsys mdsys ordsys wmsys audsys",
    "clickhousedb": "system",
}


def sqlglot_dialect(url: str) -> str:
    """Sqlglot's name for the dialect of a URL; "" (its own, a superset of many) where it has none."""
    from sqlglot import Dialect

    name = url.partition(":")[0].partition("+")[0]
    name = _SQLGLOT.get(name, name)
    return name if name and Dialect.get(name) is not None else ""


class SqlalchemySession:
    """One connection of an engine. Autocommit where the driver has it: each statement is a transaction of its own."""

    def __init__(self, engine: Any, connection: Any, *, is_ours: bool = True) -> None:
        from sqlalchemy import event

        self._is_ours = is_ours
        self._engine = engine
        self._connection = connection
        self._cursor: Any = None
        self._is_ended = False
        self.placeholder = PLACEHOLDERS[engine.dialect.paramstyle]
        self.dialect = sqlglot_dialect(engine.dialect.name)
        event.listen(connection, "before_cursor_execute", self._begin)

    def _begin(self, _connection: Any, cursor: Any, *_rest: Any) -> None:
        self._cursor = cursor

    @property
    def is_open(self) -> bool:
        """False once the driver knows that the database ended the session, or we did to cancel."""
        return not (self._is_ended or self._connection.closed or self._connection.invalidated)

    def execute(self, statement: str, values: Sequence[Any], output: str = "pandas") -> QueryResult:
        """Run one statement."""
        bound = [scalar_of(value) for value in values]
        given: Any = {f"p{n}": v for n, v in enumerate(bound, 1)} if self.placeholder == ":p{n}" else tuple(bound)
        try:
            # So that a per cent sign of a statement without values is one.
            plain = {"no_parameters": True}
            result = self._connection.exec_driver_sql(statement, given or None, execution_options=plain)
            if not result.returns_rows:
                return QueryResult(None, rows_affected=result.rowcount)
            with result:
                return result_of(result.cursor, output)
        except Exception as error:  # a driver's errors have no common class
            raise SqlError(_message(error)) from error
        finally:
            self._cursor = None

    def relations(self) -> dict[str, tuple[str, ...]]:
        """Tables and views of the default schema with their columns."""
        return self._relations(None)

    def relations_in(self, schema: str) -> dict[str, tuple[str, ...]]:
        """The same of another schema."""
        return self._relations(schema)

    def _relations(self, schema: str | None) -> dict[str, tuple[str, ...]]:
        from sqlalchemy.engine.reflection import ObjectKind

        found = self._inspected(lambda one: one.get_multi_columns(schema=schema, kind=ObjectKind.ANY))
        return {name: tuple(column["name"] for column in columns) for (_schema, name), columns in found.items()}

    def schemas(self) -> list[str]:
        """Schemas besides the default one; the system's own are left out."""
        names = self._inspected(lambda one: [name for name in one.get_schema_names() if name != _default_of(one)])
        hidden = {"information_schema", *_SYSTEM_SCHEMAS.get(self._engine.dialect.name, "").split()}
        return [name for name in names if name.lower() not in hidden]

    def columns_of(self, relation: str, schema: str | None) -> dict[str, str]:
        """Columns with their types as the dialect writes them; "" for one that SQLAlchemy does not know."""
        from sqlalchemy.exc import NoSuchTableError

        try:
            columns = self._inspected(lambda one: one.get_columns(relation, schema=schema))
        except NoSuchTableError:
            return {}
        return {column["name"]: _type_text(column["type"], self._engine.dialect) for column in columns}

    def _inspected(self, work: Callable[[Any], Any]) -> Any:
        from sqlalchemy import inspect
        from sqlalchemy.exc import NoSuchTableError

        try:
            return work(inspect(self._connection))
        except NoSuchTableError:
            raise
        except Exception as error:  # a driver's errors have no common class
            raise SqlError(_message(error)) from error

    def data_state(self) -> str | None:
        """None: nothing that all databases have."""
        return None

    def cancel(self) -> None:
        """Stop the statement by what the driver offers; else end the session."""
        cursor = self._cursor
        if cursor is None:
            return
        with suppress(Exception):
            driver = self._connection.connection.driver_connection
            if self._engine.dialect.name in ("mysql", "mariadb"):
                _kill(self._engine, int(driver.thread_id()))
                return
            for holder, name in ((cursor, "cancel"), (driver, "interrupt"), (driver, "cancel")):
                if hasattr(holder, name):
                    getattr(holder, name)()
                    return
            self._is_ended = True
            driver.close()

    def close(self) -> None:
        """End the session."""
        with suppress(Exception):
            self._connection.close()
        if self._is_ours:
            self._engine.dispose()


def _default_of(inspector: Any) -> str | None:
    # SQLite's dialect does not tell.
    return "main" if inspector.dialect.name == "sqlite" else inspector.default_schema_name


def _type_text(kind: Any, dialect: Any) -> str:
    from sqlalchemy.exc import CompileError

    try:
        return str(kind.compile(dialect=dialect))
    except CompileError:
        return ""


def _kill(engine: Any, session: int) -> None:
    """Stop what runs in a session of MySQL, whose drivers cannot, by a connection beside it."""
    import sqlalchemy as sa

    with sa.create_engine(engine.url, poolclass=sa.NullPool).connect() as other:
        other.exec_driver_sql(f"KILL QUERY {session}")


def _message(error: BaseException) -> str:
    """The driver's own words: SQLAlchemy's add the statement with its values."""
    told = getattr(error, "orig", None) or error
    if len(told.args) == 2 and isinstance(told.args[0], int):  # a number and a text, as of MySQL's drivers
        return str(told.args[1])
    return str(told) or type(error).__name__


def _engine(spec: ConnectionSpec) -> Any:
    """An engine that keeps one connection. Raises BadInput or Unavailable, without the URL: it may hold a password."""
    import sqlalchemy as sa

    try:
        url = sa.make_url(spec.parameters.get("url", ""))
    except (sa.exc.ArgumentError, ValueError):
        raise BadInput(
            f"Connection {spec.name!r}: the URL cannot be read; it is like dialect+driver://user@host:port/database."
        ) from None
    if spec.secret:
        url = url.set(password=spec.secret)
    try:
        # A kernel's statements run in a thread, which is not always the same.
        words = {"connect_args": {"check_same_thread": False}} if url.get_dialect().driver == "pysqlite" else {}
        return sa.create_engine(url, hide_parameters=True, **words)
    except sa.exc.NoSuchModuleError:
        raise Unavailable(
            f"Connection {spec.name!r}: SQLAlchemy has no dialect {url.drivername!r}: install the package that has it."
        ) from None
    except ImportError as error:
        raise Unavailable(
            f"Connection {spec.name!r} needs a driver that is missing: pip install {error.name or url.drivername}."
        ) from None


class SqlalchemyConnector:
    """Databases by a SQLAlchemy URL."""

    info = ConnectorInfo(
        kind="sqlalchemy",
        title="SQLAlchemy URL",
        dialect="",
        fields=(
            FormField(
                "url", "URL without password", is_required=True, placeholder="mssql+pymssql://user@host:1433/database"
            ),
        ),
        has_secret=True,
    )

    def dialect_of(self, spec: ConnectionSpec) -> str:
        """Sqlglot's name for the dialect of a connection: this kind has many."""
        return sqlglot_dialect(spec.parameters.get("url", ""))

    def open(self, spec: ConnectionSpec) -> SqlalchemySession:
        """Connect."""
        engine = _engine(spec)
        try:
            connection = engine.connect()
            with suppress(Exception):  # a dialect that has no autocommit
                connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            if spec.is_read_only and engine.dialect.name in _READ_ONLY:
                connection.exec_driver_sql(_READ_ONLY[engine.dialect.name])
        except Exception as error:  # noqa: BLE001 - a driver's errors have no common class
            engine.dispose()
            text = scrubbed(_message(error), engine.url.password)  # a URL of the environment may hold another one
            raise not_opened(spec, "the database", text) from None
        return SqlalchemySession(engine, connection)


CONNECTOR = SqlalchemyConnector()
