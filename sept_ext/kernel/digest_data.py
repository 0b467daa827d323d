"""Digests of arrays, frames and their indexes: by their content, up to a budget."""

from __future__ import annotations

import sys
from typing import Any, Protocol

from . import digest_tables as tables

MAX_ITEMS = 20_000
"""Elements of containers and cells of frames that are looked at; beyond, no digest."""
MAX_BYTES = 8_000_000


_NUMERIC_KINDS = frozenset("biufcmM")


class NoDigestError(Exception):
    """The value has no digest."""


class Feeder(Protocol):
    """What is needed of `digests`: a hash that values are fed into. `left`: elements that may still be looked at."""

    left: int
    kept: list[Any]

    def update(self, data: bytes, /) -> None:
        """Feed bytes."""

    def note(self, value: Any) -> None:
        """The value holds an object that may change."""

    def spend(self, count: int) -> None:
        """Bytes are looked at up to a budget for the whole value. Raises NoDigestError beyond it."""

    def items(self, values: Any, depth: int) -> None:
        """Feed each of several values."""


def feed_data(feeder: Feeder, value: Any, package: str, depth: int) -> bool:
    """Arrays and frames; whether it is one."""
    kind = type(value)
    if package == "numpy" and kind.__name__ in tables.PLAIN_ARRAYS:
        _array(feeder, value, depth)
    elif package == "pandas" and kind.__name__ in ("DataFrame", "Series"):
        _frame(feeder, value, depth)
    elif package == "polars" and hasattr(value, "estimated_size"):
        _polars(feeder, value)
    elif package == "pandas" and kind.__name__.endswith("Index"):
        _index(feeder, value, depth)
    else:
        return False
    return True


def _array(feeder: Feeder, value: Any, depth: int) -> None:
    base = value
    while getattr(base, "base", None) is not None:
        base = base.base
    feeder.note(base)  # a view and its base are one object to whoever writes into it
    feeder.update(repr((value.dtype, value.shape, value.flags.writeable, value.flags.f_contiguous)).encode())
    if value.size > MAX_BYTES:
        raise NoDigestError
    if value.dtype.hasobject:
        _listed(feeder, value.ravel(), depth)
    else:
        feeder.spend(value.nbytes)
        feeder.update(value.tobytes())


def _frame(feeder: Feeder, value: Any, depth: int) -> None:
    from pandas.util import hash_pandas_object

    frame = value.to_frame() if value.ndim == 1 else value
    dtype = sys.modules["numpy"].dtype
    numeric = [isinstance(kind, dtype) and kind.kind in _NUMERIC_KINDS for kind in frame.dtypes]
    if len(frame) * (len(numeric) - sum(numeric)) > MAX_ITEMS * 5:
        raise NoDigestError
    described = (frame.shape, [_described(kind) for kind in frame.dtypes], list(frame.columns), value.ndim)
    feeder.update(repr((described, list(frame.columns.names), value.attrs)).encode())
    _index(feeder, frame.index, depth)
    for place, (kind, is_number) in enumerate(zip(frame.dtypes, numeric, strict=True)):
        column = frame.iloc[:, place]
        if is_number:  # by its bytes: pandas' hash takes -0.0 for 0.0
            feeder.spend(column.nbytes)
            feeder.update(column.to_numpy().tobytes())
        elif kind == "object":  # pandas hashes mixed objects by their text, which takes 1 for "1"
            _listed(feeder, column, depth)
        else:
            feeder.update(hash_pandas_object(column, index=False, categorize=False).to_numpy().tobytes())


def _index(feeder: Feeder, index: Any, depth: int) -> None:
    from pandas.util import hash_pandas_object

    described = (type(index).__name__, str(index.dtype), list(index.names), getattr(index, "freqstr", None))
    feeder.update(repr(described).encode())
    if type(index).__name__ == "RangeIndex":
        feeder.update(repr((index.start, index.stop, index.step)).encode())
        return
    if len(index) > MAX_ITEMS * 5:
        raise NoDigestError
    if index.nlevels > 1 or index.dtype == object:
        _listed(feeder, index, depth)
    else:
        feeder.update(hash_pandas_object(index, categorize=False).to_numpy().tobytes())


def _listed(feeder: Feeder, values: Any, depth: int) -> None:
    """The elements as Python objects, kept alive: an id that is free again would look like one met before."""
    if len(values) > feeder.left:
        raise NoDigestError
    listed = values.tolist()
    feeder.kept.append(listed)
    feeder.items(listed, depth)


def _polars(feeder: Feeder, value: Any) -> None:
    if value.estimated_size() > MAX_BYTES:
        raise NoDigestError
    feeder.update(repr((value.shape, getattr(value, "schema", None) or (value.name, value.dtype))).encode())
    hashes = value.hash_rows() if hasattr(value, "hash_rows") else value.hash()
    feeder.update(hashes.to_numpy().tobytes())


def _described(dtype: Any) -> tuple[str, Any]:
    categories = getattr(dtype, "categories", None)
    return str(dtype), None if categories is None else (categories.tolist(), dtype.ordered)
