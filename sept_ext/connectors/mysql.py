"""MySQL and MariaDB, by PyMySQL (pure Python); values exact by the types that the server tells of its columns.

The driver puts values into the text itself, quoted as the session's own mode wants it; the protocol has no other way
that keeps the types of all statements.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sept_ext.core.errors import BadInput, SqlError, Unavailable

from .arrow_frames import arrow_from_columns, as_output, frame_from_arrow
from .base import ConnectionSpec, ConnectorInfo, FormField, QueryResult, columns_by_relation
from .dbapi import not_opened, text_of
from .steadiness import volatile_view

_CONNECT_TIMEOUT_S = 10
_CANCEL_TIMEOUT_S = 1
_ENDED = {1053, 1927, 2006, 2013, 4031}  # shutdown, killed, gone, lost, idle for too long
_NO_ANSWER = {2002, 2003, 2005, 2006, 2013}
_TLS = ("preferred", "required", "verified", "off")
# By the protocol's numbers: whole numbers (which have unsigned twins), others, texts (bytes in the binary charset).
_WHOLE = {1: "int8", 2: "int16", 3: "int32", 9: "int32", 8: "int64", 13: "int16"}
_OTHER = {4: "float32", 5: "float64", 10: "date32"}
_STAMPS, _TEXTS, _BIT, _JSON, _GEOMETRY = {7, 12}, {15, 247, 248, 249, 250, 251, 252, 253, 254}, 16, 245, 255
_UNSIGNED, _BINARY = 32, 63
_RELATIONS = (
    "SELECT table_name, column_name FROM information_schema.columns "
    "WHERE table_schema = {place} ORDER BY table_name, ordinal_position"
)


class MysqlSession:
    """One server session. Autocommit: each statement is a transaction of its own."""

    placeholder = "%s"

    def __init__(self, words: dict[str, Any]) -> None:
        self._words = words
        self._driver = _driver()
        # `connect_timeout` alone ends before the server has said a word: one that only accepts would hold us for good.
        timeouts = dict.fromkeys(("connect_timeout", "read_timeout", "write_timeout"), _CONNECT_TIMEOUT_S)
        self._connection = self._driver.connect(**words, **timeouts)
        self._connection._read_timeout = self._connection._write_timeout = None
        self._is_running = False

    @property
    def is_open(self) -> bool:
        """False after the server, or a network, ended the session."""
        return bool(self._connection.open)

    def execute(self, statement: str, values: Sequence[Any], output: str = "pandas") -> QueryResult:
        """Run one statement."""
        cursor = self._connection.cursor()
        try:
            self._is_running = True
            cursor.execute(statement, [_bindable(value) for value in values] or None)
            if cursor.description is None:
                return QueryResult(None, rows_affected=cursor.rowcount)
            # The driver's result: its description leaves out what is unsigned, and what is binary.
            return _result(cursor._result.fields, cursor.fetchall(), output)
        except self._driver.MySQLError as error:
            if error.args and error.args[0] in _ENDED:
                self.close()
            raise SqlError(_message(error)) from error
        finally:
            self._is_running = False

    def relations(self) -> dict[str, tuple[str, ...]]:
        """Tables and views of the current database with their columns."""
        return columns_by_relation(self._rows(_RELATIONS.format(place="database()"), []))

    def relations_in(self, schema: str) -> dict[str, tuple[str, ...]]:
        """The same of another database of the server."""
        return columns_by_relation(self._rows(_RELATIONS.format(place="%s"), [schema]))

    def schemas(self) -> list[str]:
        """The other databases of the server that may be seen."""
        hidden = ("information_schema", "mysql", "performance_schema", "sys")
        rows = self._rows(
            "SELECT schema_name FROM information_schema.schemata WHERE schema_name <> coalesce(database(), '')", []
        )
        return [name for (name,) in rows if name not in hidden]

    def columns_of(self, relation: str, schema: str | None) -> dict[str, str]:
        """Columns with their types, such as `bigint(20) unsigned`."""
        query = (
            "SELECT column_name, column_type FROM information_schema.columns WHERE table_name = %s "
            "AND table_schema = coalesce(%s, database()) ORDER BY ordinal_position"
        )
        return dict(self._rows(query, [relation, schema]))

    def _rows(self, query: str, values: Sequence[Any]) -> Sequence[Any]:
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(query, values or None)
                rows: Sequence[Any] = cursor.fetchall()
                return rows
        except self._driver.MySQLError as error:
            raise SqlError(_message(error)) from error

    def data_state(self) -> str | None:
        """None: the server has no mark that changes with every write."""
        return None

    def unsteady(self, relations: Sequence[str], functions: Sequence[str]) -> str | None:
        """The first view or function among them that may give something else each time."""
        views = "SELECT lower(table_name), lower(view_definition) FROM information_schema.views"
        routines = (
            "SELECT routine_name FROM information_schema.routines WHERE routine_type = 'FUNCTION' "
            "AND is_deterministic = 'NO' AND lower(routine_name) IN %s"
        )
        for (name,) in self._rows(routines, [list(functions)]) if functions else ():
            return str(name)
        return volatile_view(dict(self._rows(views, [])), relations) if relations else None

    def cancel(self) -> None:
        """Kill the statement that runs, by a second connection; where there is none to be had, end the session."""
        if not self._is_running:
            return
        timeouts = dict.fromkeys(("connect_timeout", "read_timeout", "write_timeout"), _CANCEL_TIMEOUT_S)
        try:
            with self._driver.connect(**self._words, **timeouts) as other, other.cursor() as cursor:
                cursor.execute("KILL QUERY %s", [self._connection.thread_id()])
        except (self._driver.MySQLError, OSError):
            with suppress(AttributeError, OSError):  # closed meanwhile
                self._connection._sock.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for an answer

    def close(self) -> None:
        """End the session."""
        with suppress(self._driver.MySQLError):  # ended already
            self._connection.close()


class _Instant(datetime):
    """A point in time, in UTC. The server has only times of day of the session's zone."""


