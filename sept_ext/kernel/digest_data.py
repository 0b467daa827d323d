"""Digests of arrays: by their content, up to a budget. Frames are in `digest_frames`."""

from __future__ import annotations

import sys
from typing import Any

from .digest_feeder import Feeder, NoDigestError
from .digest_frames import feed_frame, feed_index
from .type_facts import attributes_of, is_users_class, qualname_of

_MASKED = frozenset(
    {"_mask", "_fill_value", "_hardmask", "_sharedmask", "_isfield", "_baseclass", "_optinfo", "_basedict"}
)


def feed_data(feeder: Feeder, value: Any, package: str, depth: int) -> bool:
    """Arrays and frames of a library; whether it is one."""
    name = qualname_of(type(value))
    if package == "numpy" and issubclass(type(value), sys.modules["numpy"].ndarray):
        _array(feeder, value, name, depth)
    elif package == "pandas" and name in ("DataFrame", "Series"):
        feed_frame(feeder, value, depth)
    elif package == "polars" and name in ("DataFrame", "Series"):
        _polars(feeder, value)
    elif package == "pandas" and name.endswith("Index"):
        feed_index(feeder, value, depth)
    else:
        return False
    return True


def _array(feeder: Feeder, value: Any, name: str, depth: int) -> None:
    base = value
    while getattr(base, "base", None) is not None:
        base = base.base
    feeder.note(base)  # a view and its base are one object to whoever writes into it
    if name not in ("ndarray", "matrix", "recarray", "MaskedArray") or is_users_class(type(value)):
        raise NoDigestError
    plain = value.view(sys.modules["numpy"].ndarray)
    flags = value.flags
    described = (value.dtype, value.shape, value.strides, flags.writeable, flags.f_contiguous)
    feeder.update(repr(described).encode())
    if value.dtype.hasobject:
        _objects(feeder, plain, depth)
    else:
        feeder.spend(value.nbytes)
        feeder.update(plain.tobytes())
    attributes = attributes_of(value) or {}
    if name == "MaskedArray":
        feeder.kept.append([value.mask, value.fill_value])
        feeder.items((*feeder.kept[-1], value.hardmask), depth)
        attributes = {key: held for key, held in attributes.items() if key not in _MASKED}
    feeder.mapping(attributes, depth)


def _objects(feeder: Feeder, value: Any, depth: int) -> None:
    """The elements as Python objects, kept alive: an id that is free again would look like one met before."""
    feeder.room_for(value.size)
    listed = value.ravel().tolist()
    feeder.kept.append(listed)
    feeder.items(listed, depth)


def _polars(feeder: Feeder, value: Any) -> None:
    feeder.spend(int(value.estimated_size()))
    columns = value.get_columns() if hasattr(value, "get_columns") else [value]
    feeder.count(20 * len(columns))
    feeder.update(repr((value.shape, [(column.name, column.dtype) for column in columns])).encode())
    for column in columns:
        feeder.update(column.hash().to_numpy().tobytes())
        if column.dtype.is_float():  # its hash takes -0.0 for 0.0
            feeder.update(column.to_numpy().tobytes())
