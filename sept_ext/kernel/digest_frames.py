"""Digests of pandas' frames and indexes: by their content, up to a budget."""

from __future__ import annotations

import sys
from typing import Any

from .digest_feeder import MAX_ITEMS, Feeder, NoDigestError
from .type_facts import attributes_of

_NUMERIC_KINDS = frozenset("biufcmM")
_COLUMN = 60
"""What taking a column out of a frame counts for, in elements."""
_HASHED = MAX_ITEMS * 3 // 2


def feed_frame(feeder: Feeder, value: Any, depth: int) -> None:
    """A frame or a series: labels, names, attributes and content."""
    axes = value.axes
    feeder.count(_COLUMN)
    feeder.update(repr((type(value).__name__, value.shape)).encode())
    for axis in axes:
        feed_index(feeder, axis, depth)
    attributes = attributes_of(value) or {}
    feeder.mapping(attributes.get("_attrs") or {}, depth)
    feeder.feed(value.flags.allows_duplicate_labels, depth)
    feeder.mapping({name: held for name, held in attributes.items() if not name.startswith("_")}, depth)
    if value.ndim == 1:
        feeder.feed(value.name, depth)
        _values(feeder, value, depth)
        return
    kind = _only_kind(value)
    if kind is not None:
        feeder.spend(kind.itemsize * value.size)
        feeder.update(str(kind).encode() + value.to_numpy().tobytes())
        return
    feeder.count(_COLUMN * value.shape[1])
    for place in range(value.shape[1]):
        _values(feeder, value.iloc[:, place], depth)


def _only_kind(frame: Any) -> Any:
    """The kind of number that a frame is all made of and holds in few blocks, so that it is looked at as one array."""
    blocks = getattr(getattr(frame, "_mgr", None), "blocks", ())
    if not 0 < len(blocks) <= MAX_ITEMS // _COLUMN:
        return None
    kinds = {block.values.dtype for block in blocks}
    kind = kinds.pop()
    return kind if not kinds and _is_numeric(kind) else None


def _is_numeric(kind: Any) -> bool:
    return isinstance(kind, sys.modules["numpy"].dtype) and kind.kind in _NUMERIC_KINDS


def feed_index(feeder: Feeder, index: Any, depth: int) -> None:
    """Labels, their names, and what else an index tells."""
    name = type(index).__name__
    feeder.count(_COLUMN // 4)
    feeder.update(name.encode())
    feeder.items(list(index.names), depth)
    if name == "RangeIndex":
        feeder.update(repr((index.start, index.stop, index.step)).encode())
    elif name == "MultiIndex":
        for level, codes in zip(index.levels, index.codes, strict=True):
            feed_index(feeder, level, depth)
            feeder.spend(codes.nbytes)
            feeder.update(codes.tobytes())
    else:
        feeder.update(repr(getattr(index, "freqstr", None)).encode())
        _values(feeder, index, depth)


def _values(feeder: Feeder, column: Any, depth: int) -> None:
    """The values of a series or an index, by their kind."""
    kind = column.dtype
    feeder.update(type(kind).__name__.encode())
    name = type(kind).__name__
    if _is_numeric(kind):  # by its bytes: pandas' hash takes -0.0 for 0.0
        feeder.spend(column.nbytes)
        feeder.update(str(kind).encode() + column.to_numpy().tobytes())
    elif kind == "object":  # pandas hashes mixed objects by their text, which takes 1 for "1"
        feeder.room_for(len(column))
        listed = column.tolist()
        feeder.kept.append(listed)
        feeder.items(listed, depth)
    elif name == "CategoricalDtype":
        codes = column.cat.codes.to_numpy() if hasattr(column, "cat") else column.codes
        feeder.spend(codes.nbytes)
        feeder.update(codes.tobytes() + repr(kind.ordered).encode())
        feed_index(feeder, kind.categories, depth)
    elif name == "DatetimeTZDtype":
        feeder.spend(column.nbytes)
        feeder.update(kind.unit.encode() + column.array.asi8.tobytes())
        feeder.feed(kind.tz, depth + 1)
    else:
        _extension(feeder, column, kind, depth)


def _extension(feeder: Feeder, column: Any, kind: Any, depth: int) -> None:
    array: Any = column.array
    data: Any
    mask: Any
    data, mask = getattr(array, "_data", None), getattr(array, "_mask", None)
    feeder.update(str(kind).encode())
    numpy = sys.modules["numpy"]
    if type(data) is numpy.ndarray and type(mask) is numpy.ndarray and _is_numeric(data.dtype):
        feeder.spend(data.nbytes + mask.nbytes)
        known = data.copy()
        known[mask] = 0  # what stands below the mask is nobody's
        feeder.update(mask.tobytes() + known.tobytes())
        return
    if type(kind).__name__ not in ("StringDtype", "PeriodDtype", "IntervalDtype") or len(column) > _HASHED:
        raise NoDigestError
    _hashed(feeder, column)


def _hashed(feeder: Feeder, column: Any) -> None:
    """By pandas' hash, which takes a missing text for "<NA>"."""
    from pandas.util import hash_pandas_object

    feeder.spend(column.nbytes)
    feeder.count(len(column) // 2)
    feeder.update(hash_pandas_object(column, index=False, categorize=False).to_numpy().tobytes())
    feeder.update(column.isna().tobytes() if hasattr(column.isna(), "tobytes") else column.isna().to_numpy().tobytes())
