"""What the parts of a digest share: a hash that values are fed into, the budget, and the way to give up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from .digests import Content

MAX_ITEMS = 20_000
"""Elements of containers that are looked at, dearer ones counting as several; beyond, no digest."""
MAX_BYTES = 8_000_000
OBJECT = 8
"""What an object counts for, that is no plain value and no builtin container."""


class NoDigestError(Exception):
    """The value has no digest."""


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
