"""Places of reads and writes, made into spans only when somebody asks (a badge that is hovered)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .cells import Span
from .python_values import Position


class LazySpans(Mapping[str, tuple[Span, ...]]):
    """Name -> spans in the cell's text, in order. Equal to a plain mapping of the same content."""

    __slots__ = ("_places", "_source", "_spans")

    def __init__(self, places: Mapping[str, list[Position]], source: str) -> None:
        self._places = places
        self._source = None if source.isascii() else source
        self._spans: dict[str, tuple[Span, ...]] = {}

    def __getitem__(self, name: str) -> tuple[Span, ...]:
        found = self._spans.get(name)
        if found is None:
            lines = self._source.split("\n") if self._source is not None else None
            found = tuple(sorted({_span(place, lines) for place in self._places[name]}))
            self._spans[name] = found
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Mapping) and dict(self) == dict(other)

    def __hash__(self) -> int:
        return hash(frozenset(self._places))

    def __repr__(self) -> str:
        return f"LazySpans({dict(self)!r})"


def _span(place: Position, lines: list[str] | None) -> Span:
    line, column, end_line, end_column = place
    if lines is None:
        return Span(line, column, end_line, end_column)
    return Span(line, characters(lines, line, column), end_line, characters(lines, end_line, end_column))


def characters(lines: list[str], line: int, column: int) -> int:
    """The parser counts UTF-8 bytes; a span counts characters."""
    if not 0 < line <= len(lines):
        return column
    text = lines[line - 1]
    if text.isascii():
        return column
    return len(text.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "ignore"))
