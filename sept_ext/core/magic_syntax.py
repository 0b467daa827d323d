"""IPython's own syntax, read without IPython: magics, shell lines, help.

`to_python` replaces each such line by Python of the same line number (so that places in the rest stay right) and
gives the replaced lines apart. It is only called when the text does not parse as Python: the search for lines costs
more than the parsing.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from typing import Literal

from .sql_magic import OUTPUTS, SqlMagic, parse_sql_cell, parse_sql_line

__all__ = [
    "OUTPUTS", "CellMagic", "LineMagic", "PythonText", "SqlMagic", "expanded_expressions", "may_have_magics",
    "parse_sql_cell", "parse_sql_line", "split_cell_magic", "to_python",
]  # fmt: skip

_CANDIDATE = re.compile(r"^[ \t]*[%!?]|\?[ \t]*$|=[ \t]*[%!](?!=)", re.MULTILINE)
_CELL = re.compile(r"(?P<blank>(?:[ \t]*\r?\n)*)%%(?P<name>[^\s(]+)(?P<line>[^\n]*)(?P<newline>\n?)")
_LINE = re.compile(r"(?P<indent>[ \t]*)(?P<mark>%(?!%)|!!?|\?\??)(?P<rest>[^\n]*)")
_ASSIGNED = re.compile(r"(?P<target>[ \t]*[^=\n#'\"!%()]+=[ \t]*)(?P<mark>%|!)(?!=)(?P<rest>[^\n]*)")
_HELP = re.compile(r"(?P<indent>[ \t]*)(?P<object>%{0,2}[\w.*\[\]'\"]+)\?\??[ \t]*(?=\n|\Z)")
_AUTOMAGIC = re.compile(
    r"(?P<indent>[ \t]*)(?P<rest>(?:pip|conda|mamba|cd|ls|ll|cat|cp|mv|mkdir|rm|rmdir|pwd|pushd|popd|load_ext"
    r"|matplotlib|timeit|time|who|whos|less|more|man|env)[ \t]+[^=\s(.\[,:][^\n]*)"
)
_STRING_OR_BRACKET = re.compile(
    r"""(?P<string>\"\"\"(?:\\.|(?!\"\"\").)*(?:\"\"\"|\Z)|'''(?:\\.|(?!''').)*(?:'''|\Z)"""
    r"""|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)|(?P<comment>\#[^\n]*)|(?P<open>[\[({])|(?P<close>[\])}])"""
    r"""|(?P<joined>\\\r?\n)|(?P<newline>\n)""",
    re.DOTALL,
)
_DOLLAR = re.compile(r"\$(\$?[A-Za-z_][\w.]*)")
_NOTHING = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|\Z)")


@dataclass(frozen=True, slots=True)
class CellMagic:
    """`%%name line` over `body`, whose first line is line `body_line` of the cell."""

    name: str
    line: str
    line_number: int
    line_column: int
    body: str
    body_line: int


@dataclass(frozen=True, slots=True)
class LineMagic:
    """One line of IPython syntax. `text` is what follows the name, and starts at `line`, `column` of the cell."""

    kind: Literal["magic", "shell", "help"]
    name: str
    text: str
    line: int
    column: int
    is_assigned: bool = False


@dataclass(frozen=True, slots=True)
class PythonText:
    """Python with the same lines as the cell, and what stood in place of the lines that were no Python."""

    text: str
    magics: tuple[LineMagic, ...]


def may_have_magics(source: str) -> bool:
    """A cheap test: false for nearly all cells, then nothing needs to be transformed."""
    return _CANDIDATE.search(source) is not None


def split_cell_magic(source: str) -> CellMagic | None:
    """The cell magic on the first line that is not blank."""
    match = _CELL.match(source)
    if match is None:
        return None
    number = match["blank"].count("\n") + 1
    text = match["line"]
    stripped = text.lstrip()
    column = 2 + len(match["name"]) + len(text) - len(stripped)
    return CellMagic(match["name"], stripped.rstrip(), number, column, source[match.end() :], number + 1)


def to_python(source: str, automagic: bool = True) -> PythonText:
    """Replace IPython's lines by `0` (or `target = 0`), keeping every line number."""
    pieces: list[str] = []
    magics: list[LineMagic] = []
    place = line = 0
    while place < len(source):
        found = _match_line(source, place, automagic)
        if found is None:
            end = _statement_end(source, place)
            pieces.append(source[place:end])
        else:
            end, replacement, magic = _replace(source, place, found, line + 1)
            pieces.append(replacement + "\n" * source.count("\n", place, end))
            magics.append(magic)
        line += source.count("\n", place, end)
        place = end
    return PythonText("".join(pieces), tuple(magics))


def _match_line(source: str, place: int, automagic: bool) -> re.Match[str] | None:
    if _NOTHING.match(source, place):
        return None
    for pattern in (_HELP, _LINE, _ASSIGNED):
        match = pattern.match(source, place)
        if match is not None:
            return match
    return _AUTOMAGIC.match(source, place) if automagic else None


def _statement_end(source: str, place: int) -> int:
    """Where the logical line that starts at `place` ends (after its line break)."""
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(source, place):
        if match.lastgroup == "open":
            depth += 1
        elif match.lastgroup == "close":
            depth = max(0, depth - 1)
        elif match.lastgroup == "newline" and depth == 0:
            return match.end()
    return len(source)


def _replace(source: str, place: int, match: re.Match[str], line: int) -> tuple[int, str, LineMagic]:
    groups = match.groupdict()
    end = match.end()
    rest: str = groups.get("rest") or ""
    while rest.endswith("\\") and end < len(source):
        stop = source.find("\n", end + 1)
        stop = len(source) if stop < 0 else stop
        rest = rest[:-1] + "\n" + source[end + 1 : stop]
        end = stop
    if end < len(source):
        end += 1
    if "object" in groups:
        return end, groups["indent"] + "0", LineMagic("help", "", groups["object"], line, len(groups["indent"]))
    head: str = groups["target"] if "target" in groups else groups["indent"]
    mark: str = groups.get("mark") or "%"
    column = len(head) + len(groups.get("mark") or "")
    assigned = "target" in groups
    replacement = head + "0"
    if mark[0] == "!":
        return end, replacement, LineMagic("shell", mark, rest, line, column, assigned)
    if mark[0] == "?":
        return end, replacement, LineMagic("help", "", rest, line, column)
    name, text, offset = _split_name(rest)
    return end, replacement, LineMagic("magic", name, text, line, column + offset, assigned)


def _split_name(rest: str) -> tuple[str, str, int]:
    match = re.match(r"[ \t]*(\S*)[ \t]*", rest)
    assert match is not None
    if rest.lstrip().startswith("%"):  # `%%name` in the middle of a cell: not a line magic, kept as it is
        return rest.strip(), "", 0
    return match[1], rest[match.end() :], match.end()


def expanded_expressions(text: str) -> list[str]:
    """The Python expressions IPython would put into a shell line or a magic's arguments: `{x}` and `$x`.

    Like IPython, nothing is expanded if the braces do not match up.
    """
    found: list[str] = []
    try:
        for literal, expression, specification, _ in string.Formatter().parse(text):
            found.extend(name.strip(".") for name in _DOLLAR.findall(literal) if name[0] != "$")
            if expression is not None:
                found.append(expression)
                found.extend(expanded_expressions(specification or ""))
    except ValueError:
        return []
    return found
