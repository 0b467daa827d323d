"""Rows of psycopg as frames, with the same types that the Arrow road gives."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from .arrow_frames import arrow_from_columns, decimals, durations, frame_from_arrow, interval

_TYPES = {
    "int2": "int16", "int4": "int32", "int8": "int64", "float4": "float32", "float8": "float64", "bool": "bool_",
    "text": "string", "varchar": "string", "bpchar": "string", "name": "string", "bytea": "binary", "oid": "int64",
}  # fmt: skip
_INTERVAL = re.compile(
    r"(?:(?P<years>-?\d+) years? ?)?(?:(?P<months>-?\d+) mons? ?)?(?:(?P<days>-?\d+) days? ?)?"
    r"(?:(?P<sign>[-+]?)(?P<hours>\d+):(?P<minutes>\d\d):(?P<seconds>\d\d)(?:\.(?P<fraction>\d+))?)?\Z"
)


def adapted(connection: Any) -> None:
    """Make a psycopg connection give intervals as Arrow's road does: months are no days."""
    from psycopg.adapt import Loader

    class IntervalLoader(Loader):
        def load(self, data: Any) -> Any:
            return interval(_parts(bytes(data).decode()))

    connection.execute("SET intervalstyle = 'postgres'")
    connection.adapters.register_loader("interval", IntervalLoader)


def _parts(text: str) -> tuple[int, int, int]:
    """(months, days, nanoseconds) of an interval as PostgreSQL writes it."""
    match = _INTERVAL.match(text)
    if match is None:
        raise ValueError(f"not an interval: {text!r}")
    numbers = {name: int(value or 0) for name, value in match.groupdict().items() if name not in ("sign", "fraction")}
    micros = int((match["fraction"] or "").ljust(6, "0")[:6] or 0)
    seconds = (numbers["hours"] * 60 + numbers["minutes"]) * 60 + numbers["seconds"]
    nanoseconds = (seconds * 1_000_000 + micros) * 1_000 * (-1 if match["sign"] == "-" else 1)
    return numbers["years"] * 12 + numbers["months"], numbers["days"], nanoseconds


def kinds_of(connection: Any, query: str) -> frozenset[str]:
    """The names of the types of a query's columns, without running it; a query that is refused has the type ""."""
    from psycopg.pq import ExecStatus

    server = connection.pgconn
    if server.prepare(b"", query.encode()).status != ExecStatus.COMMAND_OK:
        return frozenset([""])
    described = server.describe_prepared(b"")
    oids = [described.ftype(place) for place in range(described.nfields)]
    return frozenset(_kind(connection.adapters.types.get(oid), oid) for oid in oids)


def frame_of(cursor: Any) -> Any:
    """The rows as a pandas frame."""
    import pandas as pd

    names, kinds, columns = _columns(cursor)
    types = _arrow_types(kinds)
    known = [place for place in range(len(names)) if place in types]
    made = frame_from_arrow(arrow_from_columns([str(p) for p in known], [columns[p] for p in known],
                                               {n: types[p] for n, p in enumerate(known)}))  # fmt: skip
    series = {place: made[str(place)] if place in types else pd.Series(columns[place], dtype=object)
              for place in range(len(names))}  # fmt: skip
    frame = pd.DataFrame(series, index=pd.RangeIndex(cursor.rowcount if not names else len(columns[0])))
    frame.columns = pd.Index(names)
    return frame


def table_of(cursor: Any) -> Any:
    """The rows as a plain Arrow table."""
    names, kinds, columns = _columns(cursor)
    plain = [_PLAIN[kind](values) if kind in _PLAIN else values for kind, values in zip(kinds, columns, strict=True)]
    return arrow_from_columns(names, plain, _arrow_types(kinds))


def _numerics(values: list[Any]) -> Any:
    import pyarrow as pa

    return decimals(
        pa.chunked_array([pa.array([None if value is None else str(value) for value in values], pa.string())])
    )


def _json(values: list[Any]) -> list[str | None]:
    return [None if value is None else json.dumps(value) for value in values]


def _texts(values: list[Any]) -> list[str | None]:
    return [None if value is None else str(value) for value in values]


_PLAIN: dict[str, Callable[[list[Any]], Any]] = {
    "numeric": _numerics,
    "interval": durations,
    "json": _json,
    "jsonb": _json,
    "uuid": _texts,
}


def _columns(cursor: Any) -> tuple[list[str], list[str], list[list[Any]]]:
    names = [column.name for column in cursor.description]
    known = cursor.connection.adapters.types
    kinds = [_kind(known.get(column.type_code), column.type_code) for column in cursor.description]
    rows = cursor.fetchall()
    columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in names]
    return names, kinds, columns


def _kind(known: Any, oid: int) -> str:
    """The name of a type; arrays, which psycopg finds under their element's name, have none here."""
    return str(known.name) if known is not None and known.oid == oid else ""


def _arrow_types(kinds: list[str]) -> dict[int, Any]:
    import pyarrow as pa

    stamps = {"timestamp": pa.timestamp("us"), "timestamptz": pa.timestamp("us", tz="UTC")}
    types = {}
    for place, kind in enumerate(kinds):
        if kind in _TYPES:
            types[place] = getattr(pa, _TYPES[kind])()
        elif kind in stamps:
            types[place] = stamps[kind]
    return types
