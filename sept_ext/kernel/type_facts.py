"""What a class or an object is, asked so that no code of the user's runs: no metaclass, property or `__getattr__`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from types import GetSetDescriptorType, MappingProxyType, MemberDescriptorType, ModuleType
from typing import Any

OWN = "__main__"
_HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE: made by a class statement or at run time, not part of an executable
_members = type.__dict__["__dict__"].__get__
_order = type.__dict__["__mro__"].__get__
_module = type.__dict__["__module__"].__get__
_qualname = type.__dict__["__qualname__"].__get__
_flags = type.__dict__["__flags__"].__get__
_module_members = vars(ModuleType)["__dict__"].__get__


def members_of(kind: type) -> MappingProxyType[str, Any]:
    """The class's own `__dict__`."""
    found: MappingProxyType[str, Any] = _members(kind)
    return found


def order_of(kind: type) -> tuple[type, ...]:
    """The class and its bases, in method resolution order."""
    found: tuple[type, ...] = _order(kind)
    return found


def module_of(kind: type) -> str:
    """The name of the module a class says it is of; the user's where it says nothing sensible."""
    found = _module(kind)
    return found if type(found) is str else OWN


def qualname_of(kind: type) -> str:
    """The class's name within its module."""
    return str(_qualname(kind))


def is_users_class(kind: type) -> bool:
    """Whether the user may have made the class: no library has it under the name it goes by."""
    if not _flags(kind) & _HEAP_TYPE:
        return False
    module = module_of(kind)
    return module == OWN or not is_in_library(kind, module, qualname_of(kind))


def is_in_library(value: Any, module: Any, qualname: Any) -> bool:
    """Whether a library's module has this very object under its name."""
    if type(module) is not str or type(qualname) is not str or module == OWN:
        return False
    found: Any = sys.modules.get(module)
    if found is None or not issubclass(type(found), ModuleType):
        return False
    members: Mapping[str, Any] = _module_members(found)
    for part in qualname.split("."):
        found = members.get(part)
        members = _members(found) if issubclass(type(found), type) else {}
    return found is value or (type(found) in (staticmethod, classmethod) and found.__func__ is value)


def name_of_module(module: ModuleType) -> str | None:
    """The name under which `sys.modules` has it; None if it has not."""
    name = _module_members(module).get("__name__")
    return name if type(name) is str and sys.modules.get(name) is module else None


def attributes_of(value: Any) -> dict[str, Any] | None:
    """An object's `__dict__`, as Python keeps it."""
    for kind in order_of(type(value)):
        slot = members_of(kind).get("__dict__")
        if type(slot) is GetSetDescriptorType:
            try:
                found = slot.__get__(value, type(value))
            except (AttributeError, TypeError):
                return None
            return found if type(found) is dict else None
    return None


def slots_of(value: Any) -> Iterator[tuple[str, Any]]:
    """An object's slots that are filled."""
    for kind in order_of(type(value)):
        for name, slot in members_of(kind).items():
            if type(slot) is MemberDescriptorType:
                try:
                    found = slot.__get__(value, type(value))
                except AttributeError:
                    continue
                yield name, found


def defines(kind: type, names: frozenset[str]) -> bool:
    """Whether one of the user's classes among it and its bases has members of these names."""
    return any(is_users_class(part) and not names.isdisjoint(members_of(part)) for part in order_of(kind))
