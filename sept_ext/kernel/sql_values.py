"""Values of the notebook as drivers take them: Python's own for those of numpy and pandas, lists for what holds many.

Drivers know little of other libraries: one refuses a numpy number, another writes down how an array looks.
"""

from __future__ import annotations

from collections.abc import Generator, KeysView, ValuesView
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from sept_ext.core.errors import BadInput

_MANY = (list, tuple, set, frozenset, range, KeysView, ValuesView, Generator)
_LISTLIKE = {
    ("pandas", "Series"), ("pandas", "Index"), ("pandas", "ExtensionArray"), ("numpy", "ndarray"),
    ("polars", "Series"), ("pyarrow", "Array"), ("pyarrow", "ChunkedArray"),
}  # fmt: skip


def plain(value: Any, told: str) -> Any:
    """A value to bind; a list stands for many. `told`: the parameter as errors name it. Raises BadInput."""
    if value is None or type(value) in (bool, int, float, str, bytes, date, datetime):
        return value
    if isinstance(value, Enum):
        return _of_enum(value, told)
    if isinstance(value, bytearray | memoryview):
        return bytes(value)
    if isinstance(value, _MANY):
        return [plain(one, told) for one in value]
    kinds = {(kind.__module__.partition(".")[0], kind.__name__) for kind in type(value).__mro__}
    if ("pandas", "NAType") in kinds or (type(value).__name__ == "NaTType"):
        return None
    if ("numpy", "generic") in kinds:
        return _of_numpy(value)
    if not kinds.isdisjoint(_LISTLIKE):
        many = value.to_pylist() if ("pyarrow", "Array") in kinds or ("pyarrow", "ChunkedArray") in kinds else value
        # numpy's array without dimensions holds one value
        return plain(value[()], told) if getattr(value, "ndim", 1) == 0 else [plain(one, told) for one in many]
    return value


def _of_enum(value: Enum, told: str) -> Any:
    if isinstance(value, str | int | float):
        return value.value
    raise BadInput(f"The parameter {told!r} is {value}: write .value or .name behind it.")


def _of_numpy(value: Any) -> Any:
    """Times with nanoseconds would come as whole numbers; Python's own have microseconds."""
    kind = value.dtype.kind
    if kind == "M":
        found = value.astype("datetime64[us]" if value.dtype != "datetime64[D]" else "datetime64[D]").item()
        assert found is None or isinstance(found, date)
        return found
    if kind == "m":
        length = value.astype("timedelta64[us]").item()
        assert length is None or isinstance(length, timedelta)
        return length
    return value.item()
