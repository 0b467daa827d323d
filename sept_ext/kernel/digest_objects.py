"""Digests of objects: by what their library tells of them, and the user's by their base and their attributes."""

from __future__ import annotations

import sys
import warnings
from enum import Enum
from functools import _lru_cache_wrapper
from re import Pattern
from types import UnionType
from typing import Any, TypeVar
from weakref import WeakSet

from . import digest_data
from . import digest_tables as tables
from .digest_classes import stateful_base
from .digest_containers import feed_base
from .digest_feeder import MAX_BYTES, OBJECT, Feeder, NoDigestError
from .type_facts import (
    attributes_of,
    defines,
    is_in_library,
    is_users_class,
    members_of,
    module_of,
    order_of,
    qualname_of,
    slots_of,
)

_LONG_TEXTS: WeakSet[Any] = WeakSet()


def feed_object(feeder: Feeder, value: Any, kind: type, depth: int) -> None:
    """An object that is no builtin container."""
    feeder.count(OBJECT)
    module = module_of(kind)
    package = module.split(".", 1)[0]
    feeder.update(f"{module}.".encode())
    if is_users_class(kind):
        _users(feeder, value, kind, depth)
    elif digest_data.feed_data(feeder, value, package, depth):
        pass
    elif _constant(feeder, value, kind, package, depth):
        feeder.found.objects.pop(id(value), None)
    elif kind is _lru_cache_wrapper:
        _cache(feeder, value, depth)
    elif module == "_io":
        _file(feeder, value)
    elif module in ("weakref", "_weakrefset"):
        _weak(feeder, value, kind)
    elif package not in tables.TAKEN_APART:
        raise NoDigestError
    elif feed_base(feeder, value, kind, depth):
        _attributes(feeder, value, depth)
    else:
        _reduced(feeder, value, kind, depth)


def _users(feeder: Feeder, value: Any, kind: type, depth: int) -> None:
    """An instance of the user's class: the class, what its base keeps, attributes and slots."""
    feeder.feed(kind, depth + 1)
    for part in order_of(kind):
        if not is_users_class(part) and module_of(part).split(".", 1)[0] not in tables.TAKEN_APART:
            raise NoDigestError
    base = stateful_base(kind)
    digest_data.feed_data(feeder, value, module_of(base).split(".", 1)[0], depth)
    if base is not object and not feed_base(feeder, value, base, depth):
        if defines(kind, tables.HOOKS):
            raise NoDigestError
        _reduced(feeder, value, kind, depth)
    _attributes(feeder, value, depth)


def _attributes(feeder: Feeder, value: Any, depth: int) -> None:
    feeder.feed(attributes_of(value), depth + 1)
    for name, held in slots_of(value):
        feeder.feed(name, depth + 1)
        feeder.feed(held, depth + 1)


def _constant(feeder: Feeder, value: Any, kind: type, package: str, depth: int) -> bool:
    """Objects that cannot change: nobody's alias; whether it is one."""
    if package == "numpy" and issubclass(kind, sys.modules["numpy"].generic):
        if value.dtype.hasobject:
            raise NoDigestError
        feeder.spend(value.nbytes)
        feeder.update(repr((value.dtype, value)).encode())
    elif module_of(kind) == "datetime" and hasattr(value, "tzinfo"):
        feeder.update(repr((value.replace(tzinfo=None), value.fold)).encode())
        feeder.feed(value.tzinfo, depth + 1)
    elif package == "pandas" and kind.__name__ == "Timestamp":
        feeder.update(repr((value.asm8, value.unit, value.fold)).encode())
        feeder.feed(value.tzinfo, depth + 1)
    elif package == "pandas" and kind.__name__ == "Timedelta":
        feeder.update(repr((value.asm8, value.unit)).encode())
    elif module_of(kind) in tables.SHOWN_MODULES or (
        package in ("pandas", "builtins") and kind.__name__ in tables.SHOWN_CLASSES
    ):
        feeder.update(repr(value).encode())
    elif issubclass(kind, Enum):
        feeder.update(repr((value._name_, value._value_)).encode())
    else:
        return _constant_of_python(feeder, value, kind, package, depth)
    return True


