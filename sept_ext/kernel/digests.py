"""Digests of values: equal digests mean equal values, None means that none was taken (too large, or not knowable).

They give staleness its early cut-off, and tell the observer that an object was mutated. A digest must never be equal
for values that a later cell could tell apart, so everything that is not known to be data has none. Objects that stand
in two places of a value count as one in two places (`[[0]] * 2` is not `[[0], [0]]`).

On its way a digest notes what else later cells depend on: which mutable objects the value holds (two names that hold
the same one are aliases), and which of the user's global names the functions in it use when they are called.
"""

from __future__ import annotations

import gc
import sys
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
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
    UnionType,
)
from typing import Any, TypeVar

from . import digest_data
from . import digest_tables as tables
from .code_names import global_names
from .digest_data import MAX_BYTES, MAX_ITEMS, NoDigestError

_MAX_DEPTH = 60
_OWN = "__main__"


@dataclass(slots=True)
class Content:
    """What a value is. `digest`: equal for equal values, or None. `objects`: the mutable objects it holds, by id.

    `reads` / `writes`: the user's global names that functions in it use or bind when they are called. `classes`: ids
    of those of the objects that are classes of the user's. Without a digest the rest is what was found before it was
    given up.
    """

    digest: str | None = None
    objects: dict[int, Any] = field(default_factory=dict)
    reads: set[str] = field(default_factory=set)
    writes: set[str] = field(default_factory=set)
    classes: set[int] = field(default_factory=set)

    def add(self, other: Content) -> None:
        """Take in what a part holds."""
        self.objects.update(other.objects)
        self.reads |= other.reads
        self.writes |= other.writes
        self.classes |= other.classes


