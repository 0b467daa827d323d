"""The line grammar of `%%sql` and `%sql`: options, the result's name, and where the SQL begins."""

from __future__ import annotations

import difflib
import keyword
import re
from dataclasses import dataclass
from typing import Any

from .errors import BadInput

OUTPUTS = ("pandas", "polars", "arrow")
_VALUED = {
    "--connection": "connection",
    "-c": "connection",
    "--dialect": "dialect",
    "--limit": "limit",
    "--as": "output",
}
_FLAGS = {"--pull": "pull", "--no-cache": "no_cache", "--transaction": "transaction"}
_OPTION = re.compile(r"[ \t]*(?P<name>--?[A-Za-z][\w-]*)(?P<equals>=?)")
_VALUE = re.compile(r"""[ \t]*(?P<value>"[^"\n]*"|'[^'\n]*'|[^\s"'-][^\s]*)""")
_RESULT = re.compile(r"[ \t]*(?P<name>[^\s<]+)[ \t]*<<")
_CELL = re.compile(r"(?:[ \t]*\r?\n)*%%sql(?=\s|\Z)")


@dataclass(frozen=True, slots=True)
class SqlMagic:
    """A parsed `%%sql` cell or `%sql` line.

    `sql` is the statement's text exactly as written; its first character stands at line `sql_line` (from 1) and
    column `sql_column` (from 0) of the cell. `output` is one of `OUTPUTS`; `limit` counts rows.
    """

    result: str | None = None
    connection: str | None = None
    dialect: str | None = None
    limit: int | None = None
    output: str = "pandas"
    pull: bool = False
    no_cache: bool = False
    transaction: bool = False
    sql: str = ""
    sql_line: int = 1
    sql_column: int = 0


def parse_sql_cell(source: str) -> SqlMagic | None:
    """The `%%sql` cell in `source`; None if it is none. Raises BadInput for a bad option."""
    match = _CELL.match(source)
    if match is None:
        return None
    line = source.count("\n", 0, match.end()) + 1
    head, newline, body = source[match.end() :].partition("\n")
    fields, start = _parse_head(head.rstrip("\r"))
    if head[start:].strip():
        column = match.end() - (source.rfind("\n", 0, match.end()) + 1) + start
        return SqlMagic(**fields, sql=head[start:] + newline + body, sql_line=line, sql_column=column)
    return SqlMagic(**fields, sql=body, sql_line=line + 1)


def parse_sql_line(line: str) -> SqlMagic:
    """What follows `%sql` on its line (`line` may begin with `%sql` itself). Raises BadInput for a bad option."""
    stripped = line.lstrip()
    offset = len(line) - len(stripped)
    for prefix in ("%sql", "%%sql"):
        if stripped == prefix or stripped.startswith((prefix + " ", prefix + "\t")):
            offset += len(prefix)
            break
    else:
        offset = 0
    fields, start = _parse_head(line[offset:])
    rest = line[offset + start :]
    return SqlMagic(**fields, sql=rest, sql_column=offset + start)


def _parse_head(text: str) -> tuple[dict[str, Any], int]:
    """Options and `name <<` in any order; gives the fields and where the SQL starts (past white space)."""
    fields: dict[str, Any] = {}
    place = 0
    while True:
        result = _RESULT.match(text, place)
        if result is not None and "result" not in fields and not result["name"].startswith("-"):
            fields["result"] = _identifier(result["name"])
            place = result.end()
            continue
        option = _OPTION.match(text, place)
        if option is None:
            break
        place = _parse_option(text, option, fields)
    while place < len(text) and text[place] in " \t":
        place += 1
    return fields, place


def _identifier(name: str) -> str:
    if not name.isidentifier() or keyword.iskeyword(name):
        raise BadInput(f"'{name}' cannot be the name of a result: it is not a Python name.")
    return name


def _parse_option(text: str, option: re.Match[str], fields: dict[str, Any]) -> int:
    name = option["name"]
    field = _FLAGS.get(name) or _VALUED.get(name)
    if field is None:
        raise BadInput(_unknown(name))
    if field in fields:
        raise BadInput(f"{name} is given twice.")
    if name in _FLAGS:
        fields[field] = True
        return option.end()
    value = _VALUE.match(text, option.end())
    if value is None:
        raise BadInput(f"{name} needs a value.")
    fields[field] = _checked(name, value["value"].strip("\"'"))
    return value.end()


def _unknown(name: str) -> str:
    known = sorted({*_VALUED, *_FLAGS})
    nearest = difflib.get_close_matches(name, known, 1, 0.5)
    hint = f"Did you mean {nearest[0]}?" if nearest else f"There are {', '.join(known)}."
    return f"%%sql has no option {name}. {hint}"


def _checked(name: str, value: str) -> object:
    if name == "--limit":
        if not value.isascii() or not value.isdigit():
            raise BadInput(f"--limit takes a number of rows, not '{value}'.")
        return int(value)
    if name == "--as" and value not in OUTPUTS:
        nearest = difflib.get_close_matches(value, OUTPUTS, 1, 0.4)
        hint = f"Did you mean {nearest[0]}?" if nearest else f"There are {', '.join(OUTPUTS)}."
        raise BadInput(f"--as cannot make '{value}'. {hint}")
    return value
