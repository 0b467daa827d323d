"""Parameters in SQL text: `{{ expression }}` and `:name`, found outside of literals, comments, casts and paths.

Values are bound by the driver, never pasted: `split_parameters` gives the text in parts, and the kernel renders them
with its driver's placeholders. `{{ name | identifier }}` is the one exception: it stands for a table or column,
and the kernel must put it in as a quoted identifier. `{% for %}`, `{% if %}` and `{% set %}` are in `sql_template.py`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from .cells import Problem, Span
from .python_parse import try_expression
from .sql_parsed import Parameter, ParameterKind, ParsedSql, blank, tokens_of
from .sql_template import Malformed, Node, Tag, set_of, tag_at, tree_of

_TAG_IN_QUOTES = re.compile(r"\{%[-+]?\s*(?:if|for|else|endif|endfor|set)\b[^%]*%\}")
_IN_QUOTES = re.compile(r"\s*\{\{(?P<expression>[^{}]+)\}\}\s*")
# Elsewhere these are quotes of names.
_TEXTS_IN_DOUBLE_QUOTES = frozenset(("mysql", "bigquery", "spark", "databricks"))
_FILTER = re.compile(r"\|\s*(\w+)\s*\Z")


def split_parameters(sql: str, line: int = 1, column: int = 0, dialect: str | None = None) -> ParsedSql:
    """Split a SQL text (which starts at `line`, `column` of the cell) at its parameters. Never raises.

    `dialect`, one of sqlglot's names, says how quotes and comments end.
    """
    parts: list[str | Parameter] = []
    problems: list[Problem] = []
    tags: list[Tag] = []
    place = 0
    shown = sql  # without Jinja's comments, which no engine knows
    for match in tokens_of(dialect).finditer(sql):
        if match[0].startswith("{#"):
            shown = shown[: match.start()] + blank(match[0]) + shown[match.end() :]
            continue
        if match.lastgroup == "statement":
            _add_tag(tags, match, problems, line, column)
            continue
        found = _parameter(sql, match, line, column, problems, dialect)
        if found is not None:
            if match.start() > place:
                parts.append(shown[place : match.start()])
            parts.append(found)
            place = found.end
    if place < len(sql):
        parts.append(shown[place:])
    if not tags:
        return ParsedSql(sql, tuple(parts), tuple(problems), dialect=dialect)
    return _template(ParsedSql(sql, tuple(parts), tuple(problems), dialect=dialect), tags, line, column)


def _add_tag(tags: list[Tag], match: re.Match[str], problems: list[Problem], line: int, column: int) -> None:
    try:
        tags.append(tag_at(match.string, match.start(), match.end()))
    except Malformed as error:
        problems.append(_malformed(match.string, error, line, column))


def _malformed(sql: str, error: Malformed, line: int, column: int) -> Problem:
    return Problem("syntax", error.message, span_of(sql, error.start, error.end, line, column))


def _template(parsed: ParsedSql, tags: list[Tag], line: int, column: int) -> ParsedSql:
    """The text with its tags as a tree, and every expression with the loops around it."""
    try:
        template = tree_of(tags)
    except Malformed as error:
        return replace(parsed, problems=(*parsed.problems, _malformed(parsed.text, error, line, column)))
    scopes: list[tuple[int, int, str]] = []
    _scopes(template, len(parsed.text), scopes)

    def scope_at(place: int) -> tuple[str, ...]:
        return tuple(clause for start, end, clause in scopes if start <= place < end)

    def scoped(part: str | Parameter) -> str | Parameter:
        return part if isinstance(part, str) else replace(part, scope=scope_at(part.start))

    controls = [
        _made(parsed.text, text, "control", tag.start, tag.end, line, column)
        for tag in tags
        for text in (_expression_of(tag),)
        if text is not None
    ]
    return replace(
        parsed,
        parts=tuple(map(scoped, parsed.parts)),
        template=template,
        controls=tuple(replace(control, scope=scope_at(control.start)) for control in controls),
    )


def _expression_of(tag: Tag) -> str | None:
    if tag.word in ("if", "elif"):
        return tag.rest
    if tag.word == "for":
        return f"[0 for {tag.rest}]"
    setting = set_of(tag) if tag.word == "set" else None
    return setting[1] if setting is not None else None


def _scopes(nodes: tuple[Node, ...], end: int, found: list[tuple[int, int, str]]) -> None:
    """Where which names of loops and settings stand for something else than the notebook's."""
    for node in nodes:
        setting = set_of(node.tag) if node.word == "set" else None
        if setting is not None:
            found.append((node.end, end, f"{setting[0]} in [{setting[1]}]"))
        for number, branch in enumerate(node.branches):
            if node.word == "for" and number == 0:
                found += [(branch.start, branch.end, clause) for clause in (node.tag.rest, "loop in [0]")]
            _scopes(branch.nodes, branch.end, found)