def content(value: Any, namespace: Mapping[str, Any], classes: dict[int, Content] | None = None) -> Content:
    """Look at a value. `namespace`: the user's globals, where functions look names up.

    `classes` keeps what was found in the user's classes, for values looked at while no code of the user runs.
    """
    hasher = blake2b(digest_size=12)
    found = Content()
    feeder = _Feeder(hasher, namespace, found, classes)
    try:
        feeder.feed(value, 0)
    except (NoDigestError, RecursionError):
        return found
    except Exception:  # noqa: BLE001 - an object's own code (a property, a __getstate__) may raise anything
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
        self._namespace = namespace
        self.found = found
        self.left = MAX_ITEMS
        self._bytes_left = MAX_BYTES
        self._places: dict[int, int] = {}
        # Temporary objects (a __reduce__'s state) are kept alive, else another could get the same id.
        self.kept: list[Any] = []

    def feed(self, value: Any, depth: int) -> None:
        kind = type(value)
        self.left -= 1
        if self.left < 0 or depth > _MAX_DEPTH:
            raise NoDigestError
        if value is None or kind in (bool, int, float, complex):
            self.update(f"{kind.__name__} {value!r};".encode())
        elif kind in (str, bytes):
            self._text(value, kind)
        elif self._is_first_time(value):
            self.update(kind.__qualname__.encode())
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
        walk = _WALKS.get(kind)
        if walk is not None:
            if kind in tables.MUTABLE:
                self.note(value)
            walk(self, value, depth)
        elif issubclass(kind, ModuleType):
            self.update(value.__name__.encode())
        elif kind is BuiltinFunctionType:
            self._builtin(value, depth)
        elif issubclass(kind, type):
            self._class(value, depth)
        else:
            self.note(value)
            self._foreign(value, kind, depth)

    def _text(self, value: str | bytes, kind: type) -> None:
        self.spend(len(value))
        data = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
        self.update(b"%s%d:" % (kind.__name__.encode(), len(data)) + data)

    def note(self, value: Any) -> None:
        """The value holds an object that may change."""
        self.found.objects[id(value)] = value

    def spend(self, count: int) -> None:
        """Bytes are looked at up to a budget for the whole value. Raises NoDigestError beyond it."""
        self._bytes_left -= count
        if self._bytes_left < 0:
            raise NoDigestError

    def items(self, values: Any, depth: int) -> None:
        self.update(b"%d:" % len(values))
        for item in values:
            self.feed(item, depth + 1)

    def mapping(self, value: Mapping[Any, Any], depth: int) -> None:
        # Order counts: printing a dict shows it.
        self.update(b"%d:" % len(value))
        for key, item in value.items():
            self.feed(key, depth + 1)
            self.feed(item, depth + 1)

    def members(self, values: Any, depth: int) -> None:
        """A set's members hash alone, since their order is chance."""
        parts = []
        outer = self.update
        for item in values:
            hasher = blake2b(digest_size=12)
            self.update = hasher.update
            try:
                self.feed(item, depth + 1)
            finally:
                self.update = outer
            parts.append(hasher.digest())
        self.update(b"%d:" % len(parts) + b"".join(sorted(parts)))

    def function(self, function: FunctionType, depth: int) -> None:
        """A function is its code; what its global names mean is looked up when it is called, and noted here."""
        if function.__module__ != _OWN:
            self.update(f"{function.__module__}.{function.__qualname__}".encode())
            if function.__closure__ is None:
                return
        else:
            reads, writes = global_names(function.__code__)
            self.found.reads.update(name for name in reads if self._is_own_name(name))
            self.found.writes.update(writes)
        self.code(function.__code__, depth)
        self.items(function.__defaults__ or (), depth)
        self.mapping(function.__kwdefaults__ or {}, depth)
        self.mapping(function.__annotations__, depth)
        self.mapping(function.__dict__, depth)
        self.items(function.__closure__ or (), depth)

    def _is_own_name(self, name: str) -> bool:
        """Whether a later cell may give the name another meaning: not what Python or a module gives."""
        return not issubclass(type(self._namespace.get(name)), ModuleType) and name in self._namespace

    def code(self, code: CodeType, depth: int) -> None:
        called = (code.co_name, code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags)
        self.update(code.co_code + repr((called, code.co_names, code.co_varnames, code.co_freevars)).encode())
        for const in code.co_consts:
            if isinstance(const, CodeType):
                self.code(const, depth + 1)
            else:
                self.update(repr(const).encode())

    def closed_over(self, cell: CellType, depth: int) -> None:
        try:
            self.feed(cell.cell_contents, depth + 1)
        except ValueError:  # not filled yet
            self.update(b"empty")

    def method(self, value: MethodType, depth: int) -> None:
        if _is_hidden(value.__self__):
            self.update(value.__func__.__qualname__.encode())
            return
        self.feed(value.__self__, depth + 1)
        self.feed(value.__func__, depth + 1)

    def generator(self, value: GeneratorType[Any, Any, Any], depth: int) -> None:
        """How far it came, and what it holds there."""
        self.note(value)
        if value.gi_running:
            raise NoDigestError
        frame = value.gi_frame
        self.code(value.gi_code, depth)
        reads, writes = global_names(value.gi_code)
        self.found.reads.update(name for name in reads if self._is_own_name(name))
        self.found.writes.update(writes)
        if frame is not None:
            self.update(b"%d:" % frame.f_lasti)
            self.mapping(dict(frame.f_locals), depth)
            self.feed(value.gi_yieldfrom, depth + 1)

    def view(self, value: Any, depth: int) -> None:
        """A dict's keys, values or items: as long as the view lives, it is the dict."""
        self.items([part for part in gc.get_referents(value) if isinstance(part, dict)], depth)

    def _builtin(self, value: BuiltinFunctionType, depth: int) -> None:
        self.update(f"{value.__module__}.{value.__qualname__}".encode())
        if not isinstance(value.__self__, ModuleType | type(None)) and not _is_hidden(
            value.__self__
        ):  # items.append, kept to be called later
            self.feed(value.__self__, depth + 1)

    def _class(self, value: type, depth: int) -> None:
        """A class of the user's is its members; one of a library its name."""
        self.update(f"{value.__module__}.{value.__qualname__}".encode())
        if value.__module__ != _OWN:
            return
        if self._classes is None:
            self._own_class(value, depth)
            return
        known = self._classes.get(id(value))
        if known is None:
            known = self._classes[id(value)] = _content_of_class(value, self._namespace, depth)
        self.found.add(known)
        if known.digest is None:
            raise NoDigestError
        self.update(known.digest.encode())

    def _own_class(self, value: type, depth: int) -> None:
        self.note(value)
        self.found.classes.add(id(value))
        if type(value) is not type:
            self.feed(type(value), depth + 1)
        self.items(value.__bases__, depth)
        for name, member in vars(value).items():
            if name not in tables.CLASS_MACHINERY:
                self.update(name.encode())
                self._member(member, depth)

    def _member(self, member: Any, depth: int) -> None:
        if isinstance(member, staticmethod | classmethod):
            self.feed(member.__func__, depth + 1)
        elif isinstance(member, property):
            self.items((member.fget, member.fset, member.fdel), depth)
        elif type(member) is cached_property:
            self.feed(member.func, depth + 1)
        elif type(member).__name__ == "_tuplegetter":  # a field of a namedtuple
            self.update(repr(member.__reduce__()[1]).encode())
        elif type(member).__name__ in tables.SLOT_DESCRIPTORS:
            self.update(member.__name__.encode())
        else:
            self.feed(member, depth + 1)

    def _foreign(self, value: Any, kind: type, depth: int) -> None:
        """An object that is no builtin: by what its library tells of it, else by its parts."""
        package = kind.__module__.split(".", 1)[0]
        self.update(f"{kind.__module__}.".encode())
        if digest_data.feed_data(self, value, package, depth) or self._constant(value, kind, package, depth):
            return
        if kind.__module__ == "_io":
            self._file(value)
        elif kind.__module__ in ("weakref", "_weakrefset"):
            self._weak(value)
        elif all(_is_taken_apart(part) for part in kind.__mro__):
            self._parts(value, kind, depth)
        else:
            raise NoDigestError

    def _constant(self, value: Any, kind: type, package: str, depth: int) -> bool:
        """Objects that cannot change: nobody's alias; whether it is one."""
        if package == "numpy" and issubclass(kind, sys.modules["numpy"].generic):
            self.update(repr((value.dtype, value)).encode())
        elif _is_shown_by_repr(kind, package):
            self.update(repr(value).encode())
        elif issubclass(kind, Enum) and kind.__module__ != _OWN:
            self.update(repr((value._name_, value._value_)).encode())
        elif kind.__qualname__ == "Pattern" and kind.__module__ == "re":
            self.update(repr((value.pattern, value.flags)).encode())
        elif kind is UnionType:
            self.items(value.__args__, depth)
        elif kind is TypeVar:
            self.update(value.__name__.encode())
            self.items((value.__bound__, *value.__constraints__), depth)
        elif package == "numpy" and kind.__name__ == "ufunc":
            self._named(value, value.__name__, sys.modules["numpy"])
        else:
            return False
        self.found.objects.pop(id(value), None)
        return True

    def _weak(self, value: Any) -> None:
        """A collection that loses what nobody else holds: it goes by the very objects."""
        for held in list(value.values() if hasattr(value, "values") else value):
            self.note(held)
        raise NoDigestError

    def _file(self, value: Any) -> None:
        described = (getattr(value, "name", None), getattr(value, "mode", None), value.closed)
        self.update(repr(described).encode())
        if not value.closed:
            self.update(b"%d" % value.tell())
            if hasattr(value, "getvalue"):
                self._text(value.getvalue(), type(value.getvalue()))

    def _parts(self, value: Any, kind: type, depth: int) -> None:
        """An instance: its class and its state, as pickle would take it apart. Nothing of the user's code runs."""
        if kind.__module__ == _OWN:
            self.feed(kind, depth + 1)
            if any(_has_pickle_hooks(part) for part in kind.__mro__):
                raise NoDigestError
            own = [part for part in kind.__mro__ if part.__module__ == _OWN]
            container = kind.__mro__[len(own)]
            if container in _WALKS:
                self._container(value, own, container, depth)
                return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # iterators of itertools warn that Python 3.14 will not tell any more
            reduced = kind.__reduce_ex__(value, 4)  # type: ignore[call-arg]
        if isinstance(reduced, str):
            self._by_name(value, reduced, depth)
            return
        self.kept.append(reduced)
        _, arguments, state, items, pairs = (*reduced, None, None, None, None)[:5]
        self.items([part for part in arguments if not (isinstance(part, type) and part is kind)], depth)
        self.feed(state, depth + 1)
        if items is not None:
            listed = list(items)
            self.kept.append(listed)
            self.items(listed, depth)
        if pairs is not None:
            self.mapping(dict(pairs), depth)

    def _container(self, value: Any, own: list[type], container: type, depth: int) -> None:
        """A class of the user's that is a list or a dict: as its base sees it, not by methods of the user's own."""
        if any(vars(part).get("__slots__") for part in own):
            raise NoDigestError
        if container is dict:
            self.mapping(dict(dict.items(value)), depth)
        elif container in (set, frozenset):
            self.members(container.__iter__(value), depth)
        else:
            self.items(list(container.__iter__(value)), depth)  # type: ignore[attr-defined]
        self.mapping(getattr(value, "__dict__", {}), depth)

    def _named(self, value: Any, name: str, module: ModuleType) -> None:
        """Something that a module has under its own name, and that does not change."""
        if getattr(module, name, None) is not value:
            raise NoDigestError
        self.update(name.encode())

    def _by_name(self, value: Any, name: str, depth: int) -> None:
        """Pickle would look it up by name: right for a library's own, not for what the user may define anew."""
        self.update(name.encode())
        if hasattr(value, "__wrapped__"):  # functools.cache: what it holds is not told, only how much
            self.feed(value.__wrapped__, depth + 1)
            self.update(repr(value.cache_info().currsize if hasattr(value, "cache_info") else None).encode())
        elif getattr(value, "__module__", _OWN) == _OWN:
            raise NoDigestError


