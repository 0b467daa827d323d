"""Dataframes of the user as tables for one DuckDB statement: exactly the names the SQL mentions, nothing scanned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sept_ext.connectors.duckdb import DuckdbSession
from sept_ext.core.errors import BadInput

_FRAME_TYPES = {
    ("pandas", "DataFrame"), ("polars", "DataFrame"), ("polars", "LazyFrame"), ("pyarrow", "Table"),
    ("pyarrow", "RecordBatch"),
}  # fmt: skip


def is_frame(value: Any) -> bool:
    """Whether SQL can read the value as a table: pandas, Polars or Arrow."""
    return any((kind.__module__.split(".", 1)[0], kind.__name__) in _FRAME_TYPES for kind in type(value).__mro__)


def frames_of(namespace: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The user's frames with their columns, to name the nearest one in an error."""
    return {
        name: tuple(str(column) for column in getattr(value, "columns", ()) or ())
        if type(value).__module__.split(".", 1)[0] != "pandas"
        else tuple(str(column) for column in value.columns)
        for name, value in namespace.items()
        if not name.startswith("_") and is_frame(value)
    }


@contextmanager
def registered(session: DuckdbSession, names: Iterable[str], namespace: Mapping[str, Any]) -> Iterator[None]:
    """Let the session see the named frames while the block runs. Raises BadInput for a name that is no frame."""
    done: list[str] = []
    try:
        for name in sorted(names):
            if name not in namespace:
                continue
            if not is_frame(namespace[name]):
                if name in session.relations():
                    continue
                kind = type(namespace[name]).__name__
                raise BadInput(f"{name!r} is a {kind}; SQL reads dataframes of pandas, Polars or Arrow.")
            session.register(name, _collected(namespace[name]))
            done.append(name)
        yield
    finally:
        for name in done:
            session.unregister(name)


def _collected(frame: Any) -> Any:
    return frame.collect() if type(frame).__name__ == "LazyFrame" else frame
