"""Digests of what classes inherit from Python's own: containers, texts, numbers and exceptions, as the base sees them.

The base's methods are called, not those by which a subclass of the user's may hide them.
"""

from __future__ import annotations

from array import array
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable
from typing import Any

from . import digest_tables as tables
from .digest_feeder import Feeder, NoDigestError
from .type_facts import defines, slots_of


def feed_base(feeder: Feeder, value: Any, base: type, depth: int) -> bool:
    """What the value is as an instance of `base`; False if that is none of those known here."""
    walk = _BASES.get(id(base))
    if walk is not None:
        walk(feeder, value, depth)
    elif issubclass(base, BaseException):
        _exception(feeder, value, depth)
    else:
        return False
    return True


def _listed(feeder: Feeder, values: Iterable[Any], length: int, depth: int) -> None:
    feeder.update(b"%d:" % length)
    if length > feeder.left:
        feeder.left = min(feeder.left, tables.HEAD)
    for value in values:
        feeder.feed(value, depth + 1)


def _pairs(feeder: Feeder, pairs: Iterable[tuple[Any, Any]], length: int, depth: int) -> None:
    feeder.update(b"%d:" % length)
    if length > feeder.left:
        feeder.left = min(feeder.left, tables.HEAD)
    for key, value in pairs:
        feeder.feed(key, depth + 1)
        feeder.feed(value, depth + 1)


def _list(feeder: Feeder, value: Any, depth: int) -> None:
    _listed(feeder, list.__iter__(value), list.__len__(value), depth)


def _tuple(feeder: Feeder, value: Any, depth: int) -> None:
    _listed(feeder, tuple.__iter__(value), tuple.__len__(value), depth)


def _deque(feeder: Feeder, value: Any, depth: int) -> None:
    feeder.feed(deque.__dict__["maxlen"].__get__(value), depth + 1)
    _listed(feeder, deque.__iter__(value), deque.__len__(value), depth)


def _dict(feeder: Feeder, value: Any, depth: int) -> None:
    _pairs(feeder, dict.items(value), dict.__len__(value), depth)


def _defaultdict(feeder: Feeder, value: Any, depth: int) -> None:
    feeder.feed(defaultdict.__dict__["default_factory"].__get__(value), depth + 1)
    _dict(feeder, value, depth)


def _ordered(feeder: Feeder, value: Any, depth: int) -> None:
    """Its order is its own; reading it asks a subclass for every value."""
    if defines(type(value), tables.MAPPING_METHODS):
        raise NoDigestError
    _pairs(feeder, OrderedDict.items(value), dict.__len__(value), depth)


def _set(feeder: Feeder, value: Any, depth: int) -> None:
    feeder.members(set.__iter__(value), depth)


def _frozenset(feeder: Feeder, value: Any, depth: int) -> None:
    feeder.members(frozenset.__iter__(value), depth)


def _text(feeder: Feeder, value: Any, depth: int) -> None:
    feeder.spend(str.__len__(value))
    feeder.text(str.__str__(value))


def _bytes(feeder: Feeder, value: Any, depth: int) -> None:
    feeder.spend(bytes.__len__(value))
    feeder.text(bytes.__getitem__(value, slice(None)))


def _bytearray(feeder: Feeder, value: Any, depth: int) -> None:
    feeder.spend(bytearray.__len__(value))
    feeder.update(b"%d:" % bytearray.__len__(value) + bytes(memoryview(value)))


def _array(feeder: Feeder, value: Any, depth: int) -> None:
    code, size = (array.__dict__[name].__get__(value) for name in ("typecode", "itemsize"))
    feeder.spend(array.__len__(value) * size)
    feeder.update(f"{code}{array.__len__(value)}:".encode() + array.tobytes(value))


def _integer(feeder: Feeder, value: Any, depth: int) -> None:
    feeder.feed(int.__int__(value), depth + 1)


def _float(feeder: Feeder, value: Any, depth: int) -> None:
    feeder.feed(float.__float__(value), depth + 1)


def _complex(feeder: Feeder, value: Any, depth: int) -> None:
    feeder.feed(complex.__complex__(value), depth + 1)


def _exception(feeder: Feeder, value: Any, depth: int) -> None:
    """What it was made with, and what it was raised from. With a trace it shows code that no digest can tell."""
    if _of(value, "__traceback__") is not None:
        raise NoDigestError
    for name in ("args", "__cause__", "__context__"):
        feeder.feed(_of(value, name), depth + 1)
    for name, held in slots_of(value):
        feeder.feed(name, depth + 1)
        feeder.feed(held, depth + 1)


def _of(value: BaseException, name: str) -> Any:
    return BaseException.__dict__[name].__get__(value)


_BASES: dict[int, Callable[[Feeder, Any, int], None]] = {
    id(list): _list,
    id(tuple): _tuple,
    id(deque): _deque,
    id(dict): _dict,
    id(Counter): _dict,
    id(defaultdict): _defaultdict,
    id(OrderedDict): _ordered,
    id(set): _set,
    id(frozenset): _frozenset,
    id(str): _text,
    id(bytes): _bytes,
    id(bytearray): _bytearray,
    id(array): _array,
    id(int): _integer,
    id(float): _float,
    id(complex): _complex,
}
