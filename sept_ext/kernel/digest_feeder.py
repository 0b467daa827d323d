"""What the parts of a digest share: a hash that values are fed into, the budget, and the way to give up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

MAX_ITEMS = 20_000
"""Elements of containers that are looked at, dearer ones counting as several; beyond, no digest."""
MAX_BYTES = 8_000_000
OBJECT = 8
"""What an object counts for, that is no plain value and no builtin container."""


class NoDigestError(Exception):
    """The value has no digest."""


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


class Feeder(Protocol):
    """A hash that values are fed into. `kept`: temporary objects, alive until the end, as ids must not repeat."""

    namespace: Mapping[str, Any]
    found: Content
    left: int
    kept: list[Any]

    def update(self, data: bytes, /) -> None:
        """Feed bytes."""

    def feed(self, value: Any, depth: int) -> None:
        """Feed a value."""

    def text(self, value: str | bytes) -> None:
        """Feed a text."""

    def note(self, value: Any) -> None:
        """The value holds an object that may change."""

    def spend(self, count: int) -> None:
        """Bytes are looked at up to a budget for the whole value. Raises NoDigestError beyond it."""

    def count(self, items: int) -> None:
        """Elements are looked at up to a budget for the whole value. Raises NoDigestError beyond it."""

    def room_for(self, items: int) -> None:
        """Raises NoDigestError if so many elements are too many."""

    def items(self, values: Any, depth: int) -> None:
        """Feed each of several values."""

    def mapping(self, value: Mapping[Any, Any], depth: int) -> None:
        """Feed names and values, in their order."""

    def members(self, values: Any, depth: int) -> None:
        """Feed values whose order is chance."""

    def known_class(self, kind: type, depth: int) -> Content | None:
        """What was found in a class of the user's; None if it is the one that is looked at."""
