"""One statement with its values: text in pieces, so that values stay bound whatever is done around them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from sept_ext.core.errors import BadInput
from sept_ext.core.sql_parsed import ParsedSql

from .sql_values import plain

# A list stands for one array there, and for as many values elsewhere.
_TAKES_ARRAY = re.compile(r"\b(?:ANY|ALL|SOME|UNNEST|list_contains|array_length|cardinality)\s*\(\s*\Z", re.IGNORECASE)

_NOT_IN = re.compile(r"\bNOT\s+IN\s*\(?\s*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Bound:
    """A value that the driver binds."""

    value: Any


Parts = tuple[str | Bound, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands for `length` characters of the cell's text: those themselves, or what a parameter became."""

    parts: Parts
    length: int


@dataclass(frozen=True, slots=True)
class Statement:
    """The pieces of a statement in order; together as long as the cell's text of it."""

    pieces: tuple[Piece, ...]
    identifiers: tuple[str, ...] = ()
    """What stands there by the filter of that name: tables or columns."""

    @property
    def parts(self) -> Parts:
        """Text and values in order."""
        return tuple(part for piece in self.pieces for part in piece.parts)

    def spliced(self, edits: Iterable[tuple[int, int, Parts]], end: int) -> Parts:
        """The parts up to `end`, with others in place of stretches `[start, end)` that lie outside of parameters."""
        made: list[str | Bound] = []
        place = 0
        for start, stop, parts in sorted(edits, key=lambda edit: edit[:2]):
            made += [*self._between(place, start), *parts]
            place = stop
        return (*made, *self._between(place, end))

    def _between(self, start: int, end: int) -> Iterator[str | Bound]:
        place = 0
        for piece in self.pieces:
            first = piece.parts[0] if piece.parts else ""
            if len(piece.parts) == 1 and isinstance(first, str) and len(first) == piece.length:
                yield first[max(start - place, 0) : max(end - place, 0)]
            elif start <= place < end:
                yield from piece.parts
            place += piece.length


def values_of(parts: Parts) -> list[Any]:
    """The values to bind, in order."""
    return [part.value for part in parts if isinstance(part, Bound)]


def render(parts: Parts, placeholder: str) -> str:
    """The text for a driver; `placeholder` is a format with `{n}`, counted from 1."""
    numbers = count(1)
    # A driver with %s wants the text's own per cent signs doubled, but only when it binds something.
    doubled = placeholder == "%s" and any(isinstance(part, Bound) for part in parts)
    texts = (
        placeholder.format(n=next(numbers))
        if isinstance(part, Bound)
        else part.replace("%", "%%")
        if doubled
        else part
        for part in parts
    )
    return "".join(texts)


def bind(parsed: ParsedSql, namespace: Mapping[str, Any], quote: Callable[[str], str]) -> Statement:
    """Evaluate the parameters over the user's names. A list stands for its values, with brackets around them.

    Raises BadInput for an expression that fails, and for a value that cannot be bound.
    """
    pieces: list[Piece] = []
    identifiers: list[str] = []
    before = ""
    for part in parsed.parts:
        if isinstance(part, str):
            pieces.append(Piece((part,), len(part)))
            before += part
            continue
        value = plain(evaluate(part.text, namespace), part.text)
        made: Parts = (Bound(value),)
        if part.kind == "identifier":
            identifiers.append(str(value))
            made = (quote(str(value)),)
        elif isinstance(value, list) and not _TAKES_ARRAY.search(before):
            if not value and _NOT_IN.search(before):
                raise BadInput(
                    f"The list {part.text!r} is empty; SQL has no NOT IN of nothing: leave the condition out."
                )
            made = _listed(value, has_brackets=before.rstrip().endswith("("))
        pieces.append(Piece(made, part.end - part.start))
        before += "?"
    return Statement(tuple(pieces), tuple(identifiers))


def _listed(values: list[Any], *, has_brackets: bool) -> Parts:
    """Values with commas between them; of an empty list NULL, which nothing is equal to."""
    made: list[str | Bound] = []
    for value in values:
        made += [", ", Bound(value)] if made else [Bound(value)]
    inside = tuple(made) or ("NULL",)
    return inside if has_brackets else ("(", *inside, ")")


def evaluate(expression: str, namespace: Mapping[str, Any], told: str | None = None) -> Any:
    """The value of a parameter: an expression of the user's own, over the user's own names. `told`: as errors say it.

    Raises BadInput for an expression that fails.
    """
    told = told or expression
    try:
        return eval(expression, dict(namespace))  # noqa: S307 - the user's code in the user's kernel
    except NameError as error:
        raise BadInput(f"The parameter {told!r} has no value: {error}. Run the cell that defines it first.") from None
    except Exception as error:  # the user's own code may raise anything; it is told as theirs
        raise BadInput(f"The parameter {told!r} failed: {type(error).__name__}: {error}") from error