def _parameter(
    sql: str, match: re.Match[str], line: int, column: int, problems: list[Problem], dialect: str | None
) -> Parameter | None:
    kind = match.lastgroup
    if kind == "named":
        if not _may_be_named(sql, match.start()):
            return None
        return _made(sql, match["name"], "value", match.start(), match.end(), line, column)
    if kind == "skip":
        return _quoted(sql, match, line, column, problems, dialect)
    if kind == "expression":
        return _expression(sql, match, line, column, problems)
    if kind == "unclosed":
        span = span_of(sql, match.start(), match.end(), line, column)
        problems.append(Problem("syntax", "{{ is not closed by }}.", span))
    return None


def _quoted(
    sql: str, match: re.Match[str], line: int, column: int, problems: list[Problem], dialect: str | None
) -> Parameter | None:
    """`'{{ name }}'`, as tools write it that paste: the text of the value, bound. Amid other text it cannot be."""
    is_text = match[0].startswith("'") or (match[0].startswith('"') and dialect in _TEXTS_IN_DOUBLE_QUOTES)
    if not is_text and match[0][0] in '"`':
        _tell_quoted_name(sql, match, line, column, problems)
        return None
    tag = _TAG_IN_QUOTES.search(match[0]) if is_text else None
    if tag is not None:
        span = span_of(sql, match.start(), match.end(), line, column)
        message = f"{tag[0]} amid a text in quotes is not replaced; put the whole text into the branches."
        problems.append(Problem("syntax", message, span))
    inside = _IN_QUOTES.search(match[0]) if is_text else None
    if inside is None or not _parses(inside["expression"]):
        return None
    if inside[0] == match[0][1:-1]:
        return _made(sql, f"str({inside['expression'].strip()})", "value", match.start(), match.end(), line, column)
    span = span_of(sql, match.start(), match.end(), line, column)
    text = inside[0].strip()
    message = f"{text} amid a text in quotes is not replaced; write '...' || {text} || '...'."
    problems.append(Problem("syntax", message, span))
    return None


def _tell_quoted_name(sql: str, match: re.Match[str], line: int, column: int, problems: list[Problem]) -> None:
    inside = _IN_QUOTES.search(match[0])
    if inside is not None and _parses(inside["expression"]):
        span = span_of(sql, match.start(), match.end(), line, column)
        message = (
            f"{inside[0].strip()} in a quoted name is not replaced; write {{{{ name | identifier }}}} for the name."
        )
        problems.append(Problem("sql-name", message, span))


def _is_glued(sql: str, start: int, end: int) -> bool:
    """Whether a value touches a word or a dot: then it is meant to be a part of a name, which cannot be bound."""
    before, after = sql[start - 1 : start], sql[end : end + 1]
    return any(touching.isalnum() or touching in ("_", ".", "$") for touching in (before, after) if touching)


def _may_be_named(sql: str, start: int) -> bool:
    """`a:b` is a path, `'a':b` a struct, `x[1:n]` a slice; a parameter stands after a space or an operator."""
    before = sql[start - 1] if start else " "
    if before.isalnum() or before in "_\"'`)]}:":
        return False
    if before == "[":
        opener = sql[: start - 1].rstrip()[-6:]
        return not (opener[-1:].isalnum() or opener[-1:] in '_"])') or opener.lower().endswith("array")
    return True


def _expression(sql: str, match: re.Match[str], line: int, column: int, problems: list[Problem]) -> Parameter:
    kind: ParameterKind = "value"
    text = match["inside"].strip()
    if text.endswith("-"):  # Jinja's mark for the white space behind it, as `{{-` is for that before it
        text = text[:-1].rstrip()
    start, end = match.start(), match.end("inside") + 2
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
    elif kind == "value" and _is_glued(sql, start, end):
        kind = "part"
        message = f"{{{{ {text} }}}} cannot be a part of a name; write {{{{ f'...' | identifier }}}} for all of it."
        problems.append(Problem("sql-name", message, span))
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