def _instant(value: datetime, _mapping: Any = None) -> str:
    return f"CONVERT_TZ('{value:%Y-%m-%d %H:%M:%S.%f}', '+00:00', @@session.time_zone)"


def _bindable(value: Any) -> Any:
    """What the driver can write down: it would drop time zones, and knows nothing of numpy, pandas or UUIDs."""
    if hasattr(value, "to_pydatetime"):
        value = None if value is _not_a_time() else value.to_pydatetime(warn=False)
    elif hasattr(value, "item") and not hasattr(value, "__len__"):
        value = value.item()
    if isinstance(value, datetime) and value.tzinfo is not None:
        return _Instant.fromisoformat(value.astimezone(UTC).replace(tzinfo=None).isoformat())
    if type(value) in (bool, int, float, str, bytes, bytearray, Decimal, date, time, datetime, timedelta, type(None)):
        return value
    return json.dumps(value, default=str) if isinstance(value, dict | list | tuple) else text_of(value)


def _not_a_time() -> Any:
    import pandas as pd

    return pd.NaT


def _result(fields: Sequence[Any], rows: Sequence[Sequence[Any]], output: str) -> QueryResult:
    names = tuple(field.name for field in fields)
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [() for _ in fields]
    for place, field in enumerate(fields):
        if field.type_code == _BIT:
            columns[place] = [None if value is None else int.from_bytes(value, "big") for value in columns[place]]
    types = {place: kind for place, field in enumerate(fields) if (kind := _arrow_type(field)) is not None}
    table = arrow_from_columns(names, columns, types)
    if output != "pandas":
        return QueryResult(as_output(table, output), columns=names)
    frame = frame_from_arrow(table)
    for place, field in enumerate(fields):
        if field.type_code == _JSON:
            frame.isetitem(place, _objects([None if v is None else json.loads(v) for v in columns[place]]))
    return QueryResult(frame, columns=names)


def _objects(values: list[Any]) -> Any:
    import pandas as pd

    return pd.Series(values, dtype=object)


