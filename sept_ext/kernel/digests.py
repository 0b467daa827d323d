"""Digests of values: equal digests mean equal values, None means that none was taken (too large, or not knowable).

They give staleness its early cut-off, and tell the observer that an object was mutated. A digest must never be equal
for values that a later cell could tell apart, so everything that is not known to be plain data has none.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from hashlib import blake2b
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any

MAX_ITEMS = 20_000
"""Elements of containers and cells of frames that are looked at; beyond, no digest."""
MAX_BYTES = 8_000_000
_MAX_DEPTH = 8


class _NoDigestError(Exception):
    """The value has no digest."""


def digest(value: Any, namespace: Mapping[str, Any]) -> str | None:
    """A short text equal for equal values, or None. `namespace`: the user's globals, to judge functions."""
    hasher = blake2b(digest_size=12)
    try:
        _Feeder(hasher, namespace).feed(value, 0)
    except _NoDigestError:
        return None
    return hasher.hexdigest()


class _Feeder:
    """Feeds a value's content into a hash, type by type, within a budget of elements."""

    def __init__(self, hasher: Any, namespace: Mapping[str, Any]) -> None:
        self._update = hasher.update
        self._namespace = namespace
        self._left = MAX_ITEMS

    def feed(self, value: Any, depth: int) -> None:
        kind = type(value)
        self._left -= 1
        if self._left < 0 or depth > _MAX_DEPTH:
            raise _NoDigestError
        self._update(kind.__qualname__.encode())
        if value is None or kind in (bool, int, float, complex):
            self._update(repr(value).encode())
        elif kind in (str, bytes):
            self._text(value)
        elif kind in (list, tuple):
            self._items(value, depth)
        elif kind is dict:
            # Order counts: printing a dict shows it.
            self._items([part for pair in value.items() for part in pair], depth)
        elif kind in (set, frozenset):
            self._set(value, depth)
        elif isinstance(value, ModuleType):
            self._update(value.__name__.encode())
        elif isinstance(value, FunctionType):
            self._function(value, depth)
        elif isinstance(value, BuiltinFunctionType):
            self._update(f"{value.__module__}.{value.__qualname__}".encode())
        else:
            self._array(value, kind)

    def _text(self, value: str | bytes) -> None:
        if len(value) > MAX_BYTES:
            raise _NoDigestError
        data = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
        self._update(b"%d:" % len(data) + data)

    def _items(self, values: Any, depth: int) -> None:
        self._update(b"%d:" % len(values))
        for item in values:
            self.feed(item, depth + 1)

    def _set(self, values: Any, depth: int) -> None:
        parts = []
        for item in values:
            hasher = blake2b(digest_size=12)
            inner = _Feeder(hasher, self._namespace)
            inner._left = self._left
            inner.feed(item, depth + 1)
            self._left = inner._left
            parts.append(hasher.digest())
        self._update(b"%d:" % len(parts) + b"".join(sorted(parts)))

    def _function(self, function: FunctionType, depth: int) -> None:
        """A function that reads the user's globals can do something else tomorrow: no digest for it."""
        if function.__closure__ or function.__dict__ or not self._is_closed(function.__code__):
            raise _NoDigestError
        self._code(function.__code__)
        self._items(function.__defaults__ or (), depth)
        self._items(list((function.__kwdefaults__ or {}).values()), depth)

    def _is_closed(self, code: CodeType) -> bool:
        for name in code.co_names:
            known = self._namespace.get(name)
            if known is None and hasattr(builtins, name):
                continue
            if name in self._namespace and not isinstance(known, ModuleType):
                return False
        return all(self._is_closed(const) for const in code.co_consts if isinstance(const, CodeType))

    def _code(self, code: CodeType) -> None:
        self._update(code.co_code + repr((code.co_names, code.co_varnames, code.co_flags)).encode())
        for const in code.co_consts:
            if isinstance(const, CodeType):
                self._code(const)
            else:
                self._update(repr(const).encode())

    def _array(self, value: Any, kind: type) -> None:
        package = kind.__module__.split(".", 1)[0]
        if package == "numpy":
            self._numpy(value)
        elif package == "pandas" and kind.__name__ in ("DataFrame", "Series"):
            self._pandas(value)
        elif kind.__module__ in ("datetime", "decimal", "uuid", "fractions", "pathlib"):
            self._update(repr(value).encode())
        else:
            raise _NoDigestError

    def _numpy(self, value: Any) -> None:
        if getattr(value, "dtype", None) is None or value.dtype.hasobject or value.nbytes > MAX_BYTES:
            raise _NoDigestError
        self._update(repr((value.dtype, value.shape)).encode())
        self._update(value.tobytes())

    def _pandas(self, value: Any) -> None:
        from pandas.util import hash_pandas_object

        if value.size > MAX_ITEMS * 5:
            raise _NoDigestError
        frame = value.to_frame() if value.ndim == 1 else value
        self._update(
            repr((frame.shape, list(map(str, frame.dtypes)), list(frame.columns), frame.index.names)).encode()
        )
        try:
            self._update(hash_pandas_object(frame, index=True, categorize=False).to_numpy().tobytes())
        except (TypeError, ValueError):  # cells hold lists or dicts, which pandas cannot hash
            raise _NoDigestError from None
