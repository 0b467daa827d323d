"""SQL text in parts: what stands in it, and where a value goes in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from .cells import Problem, Span
from .sql_template import Branch, Node, branches_read, left_out, readings

ParameterKind = Literal["value", "identifier", "part", "control"]

_DOUBLED = r"""'(?:''|[^'])*'?|"(?:""|[^"])*"?"""
_ESCAPED = r"""'(?:\\.|''|[^'\\])*'?|"(?:\\.|""|[^"\\])*"?"""
# A backslash escapes inside quotes there; some have other comments too, BigQuery texts in three quotes.
_QUOTES = {
    "mysql": rf"\#[^\n]*|{_ESCAPED}",
    "bigquery": r'''\#[^\n]*|[rR]?"""(?:\\.|[^\\])*?(?:"""|\Z)|[rR]?\'\'\'(?:\\.|[^\\])*?(?:\'\'\'|\Z)|''' + _ESCAPED,
    "snowflake": r"""//[^\n]*|'(?:\\.|''|[^'\\])*'?|"(?:""|[^"])*"?""",
    "databricks": _ESCAPED,
    "spark": _ESCAPED,
    "clickhouse": _ESCAPED,
}


@lru_cache(maxsize=16)
def tokens_of(dialect: str | None) -> re.Pattern[str]:
    """What matters in a SQL text of a dialect: parameters, tags, the ends of statements, and what hides them."""
    return re.compile(
        r"""(?P<expression>\{\{-?(?P<inside>(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|(?!\}\}).)*)\}\}\}?(?=\}?))"""
        r"""|(?P<statement>\{%.*?(?:%\}|\Z))|(?P<unclosed>\{\{)"""
        r"""|(?P<skip>\{\#.*?(?:\#\}|\Z)|--[^\n]*|/\*.*?(?:\*/|\Z)|[eE]'(?:\\.|''|[^'\\])*'?|"""
        + _QUOTES.get(dialect or "", _DOUBLED)
        + r"""|`[^`]*`?|\$(?P<tag>(?:[A-Za-z_]\w*)?)\$.*?(?:\$(?P=tag)\$|\Z)|::|:=)"""
        r"""|(?P<named>:(?P<name>[A-Za-z_]\w*))|(?P<end>;)""",
        re.DOTALL,
    )


@dataclass(frozen=True, slots=True)
class Parameter:
    """One place of the text where a value goes in.

    `text` is the Python expression (a mere name for `:name`); `start` and `end` are offsets into the SQL text.
    `scope` holds what is around it, outermost first: `x in xs` of a loop or a `{% set %}`. A "control" is no value:
    the condition of an `{% if %}`, or what a loop goes through. A "part" stands in a name (`orders_{{ year }}`), which
    is a problem.
    """

    text: str
    kind: ParameterKind
    start: int
    end: int
    span: Span
    scope: tuple[str, ...] = ()

    @property
    def reading(self) -> str:
        """An expression that reads the names that this one reads of those outside of the text."""
        if not self.scope:
            return self.text
        return f"[({self.text}) {' '.join(f'for {clause}' for clause in self.scope)}]"


@dataclass(frozen=True, slots=True)
class ParsedSql:
    """SQL in parts. `problems` says what cannot be run: the text should then not be sent."""

    text: str
    parts: tuple[str | Parameter, ...]
    problems: tuple[Problem, ...] = ()
    template: tuple[Node, ...] = ()
    controls: tuple[Parameter, ...] = ()
    dialect: str | None = None

    @property
    def readings(self) -> range:
        """The ways to read a template, in `masked`; one where there are no tags."""
        return range(readings(self.template))

    def branches(self, reading: int) -> set[Branch]:
        """The branches with words in them that are in a reading."""
        return set(branches_read(self.template, reading, self.text))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters in order of the text."""
        return tuple(part for part in self.parts if isinstance(part, Parameter))

    def render(self, placeholder: Callable[[int], str]) -> str:
        """The statement with `placeholder(number)` in place of each parameter (numbered from 0, in order)."""
        pieces: list[str] = []
        number = 0
        for part in self.parts:
            if isinstance(part, Parameter):
                pieces.append(placeholder(number))
                number += 1
            else:
                pieces.append(part)
        return "".join(pieces)

    def masked(self, reading: int = 0) -> str:
        """The statement for a SQL parser, other characters at their places; of a template one of its readings."""
        found = self.parameters

        def mask(number: int) -> str:
            parameter = found[number]
            stand_in = "?" if parameter.kind == "value" else f"__p{number}"
            text = self.text[parameter.start : parameter.end]
            lines = text.count("\n")
            return stand_in.ljust(len(text) - lines) + "\n" * lines

        text = self.render(mask)
        for start, end in left_out(self.template, reading):
            text = text[:start] + blank(text[start:end]) + text[end:]
        return text

    def statements(self, reading: int = 0) -> tuple[tuple[int, int], ...]:
        """Start and end offsets of each statement (the `;` left out, empty ones dropped) in the text."""
        masked = self.masked(reading)
        ends = [match.start() for match in tokens_of(self.dialect).finditer(masked) if match.lastgroup == "end"]
        starts = [0, *[end + 1 for end in ends]]
        pairs = zip(starts, [*ends, len(masked)], strict=True)
        return tuple((start, end) for start, end in pairs if _has_code(masked[start:end]))


def blank(text: str) -> str:
    """As many spaces as there are characters, on as many lines."""
    return re.sub(r"[^\n]", " ", text)


def _has_code(text: str) -> bool:
    return bool(re.sub(r"--[^\n]*|/\*.*?(?:\*/|\Z)", "", text, flags=re.DOTALL).strip())
