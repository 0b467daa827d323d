"""What SQLite and Postgres share: rows of a DB-API cursor as a frame, and errors as ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address
from pathlib import PurePath
from typing import Any
from uuid import UUID

from sept_ext.core.errors import SqlError, Unavailable

from .arrow_frames import arrow_from_columns, as_output
from .base import ConnectionSpec, QueryResult, scrubbed

# What one text stands for, so that a driver that does not know them may take it.
_WRITTEN = (UUID, PurePath, IPv4Address, IPv6Address, timedelta)


def text_of(value: Any) -> str:
    """The text of a value that a driver does not know. Raises SqlError: how an object looks says not what it is."""
    if isinstance(value, _WRITTEN):
        return str(value)
    raise SqlError(f"A value of the type {type(value).__name__} cannot be bound; make a number, text or date of it.")


def scalar_of(value: Any) -> Any:
    """Scalars of numpy and pandas as Python's own; no time is None."""
    if hasattr(value, "to_pydatetime"):
        return None if value != value else value.to_pydatetime(warn=False)
    return value.item() if hasattr(value, "item") and not hasattr(value, "__len__") else value


def not_opened(spec: ConnectionSpec, server: str, told: str, *, is_answer: bool = True) -> Unavailable:
    """The error of a session that was not opened, without the secret. `is_answer`: the server itself said no."""
    text = scrubbed(" ".join(told.split()), spec.secret)
    return Unavailable(
        f"Connection {spec.name!r}: {server} {'did not let us in' if is_answer else 'does not answer'}: {text}"
    )


def result_of(cursor: Any, output: str = "pandas") -> QueryResult:
    """The rows of an executed cursor with the driver's own values, or the count of rows affected.

    Columns that hold whole numbers and NULLs become pandas' nullable `Int64`, booleans `boolean`, so that no digit
    is lost to floats; everything else keeps what the driver gives (Decimal, UUID, datetime).
    """
    if cursor.description is None:
        return QueryResult(None, rows_affected=cursor.rowcount)
    columns = tuple(column[0] for column in cursor.description)
    rows = [_in_order(row, columns) for row in cursor.fetchall()]
    if output == "pandas":
        return QueryResult(frame_of(columns, rows), columns=columns)
    values = list(zip(*rows, strict=True)) if rows else [() for _ in columns]
    return QueryResult(as_output(arrow_from_columns(columns, values, {}), output), columns=columns)


def _in_order(row: Any, columns: Sequence[str]) -> Sequence[Any]:
    """The values of a row that a connection of the user's gives as a mapping. Raises SqlError where it hides some."""
    if not isinstance(row, Mapping):
        return row  # type: ignore[no-any-return]
    if set(row) != set(columns) or len(row) < len(columns):
        raise SqlError("This connection gives rows as mappings, and two columns go by one name: give them names.")
    return [row[column] for column in columns]


def frame_of(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Any:
    """A pandas frame of rows."""
    import pandas as pd

    values = zip(*rows, strict=True) if rows else ([] for _ in columns)
    series = [_series(list(column)) for column in values]
    frame = pd.concat(series, axis=1) if series else pd.DataFrame(index=range(len(rows)))
    frame.columns = pd.Index(columns)
    return frame


def _series(values: list[Any]) -> Any:
    import pandas as pd

    kinds = {type(value) for value in values if value is not None}
    if kinds == {int} and None in values:
        return pd.Series(
            values, dtype="Int64" if all(-(2**63) <= v < 2**63 for v in values if v is not None) else object
        )
    if kinds == {bool} and None in values:
        return pd.Series(values, dtype="boolean")
    if kinds <= {int, float, bool, str} and len(kinds) <= 1:
        return pd.Series(values)
    if any(kind.__name__ in ("Decimal", "UUID", "dict", "list", "date", "time", "bytes") for kind in kinds):
        return pd.Series(values, dtype=object)
    return pd.Series(values)
