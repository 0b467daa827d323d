"""Frames from Arrow tables, with every value as exact as the database has it.

Arrow's own conversion makes floats of whole numbers with NULLs, and leaves PostgreSQL's numerics and JSON as texts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sept_ext.core.errors import BadInput

_NULLABLE = {
    "bool": "boolean",
    **{f"{sign}int{bits}": f"{sign.upper()}Int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)},
}
_MAX_DIGITS = 38


def frame_from_arrow(table: Any) -> Any:
    """A pandas frame of a `pyarrow.Table`.

    Whole numbers and booleans with NULLs are pandas' nullable `Int64` (of their width) and `boolean`; numerics are
    `Decimal`, UUIDs `UUID`, JSON what it says, lists lists. Everything else is as pandas has it.
    """
    import pandas as pd

    series = [_series(column) for column in table.columns]
    frame = pd.DataFrame(dict(enumerate(series)), index=pd.RangeIndex(table.num_rows), copy=False)
    frame.columns = pd.Index(table.column_names)
    return frame


def _series(column: Any) -> Any:
    import pandas as pd

    nullable = _NULLABLE.get(str(column.type)) if column.null_count else None
    if nullable is not None:
        dtype: Any = pd.api.types.pandas_dtype(nullable)
        return pd.Series(dtype.__from_arrow__(column), copy=False)
    convert = _converter(column.type)
    if convert is None:
        return _writable(column.to_pandas())
    values = [None if value is None else convert(value) for value in _storage(column).to_pylist()]
    return pd.Series(values, dtype=object)


def _writable(series: Any) -> Any:
    """Arrow lends its memory for reading only; the user's frame must take new values."""
    values = getattr(series.array, "_ndarray", None)
    return series if values is None or values.flags.writeable else series.copy()


def _converter(kind: Any) -> Callable[[Any], Any] | None:
    """How one value of a column is made exact; None where pandas does it right."""
    import pyarrow as pa

    name = getattr(kind, "extension_name", "")
    if name == "arrow.json":
        return json.loads
    if name == "arrow.opaque" and kind.type_name == "numeric":
        return Decimal
    if name == "arrow.uuid":
        return _uuid
    if pa.types.is_nested(kind) or pa.types.is_decimal(kind):
        return _as_it_is
    return interval if pa.types.is_interval(kind) else None


def _as_it_is(value: Any) -> Any:
    return value


def _uuid(value: bytes) -> UUID:
    return UUID(bytes=value)


def _storage(column: Any) -> Any:
    """The column without Arrow's extension type around it."""
    import pyarrow as pa

    if not isinstance(column.type, pa.BaseExtensionType):
        return column
    return pa.chunked_array([chunk.storage for chunk in column.chunks], column.type.storage_type)


def interval(value: Sequence[int]) -> Any:
    """A `timedelta` of (months, days, nanoseconds); a `pandas.DateOffset` if it has months, which have no length."""
    months, days, nanoseconds = value
    if not months:
        return timedelta(days=days, microseconds=nanoseconds // 1_000)
    from pandas import DateOffset

    return DateOffset(months=months, days=days, microseconds=nanoseconds // 1_000)


def as_output(table: Any, output: str) -> Any:
    """A plain Arrow table as what was asked for: pandas, polars or arrow."""
    if output == "arrow":
        return table
    if output == "pandas":
        return frame_from_arrow(table)
    import pyarrow as pa

    try:
        import polars as pl
    except ImportError:
        raise BadInput("--as polars needs Polars in the kernel's environment: pip install polars.") from None
    has_intervals = any(pa.types.is_interval(kind) for kind in table.schema.types)  # Polars panics at them
    try:
        return pl.from_arrow(plain_arrow(table) if has_intervals else table)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):  # a union, say; a panic is no Exception
        raise BadInput("Polars has no type for one of the columns: take --as arrow, or leave it out.") from None


def plain_arrow(table: Any) -> Any:
    """An Arrow table whose numerics are numbers and whose other vendor types are texts, for Polars and for DuckDB."""
    import pyarrow as pa

    columns = [_plain(column) for column in table.columns]
    return pa.table(columns, names=table.column_names)


def _plain(column: Any) -> Any:
    import pyarrow as pa

    name = getattr(column.type, "extension_name", "")
    if name == "arrow.opaque" and column.type.type_name == "numeric":
        return decimals(_storage(column))
    if name == "arrow.uuid":
        return pa.chunked_array(
            [[None if v is None else str(_uuid(v)) for v in _storage(column).to_pylist()]], pa.string()
        )
    if pa.types.is_interval(column.type):
        return durations([None if value is None else interval(value) for value in column.to_pylist()])
    return _storage(column)


def durations(values: Sequence[Any]) -> Any:
    """Intervals as Arrow's durations, or as texts where one of them has months, which have no length."""
    import pyarrow as pa

    if all(value is None or isinstance(value, timedelta) for value in values):
        return pa.chunked_array([pa.array(values, pa.duration("us"))])
    return pa.chunked_array([pa.array([None if value is None else str(value) for value in values], pa.string())])


def decimals(texts: Any) -> Any:
    """Numerics as decimals with as many digits as they need; left as texts where 38 are not enough, or one is NaN."""
    import pyarrow as pa

    scale = max((-int(Decimal(text).as_tuple().exponent) for text in texts.to_pylist()
                 if text is not None and Decimal(text).is_finite()), default=0)  # fmt: skip
    try:
        return texts.cast(pa.decimal128(_MAX_DIGITS, max(scale, 0)))
    except pa.ArrowInvalid:
        return texts


def arrow_from_columns(names: Sequence[str], columns: Sequence[Sequence[Any]], types: Mapping[int, Any]) -> Any:
    """A plain Arrow table of Python values; `types` gives the Arrow type of columns (by place) whose type is known.

    Values that Arrow has no type for (a `DateOffset`, mixed types) become texts.
    """
    import pyarrow as pa

    arrays = []
    for place, values in enumerate(columns):
        try:
            is_made = isinstance(values, pa.ChunkedArray | pa.Array)
            arrays.append(values if is_made else pa.array(values, type=types.get(place)))
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
            arrays.append(pa.array([None if value is None else _text(value) for value in values], pa.string()))
    return pa.table(arrays, names=list(names))


def _text(value: Any) -> str:
    return json.dumps(value, default=str) if isinstance(value, dict | list) else str(value)
