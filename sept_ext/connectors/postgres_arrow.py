"""Queries of PostgreSQL read as Arrow (ADBC), on a connection of their own; opened when the first one comes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sept_ext.core.errors import SqlError
from sept_ext.core.python_names import words

# What ADBC 1.13 gives as it is; it makes cents of `money`, flattens arrays of two dimensions, and has bytes for most
# others (measured, see tests/connectors/test_postgres_types.py).
EXACT = words(
    "int2 int4 int8 float4 float8 bool text varchar bpchar name date time timestamp timestamptz bytea uuid json jsonb "
    "numeric interval"
)
_QUERY = re.compile(r"(?:\s|--[^\n]*(?:\n|\Z)|/\*.*?\*/|\()*(?:SELECT|WITH|VALUES|TABLE)\b", re.IGNORECASE | re.DOTALL)
# What reads or changes the session, locks, or writes. A word of a literal may match too: then psycopg reads it.
_OF_THE_SESSION = re.compile(
    r"\b(?:INTO|FOR|INSERT|UPDATE|DELETE|MERGE|set_config|current_setting|currval|lastval|nextval|setval|pg_backend_pid"
    r"|pg_advisory\w*|pg_try_advisory\w*|pg_temp\w*|pg_my_temp_schema|pg_terminate_backend|pg_cancel_backend"
    r"|pg_current_xact\w*|txid_current\w*|dblink\w*|pg_export_snapshot|pg_notify|setseed|random)\b",
    re.IGNORECASE,
)
# A query without FROM gives one row: psycopg has read it before COPY has begun.
_FROM = re.compile(r"\b(?:FROM|TABLE|VALUES|generate_series|unnest|regexp_split_to_table)\b", re.IGNORECASE)
_BOUND = (bool, int, float, str, bytes, date, datetime)
_BIGGEST = 2**63
# Since 1970-01-01; microseconds of a day.
_DAYS = (date.min.toordinal() - date(1970, 1, 1).toordinal(), date.max.toordinal() - date(1970, 1, 1).toordinal())
_TIMES = (0, 86_400_000_000 - 1)
_INFINITE = (2**63 - 1, -(2**63))


def may_be_read_apart(statement: str) -> bool:
    """Whether a statement is a query that another connection answers alike, and that is worth asking it."""
    return (
        _QUERY.match(statement) is not None
        and _OF_THE_SESSION.search(statement) is None
        and _FROM.search(statement) is not None
    )


class ArrowReader:
    """One ADBC connection. `cancel` may be called from any thread."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._connection: Any = None
        self._cursor: Any = None
        self._is_cancelled = False
        self._is_missing = False

    def read(self, query: str, values: Sequence[Any]) -> Any | None:
        """The rows as a `pyarrow.Table`; None where psycopg must read them: a type, a value, an error it tells better.

        Raises SqlError when the query was stopped.
        """
        if not all(_is_bound(value) for value in values) or not self._is_connected():
            return None
        from adbc_driver_manager import Error

        self._is_cancelled = False
        try:
            with self._connection.cursor() as cursor:
                self._cursor = cursor
                cursor.execute(query, tuple(values) or None)
                table = cursor.fetch_record_batch().read_all()
        except (Error, OSError):  # the second while rows are read
            self._drop_if_broken()
            if self._is_cancelled:
                raise SqlError("canceling statement due to user request") from None
            return None
        finally:
            self._cursor = None
        return None if _is_beyond_python(table) else table

    def cancel(self) -> bool:
        """Stop the query that is read; False when none is."""
        cursor = self._cursor
        if cursor is None:
            return False
        self._is_cancelled = True
        cursor.adbc_cancel()
        return True

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _is_connected(self) -> bool:
        if self._connection is not None:
            return True
        if self._is_missing:
            return False
        try:
            from adbc_driver_manager import Error
            from adbc_driver_postgresql import dbapi  # type: ignore[import-untyped]
        except ImportError:  # no wheel for this machine: psycopg reads everything
            self._is_missing = True
            return False
        try:
            self._connection = dbapi.connect(self._conninfo, autocommit=True)
        except Error:
            return False  # psycopg is connected, so it may be a limit of connections
        return True

    def _drop_if_broken(self) -> None:
        """After an error the next query gets a new connection when this one does not answer."""
        from adbc_driver_manager import Error

        try:
            with self._connection.cursor() as cursor:
                cursor.execute("SELECT 1")
                cursor.fetchall()
        except Error:
            self.close()


def _is_bound(value: Any) -> bool:
    if isinstance(value, int) and not -_BIGGEST <= value < _BIGGEST:
        return False
    return isinstance(value, _BOUND)


def _is_beyond_python(table: Any) -> bool:
    """Whether a date or time is one that Python has no value for: infinite, before year 1, after 9999, 24:00."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for column in table.columns:
        if pa.types.is_timestamp(column.type):
            ends = pc.min_max(column.cast(pa.timestamp("us")).cast(pa.int64()))
            if ends["max"].as_py() in _INFINITE or ends["min"].as_py() in _INFINITE:
                return True
        elif pa.types.is_date32(column.type) or pa.types.is_time64(column.type):
            is_date = pa.types.is_date32(column.type)
            least, most = _DAYS if is_date else _TIMES
            ends = pc.min_max(column.cast(pa.int32() if is_date else pa.int64()))
            if any(value.as_py() is not None and not least <= value.as_py() <= most for value in ends.values()):
                return True
    return False
