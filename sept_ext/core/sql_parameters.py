"""Parameters in SQL text: `{{ expression }}` and `:name`, found outside of literals, comments, casts and paths.

Values are bound by the driver, never pasted: `split_parameters` gives the text in parts, and the kernel renders them
with its driver's placeholders. `{{ name | identifier }}` is the one exception: it stands for a table or column,
and the kernel must put it in as a quoted identifier.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .cells import Problem, Span
from .python_parse import try_expression

ParameterKind = Literal["value", "identifier"]

_TOKEN = re.compile(
    r"""(?P<expression>\{\{(?P<inside>(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|(?!\}\}).)*)\}\}\}?(?=\}?))"""
    r"""|(?P<statement>\{%.*?(?:%\}|\Z))|(?P<unclosed>\{\{)"""
    r"""|(?P<skip>\{\#.*?(?:\#\}|\Z)|--[^\n]*|/\*.*?(?:\*/|\Z)|[eE]'(?:\\.|''|[^'\\])*'?|'(?:''|[^'])*'?|"(?:""|[^"])*"?"""
    r"""|`[^`]*`?|\$(?P<tag>(?:[A-Za-z_]\w*)?)\$.*?(?:\$(?P=tag)\$|\Z)|::|:=)"""
    r"""|(?P<named>:(?P<name>[A-Za-z_]\w*))|(?P<end>;)""",
    re.DOTALL,
)
_JINJA = re.compile(r"\{%.*?(?:%\}|\Z)|\{\#.*?(?:\#\}|\Z)", re.DOTALL)
_IN_QUOTES = re.compile(r"\s*\{\{(?P<expression>[^{}]+)\}\}\s*")
_FILTER = re.compile(r"\|\s*(\w+)\s*\Z")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One place of the text where a value goes in.

    `text` is the Python expression (a mere name for `:name`); `start` and `end` are offsets into the SQL text.
    """

    text: str
    kind: ParameterKind
    start: int
    end: int
    span: Span

    @property
    def is_name(self) -> bool:
        """Whether the expression is a plain variable."""
        return self.text.isidentifier()


@dataclass(frozen=True, slots=True)
class ParsedSql:
    """SQL in parts. `problems` says what cannot be run: the text should then not be sent."""

    text: str
    parts: tuple[str | Parameter, ...]
    problems: tuple[Problem, ...] = ()

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

    def masked(self) -> str:
        """The statement for a SQL parser, every other character at its old place."""
        found = self.parameters

        def mask(number: int) -> str:
            parameter = found[number]
            stand_in = "?" if parameter.kind == "value" else f"__p{number}"
            text = self.text[parameter.start : parameter.end]
            lines = text.count("\n")
            return stand_in.ljust(len(text) - lines) + "\n" * lines

        return _JINJA.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), self.render(mask))

    def statements(self) -> tuple[tuple[int, int], ...]:
        """Start and end offsets of each statement (the `;` left out, empty ones dropped) in the text."""
        masked = self.masked()
        ends = [match.start() for match in _TOKEN.finditer(masked) if match.lastgroup == "end"]
        starts = [0, *[end + 1 for end in ends]]
        pairs = zip(starts, [*ends, len(masked)], strict=True)
        return tuple((start, end) for start, end in pairs if _has_code(masked[start:end]))


def _has_code(text: str) -> bool:
    return bool(re.sub(r"--[^\n]*|/\*.*?(?:\*/|\Z)", "", text, flags=re.DOTALL).strip())


def split_parameters(sql: str, line: int = 1, column: int = 0) -> ParsedSql:
    """Split a SQL text (which starts at `line`, `column` of the cell) at its parameters. Never raises."""
    parts: list[str | Parameter] = []
    problems: list[Problem] = []
    place = 0
    for match in _TOKEN.finditer(sql):
        found = _parameter(sql, match, line, column, problems)
        if found is not None:
            if match.start() > place:
                parts.append(sql[place : match.start()])
            parts.append(found)
            place = found.end
    if place < len(sql):
        parts.append(sql[place:])
    return ParsedSql(sql, tuple(parts), tuple(problems))


def _parameter(sql: str, match: re.Match[str], line: int, column: int, problems: list[Problem]) -> Parameter | None:
    kind = match.lastgroup
    if kind == "named":
        if not _may_be_named(sql, match.start()):
            return None
        return _made(sql, match["name"], "value", match.start(), match.end(), line, column)
    if kind == "skip":
        return _quoted(sql, match, line, column, problems)
    if kind == "expression":
        end = match.start() + 2 + len(match["inside"]) + 2
        return _expression(sql, match["inside"], match.start(), end, line, column, problems)
    if kind in ("statement", "unclosed"):
        span = span_of(sql, match.start(), match.end(), line, column)
        message = (
            "{{ is not closed by }}." if kind == "unclosed" else "Only {{ expression }} can stand in SQL, no {% %}."
        )
        problems.append(Problem("syntax", message, span))
    return None


def _quoted(sql: str, match: re.Match[str], line: int, column: int, problems: list[Problem]) -> Parameter | None:
    """`'{{ name }}'`, as tools write it that paste: the text of the value, bound. Amid other text it cannot be."""
    inside = _IN_QUOTES.search(match[0]) if match[0].startswith("'") else None
    if inside is None or not _parses(inside["expression"]):
        return None
    if inside[0] == match[0][1:-1]:
        return _made(sql, f"str({inside['expression'].strip()})", "value", match.start(), match.end(), line, column)
    span = span_of(sql, match.start(), match.end(), line, column)
    text = inside[0].strip()
    message = f"{text} amid a text in quotes is not replaced; write '...' || {text} || '...'."
    problems.append(Problem("syntax", message, span))
    return None


def _may_be_named(sql: str, start: int) -> bool:
    """`a:b` is a path, `'a':b` a struct, `x[1:n]` a slice; a parameter stands after a space or an operator."""
    before = sql[start - 1] if start else " "
    if before.isalnum() or before in "_\"'`)]}:":
        return False
    if before == "[":
        opener = sql[: start - 1].rstrip()[-6:]
        return not (opener[-1:].isalnum() or opener[-1:] in '_"])') or opener.lower().endswith("array")
    return True


def _expression(
    sql: str, inside: str, start: int, end: int, line: int, column: int, problems: list[Problem]
) -> Parameter | None:
    kind: ParameterKind = "value"
    text = inside.strip()
    span = span_of(sql, start, end, line, column)
    found = _FILTER.search(text)
    if found is not None and _parses(text[: found.start()]):
        if found[1] != "identifier":
            problems.append(
                Problem("syntax", f"There is no filter '{found[1]}'; the one filter is 'identifier'.", span)
            )
        kind = "identifier"
        text = text[: found.start()].rstrip()
    if not _parses(text):
        problems.append(Problem("syntax", f"'{text}' is no Python expression.", span))
        text = "None"
    return _made(sql, text, kind, start, end, line, column)


def _parses(text: str) -> bool:
    return try_expression(text) is not None


def _made(sql: str, text: str, kind: ParameterKind, start: int, end: int, line: int, column: int) -> Parameter:
    return Parameter(text, kind, start, end, span_of(sql, start, end, line, column))


def span_of(sql: str, start: int, end: int, line: int = 1, column: int = 0) -> Span:
    """Offsets into a SQL text that starts at `line`, `column` of a cell, as a span of the cell."""
    first, second = _place(sql, start, line, column), _place(sql, end, line, column)
    return Span(*first, *second)


def _place(sql: str, offset: int, line: int, column: int) -> tuple[int, int]:
    lines = sql.count("\n", 0, offset)
    if lines == 0:
        return line, column + offset
    return line + lines, offset - sql.rfind("\n", 0, offset) - 1
