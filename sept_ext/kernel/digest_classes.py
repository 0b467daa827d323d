"""Digests of classes: a library's by its name, a user's by its members."""

from __future__ import annotations

from _abc import _get_dump  # type: ignore[import-not-found]
from dataclasses import MISSING, Field
from functools import cached_property
from types import GetSetDescriptorType, MemberDescriptorType
from typing import Any

from . import digest_tables as tables
from .digest_feeder import OBJECT, Feeder, NoDigestError
from .type_facts import is_users_class, members_of, module_of, order_of, qualname_of

_bases = type.__dict__["__bases__"].__get__


def feed_class(feeder: Feeder, value: type, depth: int) -> None:
    """A class of the user's is its members; one that a library has under its name is that name."""
    feeder.update(f"{module_of(value)}.{qualname_of(value)}".encode())
    if not is_users_class(value):
        return
    known = feeder.known_class(value, depth)
    if known is None:
        _own_class(feeder, value, depth)
        return
    feeder.found.add(known)
    if known.digest is None:
        raise NoDigestError
    feeder.update(known.digest.encode())


def _own_class(feeder: Feeder, value: type, depth: int) -> None:
    feeder.note(value)
    feeder.found.classes.add(id(value))
    feeder.count(OBJECT)
    if type(value) is not type:
        feeder.feed(type(value), depth + 1)
    feeder.items(_bases(value), depth)
    for name, member in members_of(value).items():
        if name == "_abc_impl":
            _subclasses(value)
        elif name == "__dataclass_fields__" and type(member) is dict:
            _fields(feeder, member, depth)
        elif name not in tables.CLASS_MACHINERY:
            feeder.feed(name, depth + 1)
            _member(feeder, member, depth)


def _subclasses(value: type) -> None:
    """Classes registered with an abstract one change what `isinstance` says, and cannot be told."""
    if _get_dump(value)[0]:
        raise NoDigestError


def _fields(feeder: Feeder, fields: dict[str, Any], depth: int) -> None:
    for name, each in fields.items():
        if type(each) is not Field:
            raise NoDigestError
        feeder.feed(name, depth + 1)
        made = None if each.default_factory is MISSING else each.default_factory
        how = (each.init, each.repr, each.compare, each.hash, each.kw_only, made, each.metadata)
        for part in how:
            feeder.feed(part, depth + 1)


def _member(feeder: Feeder, member: Any, depth: int) -> None:
    kind = type(member)
    feeder.update(f"<{qualname_of(kind)}>".encode())
    if kind is staticmethod or kind is classmethod:
        feeder.feed(member.__func__, depth + 1)
    elif kind is property:
        for part in (member.fget, member.fset, member.fdel, member.__doc__):
            feeder.feed(part, depth + 1)
    elif kind is cached_property:
        feeder.feed(member.func, depth + 1)
        feeder.feed(member.attrname, depth + 1)
    elif qualname_of(kind) == "_tuplegetter" and module_of(kind) in (
        "collections",
        "_collections",
    ):  # a field of a namedtuple
        feeder.update(repr(member.__reduce__()[1]).encode())
    elif kind is MemberDescriptorType or kind is GetSetDescriptorType:
        feeder.update(member.__name__.encode())
    else:
        feeder.feed(member, depth + 1)


def stateful_base(kind: type) -> type:
    """The base of a user's class that keeps more than attributes (`list`, `Exception`); `object` if there is none."""
    for part in order_of(kind):
        if not is_users_class(part) and module_of(part) not in tables.MIXINS:
            return part
    return object