def _content_of_class(value: type, namespace: Mapping[str, Any], depth: int) -> Content:
    """A class of the user's alone; classes in it are looked at as its parts, so that the way to it does not count."""
    hasher = blake2b(digest_size=12)
    found = Content()
    try:
        _Feeder(hasher, namespace, found, None).feed(value, depth)
    except NoDigestError:
        return found
    found.digest = hasher.hexdigest()
    return found


def _is_hidden(value: Any) -> bool:
    """The generators behind `random.choice` and `numpy.random.rand`, which `HiddenStates` looks at."""
    return (type(value).__module__ == "random" and value is vars(sys.modules["random"]).get("_inst")) or (
        type(value).__name__ == "RandomState"
        and value is getattr(sys.modules.get("numpy.random.mtrand"), "_rand", None)
    )


def _is_shown_by_repr(kind: type, package: str) -> bool:
    """Whether equal values have equal reprs, and no others: by what the class really is, not what it says."""
    if kind.__module__ not in tables.SHOWN_MODULES and not (
        package in ("pandas", "builtins") and kind.__name__ in tables.SHOWN_CLASSES
    ):
        return False
    module = sys.modules.get(kind.__module__)
    return package == "pandas" or getattr(module, kind.__name__, kind) is kind


def _is_taken_apart(kind: type) -> bool:
    return kind.__module__ == _OWN or kind.__module__.split(".", 1)[0] in tables.TAKEN_APART


def _has_pickle_hooks(kind: type) -> bool:
    return kind.__module__ == _OWN and any(
        getattr(vars(kind).get(name), "__module__", None) == _OWN for name in tables.PICKLE_HOOKS
    )


_Walk = Callable[[_Feeder, Any, int], None]
_WALKS: dict[type, _Walk] = {
    list: _Feeder.items,
    tuple: _Feeder.items,
    dict: _Feeder.mapping,
    MappingProxyType: _Feeder.mapping,
    set: _Feeder.members,
    frozenset: _Feeder.members,
    FunctionType: _Feeder.function,
    CellType: _Feeder.closed_over,
    MethodType: _Feeder.method,
    GeneratorType: _Feeder.generator,
    CodeType: _Feeder.code,
    type({}.keys()): _Feeder.view,
    type({}.values()): _Feeder.view,
    type({}.items()): _Feeder.view,
}
