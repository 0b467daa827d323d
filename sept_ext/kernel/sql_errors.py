"""Where in the cell an engine's complaint points, and which names are near the one it does not know.

Engines tell positions in texts of their own (placeholders have other lengths), SQLite none at all; all of them name
the word they stumbled over. So the word is looked for in the cell's text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches

from sept_ext.core.cells import Span
from sept_ext.core.errors import SqlError
from sept_ext.core.magic_syntax import SqlMagic

_UNKNOWN_RELATION = (
    r"no such table: (?:\w+\.)?(?P<word>[\w.]+)",
    r'relation "(?P<word>[^"]+)" does not exist',
    r"Table with name (?P<word>\S+) does not exist",
    r"Table '(?:[^'.]*\.)?(?P<word>[^'.]+)' doesn't exist",  # MySQL
    r"Object '(?P<word>[^']+)' does not exist or not authorized",  # Snowflake
    r"Not found: Table (?:[\w-]+:)?(?P<word>[\w.]+) was not found",  # BigQuery
    r"Unknown table expression identifier ['`](?P<word>[^'`]+)",  # ClickHouse
    r"Invalid object name '(?P<word>[^']+)'",  # SQL Server
    r"Table '(?P<word>[^']+)' does not exist",  # Trino
)
_UNKNOWN_COLUMN = (
    r"no such column: (?:\w+\.)*(?P<word>\w+)",
    r'column "?(?:\w+\.)?(?P<word>\w+)"? does not exist',
    r'Referenced column "(?P<word>[^"]+)" not found',
    r'does not have a column named "(?P<word>[^"]+)"',
    r"Unknown column '(?:[^']*\.)?(?P<word>[^'.]+)' in",  # MySQL
    r"invalid identifier '(?:[^']*\.)?\"?(?P<word>[^'\".]+)\"?'",  # Snowflake
    r"Unrecognized name: (?P<word>\w+)",  # BigQuery
    r"Unknown expression identifier ['`](?P<word>[^'`]+)",  # ClickHouse
    r"Invalid column name '(?P<word>[^']+)'",  # SQL Server
    r"Column '(?P<word>[^']+)' cannot be resolved",  # Trino
    r'"(?P<word>[^"]+)": invalid identifier',  # Oracle
)
_SYNTAX = (
    r'near "(?P<word>[^"]+)": syntax error',
    r'syntax error at or near "(?P<word>[^"]+)"',
    r"right syntax to use near '(?P<word>\w+|\S)",  # MySQL
    r"[Ii]ncorrect syntax near '(?P<word>[^']+)'",  # SQL Server
    r"unexpected '(?P<word>[^']+)'",  # Snowflake
    r"mismatched input '(?P<word>[^']+)'",  # Trino, Spark
)

Relations = dict[str, tuple[str, ...]]


def explain(error: SqlError, magic: SqlMagic, relations: Callable[[], Relations]) -> SqlError:
    """The same error with the place in the cell and the nearest names. `relations` is asked only when needed."""
    message = error.message.splitlines()[0].strip()
    for patterns, is_relation in ((_UNKNOWN_RELATION, True), (_UNKNOWN_COLUMN, False)):
        word = _word(message, patterns)
        if word is not None:
            message = f"There is no {'table' if is_relation else 'column'} {word!r}."
            return SqlError(message, span=find_word(magic, word), candidates=_near(word, relations, is_relation))
    word = _word(message, _SYNTAX)
    return SqlError(message, span=find_word(magic, word) if word is not None else None)


def find_word(magic: SqlMagic, word: str) -> Span | None:
    """The first place of a word in the cell's SQL, outside of string literals."""
    masked = re.sub(r"'(?:[^']|'')*'", lambda literal: " " * len(literal[0]), magic.sql)
    found = re.search(rf"(?<![\w.]){re.escape(word)}(?!\w)", masked) or re.search(
        re.escape(word), masked, re.IGNORECASE
    )
    if found is None:
        return None
    before = magic.sql[: found.start()]
    line = magic.sql_line + before.count("\n")
    column = found.start() - (before.rfind("\n") + 1) + (magic.sql_column if "\n" not in before else 0)
    return Span(line, column, line, column + len(word))


def _word(message: str, patterns: tuple[str, ...]) -> str | None:
    for pattern in patterns:
        found = re.search(pattern, message)
        if found is not None:
            return found["word"]
    return None


def _near(word: str, relations: Callable[[], Relations], is_relation: bool) -> tuple[str, ...]:
    try:
        found = relations()
    except SqlError:  # the session answers nothing now, in a transaction that failed, say
        return ()
    names = set(found) if is_relation else {column for columns in found.values() for column in columns}
    lowered = {name.lower(): name for name in names}
    return tuple(lowered[near] for near in get_close_matches(word.lower(), lowered, n=3, cutoff=0.5))