def _arrow_type(field: Any) -> Any:
    """The Arrow type of a column; None where the values tell it best (numerics, TIME as timedelta)."""
    import pyarrow as pa

    code = field.type_code
    if code in _WHOLE:
        return getattr(pa, ("u" if field.flags & _UNSIGNED else "") + _WHOLE[code])()
    if code in _OTHER:
        return getattr(pa, _OTHER[code])()
    if code in _STAMPS:
        return pa.timestamp("us")
    if code in _TEXTS:
        return pa.binary() if field.charsetnr == _BINARY else pa.string()
    return {_BIT: pa.uint64(), _JSON: pa.string(), _GEOMETRY: pa.binary()}.get(code)


def _message(error: Any) -> str:
    return str(error.args[-1] if error.args else "") or "The server ended the session."


def _driver() -> Any:
    import pymysql  # type: ignore[import-untyped,import-not-found,unused-ignore]

    return pymysql


def _words(spec: ConnectionSpec) -> dict[str, Any]:
    """What the driver is told, the secret among it."""
    driver = _driver()
    given = spec.parameters
    try:
        port = int(given.get("port") or 3306)
    except ValueError:
        raise BadInput(f"Connection {spec.name!r}: the port {given['port']!r} is no number.") from None
    return {
        "host": given.get("host") or "localhost",
        "port": port,
        "user": given.get("user", ""),
        "password": (spec.secret or "").encode(),  # the driver would write it down as Latin-1
        "database": given.get("database") or None,
        "autocommit": True,
        "charset": "utf8mb4",
        "client_flag": driver.constants.CLIENT.FOUND_ROWS,  # an UPDATE tells the rows it met, as in other databases
        "init_command": "SET SESSION TRANSACTION READ ONLY" if spec.is_read_only else None,
        "program_name": "sept",
        "conv": {**driver.converters.conversions, _Instant: _instant},
        **_tls(spec),
    }


def _tls(spec: ConnectionSpec) -> dict[str, Any]:
    """How the way to the server is kept secret. `preferred`: where the server can."""
    import ssl

    wanted, authority = spec.parameters.get("tls") or "preferred", spec.parameters.get("tls_ca") or None
    if wanted not in _TLS:
        raise BadInput(f"Connection {spec.name!r}: TLS is one of {', '.join(_TLS)}, not {wanted!r}.")
    if wanted == "off":
        return {"ssl_disabled": True}
    if wanted == "preferred":
        return {}
    try:
        context = ssl.create_default_context(cafile=authority)
    except OSError as error:
        raise BadInput(
            f"Connection {spec.name!r}: the certificates in {authority!r} cannot be read: {error}"
        ) from None
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # the certificates that MySQL makes for itself are not strict
    if wanted == "required":
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return {"ssl": context}


class MysqlConnector:
    """MySQL and MariaDB servers."""

    info = ConnectorInfo(
        kind="mysql",
        title="MySQL / MariaDB",
        dialect="mysql",
        fields=(
            FormField("host", "Host", is_required=True, placeholder="localhost"),
            FormField("port", "Port", placeholder="3306"),
            FormField("database", "Database", is_required=True),
            FormField("user", "User", is_required=True),
            FormField("tls", "TLS", placeholder="preferred", choices=_TLS),
            FormField("tls_ca", "Certificate authority (file)"),
        ),
        has_secret=True,
        extra="mysql",
    )

    def open(self, spec: ConnectionSpec) -> MysqlSession:
        """Connect within 10 s."""
        try:
            driver = _driver()
        except ImportError:
            raise Unavailable(
                f"Connection {spec.name!r} needs the driver PyMySQL: pip install 'sept-ext[mysql]'."
            ) from None
        try:
            return MysqlSession(_words(spec))
        except (driver.MySQLError, RuntimeError) as error:  # RuntimeError: a way to log in that needs another package
            is_answer = not (error.args and error.args[0] in _NO_ANSWER)
            raise not_opened(spec, "the MySQL server", _message(error), is_answer=is_answer) from None


CONNECTOR = MysqlConnector()