def _constant_of_python(feeder: Feeder, value: Any, kind: type, package: str, depth: int) -> bool:
    if kind is Pattern:
        feeder.feed(value.pattern, depth + 1)
        feeder.feed(value.flags, depth + 1)
    elif kind is UnionType:
        feeder.items(value.__args__, depth)
    elif kind is TypeVar:
        feeder.update(repr((value.__name__, value.__covariant__, value.__contravariant__)).encode())
        feeder.items((value.__bound__, *value.__constraints__), depth)
    elif package == "numpy" and kind.__name__ == "ufunc":
        if not is_in_library(value, "numpy", value.__name__):
            raise NoDigestError
        feeder.update(value.__name__.encode())
    else:
        return False
    return True


def _cache(feeder: Feeder, value: Any, depth: int) -> None:
    """`functools.cache`: what it holds is not told, so only an empty one is known."""
    kind: Any = _lru_cache_wrapper
    if any(kind.cache_info(value)[place] for place in (0, 1, 3)):
        raise NoDigestError
    feeder.mapping(attributes_of(value) or {}, depth)


def _weak(feeder: Feeder, value: Any, kind: type) -> None:
    """What loses what nobody else holds: it goes by the very objects."""
    if qualname_of(kind) == "ReferenceType":
        held = [value()]
    elif "Proxy" in qualname_of(kind):
        held = []
    else:
        feeder.room_for(len(value))
        held = list(value.values() if "values" in members_of(kind) else value)
    for each in held:
        feeder.note(each)
    raise NoDigestError


def _file(feeder: Feeder, value: Any) -> None:
    """A file that is read, by how far; one that may be written is not asked, which would write out what it keeps."""
    kind = qualname_of(type(value))
    if value.closed:
        feeder.update(repr((str(getattr(value, "name", "")), str(getattr(value, "mode", "")))).encode())
    elif kind == "BytesIO":
        with value.getbuffer() as inner:
            feeder.spend(inner.nbytes)
            feeder.update(b"%d %d:" % (value.tell(), inner.nbytes) + bytes(inner))
    elif kind == "StringIO":
        _memory_text(feeder, value)
    elif kind not in ("TextIOWrapper", "BufferedReader") or value.writable():
        raise NoDigestError
    else:
        feeder.update(repr((str(value.name), str(value.mode), value.tell())).encode())


def _memory_text(feeder: Feeder, value: Any) -> None:
    """A StringIO; its length is not told but by a copy, so one that was too long is not asked again."""
    if value in _LONG_TEXTS or value.tell() > MAX_BYTES:
        raise NoDigestError
    text = value.getvalue()
    if len(text) > MAX_BYTES:
        _LONG_TEXTS.add(value)
    feeder.update(b"%d:" % value.tell())
    feeder.text(text)


def _reduced(feeder: Feeder, value: Any, kind: type, depth: int) -> None:
    """By its state, as pickle would take it apart."""
    if qualname_of(kind) in tables.COPIED_ITERATORS:
        feeder.room_for(value.__length_hint__())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # iterators of itertools warn that Python 3.14 will not tell any more
        reduced = kind.__reduce_ex__(value, 4)  # type: ignore[call-arg]
    if type(reduced) is str:
        feeder.update(reduced.encode())
        if not is_in_library(value, getattr(value, "__module__", None), reduced):
            raise NoDigestError
        return
    feeder.kept.append(reduced)
    _, arguments, state, items, pairs = (*reduced, None, None, None, None)[:5]
    feeder.items([part for part in arguments if part is not kind], depth)
    feeder.feed(state, depth + 1)
    if items is not None or pairs is not None:
        raise NoDigestError  # a container that is not known here: of any length
