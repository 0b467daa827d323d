"""Digests of values: equal digests mean equal values, None means that none was taken (too large, or not knowable).

They give staleness its early cut-off, and tell the observer that an object was mutated. A digest must never be equal
for values that a later cell could tell apart, so everything that is not known to be data has none. Objects that stand
in two places of a value count as one in two places (`[[0]] * 2` is not `[[0], [0]]`). No code of the user's runs, and
nothing is copied before its size is known.

On its way a digest notes what else later cells depend on: which mutable objects the value holds (two names that hold
the same one are aliases), and which of the user's global names the functions in it use when they are called.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from hashlib import blake2b
from types import (
    BuiltinFunctionType,
    CellType,
    CodeType,
    FunctionType,
    GeneratorType,
    MappingProxyType,
    MethodType,
    ModuleType,
)
from typing import Any

from . import digest_classes, digest_functions, digest_objects
from . import digest_tables as tables
from .digest_feeder import MAX_BYTES, MAX_ITEMS, Content, NoDigestError
from .type_facts import name_of_module, qualname_of

_MAX_DEPTH = 60
_LONG_INT_BITS = 512
"""Integers beyond are told by their bytes: the decimal form takes time by the square of their length."""


def content(value: Any, namespace: Mapping[str, Any], classes: dict[int, Content] | None = None) -> Content:
    """Look at a value. `namespace`: the user's globals, where functions look names up.

    `classes` keeps what was found in the user's classes, for values looked at while no code of the user runs.
    """
    return _content(value, namespace, classes, 0)


def _content(value: Any, namespace: Mapping[str, Any], classes: dict[int, Content] | None, depth: int) -> Content:
    hasher = blake2b(digest_size=12)
    found = Content()
    try:
        _Feeder(hasher, namespace, found, classes).feed(value, depth)
    except Exception:  # noqa: BLE001 - NoDigestError, or whatever a library's code raises
        return found
    found.digest = hasher.hexdigest()
    return found


class _Feeder:
    """Feeds a value's content into a hash, type by type, within a budget of elements."""

    def __init__(
        self, hasher: Any, namespace: Mapping[str, Any], found: Content, classes: dict[int, Content] | None
    ) -> None:
        self.update = hasher.update
        self._classes = classes
        self.namespace = namespace
        self.found = found
        self.left = MAX_ITEMS
        self._bytes_left = MAX_BYTES
        self._places: dict[int, int] = {}
        self.kept: list[Any] = []

    def feed(self, value: Any, depth: int) -> None:
        kind = type(value)
        self.left -= 1
        if self.left < 0 or depth > _MAX_DEPTH:
            raise NoDigestError
        # By identity: a metaclass may compare and hash as it likes.
        if kind is str or kind is bytes:
            self.text(value)
        elif kind is int:
            self._integer(value)
        elif value is None or kind is float or kind is bool or kind is complex:
            self.update(f"{kind.__name__} {value!r};".encode())
        elif self._is_first_time(value):
            self.update(qualname_of(kind).encode())
            self._feed_object(value, kind, depth)

    def _is_first_time(self, value: Any) -> bool:
        """Note an object; of one that was met before, the place where."""
        place = self._places.get(id(value))
        if place is None:
            self._places[id(value)] = len(self._places)
            return True
        self.update(b"@%d;" % place)
        return False

    def _feed_object(self, value: Any, kind: type, depth: int) -> None:
        walk = _WALKS.get(id(kind))
        if walk is not None:
            if kind is list or kind is dict or kind is set:
                self.note(value)
            walk(self, value, depth)
        elif issubclass(kind, ModuleType):
            self._module(value)
        elif issubclass(kind, type):
            digest_classes.feed_class(self, value, depth)
        else:
            self.note(value)
            digest_objects.feed_object(self, value, kind, depth)

    def _integer(self, value: int) -> None:
        bits = value.bit_length()
        if bits > _LONG_INT_BITS:
            self.spend(bits // 4)
            self.update(b"int %d:" % bits + value.to_bytes(bits // 8 + 1, "little", signed=True))
        else:
            self.update(b"int %d;" % value)

    def text(self, value: str | bytes) -> None:
        self.spend(len(value))
        kind = type(value)
        data = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
        self.update(b"%s%d:" % (kind.__name__.encode(), len(data)) + data)

    def _module(self, value: ModuleType) -> None:
        """A module is its name; one that only the user has may hold anything."""
        name = name_of_module(value)
        if name is None:
            self.note(value)
            raise NoDigestError
        self.update(name.encode())

    def note(self, value: Any) -> None:
        self.found.objects[id(value)] = value

    def spend(self, count: int) -> None:
        self._bytes_left -= count
        if self._bytes_left < 0:
            raise NoDigestError

    def count(self, items: int) -> None:
        self.left -= items
        if self.left < 0:
            raise NoDigestError

    def room_for(self, items: int) -> None:
        if items > self.left:
            raise NoDigestError

    def items(self, values: Any, depth: int) -> None:
        self.update(b"%d:" % len(values))
        if len(values) > self.left:
            # Too many to tell; the first ones still tell which objects it holds.
            self.left = min(self.left, tables.HEAD)
        for item in values:
            self.feed(item, depth + 1)

    def mapping(self, value: Mapping[Any, Any], depth: int) -> None:
        # Order counts: printing a dict shows it.
        self.update(b"%d:" % len(value))
        if len(value) > self.left:
            self.left = min(self.left, tables.HEAD)
        for key, item in value.items():
            self.feed(key, depth + 1)
            self.feed(item, depth + 1)

    def members(self, values: Any, depth: int) -> None:
        """A set's members hash alone, since their order is chance."""
        parts = []
        outer = self.update
        for item in values:
            self.count(1)
            hasher = blake2b(digest_size=12)
            self.update = hasher.update
            try:
                self.feed(item, depth + 1)
            finally:
                self.update = outer
            parts.append(hasher.digest())
        self.update(b"%d:" % len(parts) + b"".join(sorted(parts)))

    def known_class(self, kind: type, depth: int) -> Content | None:
        """Classes are looked at alone, and those in them as their parts, so that the way to them does not count."""
        if self._classes is None:
            return None
        known = self._classes.get(id(kind))
        if known is None:
            known = self._classes[id(kind)] = _content(kind, self.namespace, None, depth)
        return known

    def closed_over(self, cell: CellType, depth: int) -> None:
        try:
            inner = cell.cell_contents
        except ValueError:  # not filled yet
            self.update(b"empty")
        else:
            self.feed(inner, depth + 1)

    def view(self, value: Any, depth: int) -> None:
        """A dict's keys, values or items: as long as the view lives, it is the dict."""
        self.items([part for part in gc.get_referents(value) if type(part) is dict], depth)

    def proxy(self, value: MappingProxyType[Any, Any], depth: int) -> None:
        """What a mapping proxy shows, where that is a dict."""
        shown = [part for part in gc.get_referents(value) if type(part) is dict]
        if len(shown) != 1:
            raise NoDigestError
        self.mapping(shown[0], depth)


_Walk = Callable[[_Feeder, Any, int], None]
_WALKS: dict[int, _Walk] = {
    id(list): _Feeder.items,
    id(tuple): _Feeder.items,
    id(dict): _Feeder.mapping,
    id(MappingProxyType): _Feeder.proxy,
    id(set): _Feeder.members,
    id(frozenset): _Feeder.members,
    id(FunctionType): digest_functions.feed_function,
    id(CellType): _Feeder.closed_over,
    id(MethodType): digest_functions.feed_method,
    id(BuiltinFunctionType): digest_functions.feed_builtin,
    id(GeneratorType): digest_functions.feed_generator,
    id(CodeType): digest_functions.feed_code,
    id(type({}.keys())): _Feeder.view,
    id(type({}.values())): _Feeder.view,
    id(type({}.items())): _Feeder.view,
}
"""By the types' ids, which builtin types keep: looking a type up in a dict would ask its metaclass for a hash."""
