"""Scripts of several statements: where they part, and what their blocks say about the statement that comes next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .sql_parameters import split_parameters
from .sql_tokens import keys, words_of
from .sql_words import Words

# SELECT ... INTO fills variables in these; elsewhere it does so in the bodies of routines only.
_INTO_VARIABLES = keys("oracle mysql snowflake singlestore doris starrocks databricks spark")
_HAS_INTO = re.compile(r"\bINTO\b", re.IGNORECASE)
_QUERIES = keys("SELECT WITH FROM VALUES")
_TARGETED = keys("INSERT REPLACE MERGE IGNORE OVERWRITE DELAYED LOW_PRIORITY HIGH_PRIORITY UNLOAD COPY")
_FILES = keys("OUTFILE DUMPFILE TABLE TEMP TEMPORARY UNLOGGED")


@dataclass(slots=True)
class Block:
    """Where in a script the next statement stands.

    `is_body`: in the body of a routine (PL/pgSQL); `is_declaring`: between DECLARE and BEGIN, where each piece is a
    declaration. `hidden`: what looks like relations there, in lower case, and is none.
    """

    is_body: bool = False
    is_declaring: bool = False
    hidden: frozenset[str] = frozenset()
    depth: int = 0
    routines: list[int] = field(default_factory=list)

    def begin(self) -> None:
        """A block begins: what was declared stands before it."""
        self.depth += 1
        self.is_declaring = False

    def enter_routine(self) -> None:
        """A routine begins among the declarations of a block or a package."""
        self.routines.append(self.depth)
        self.is_declaring = True

    def end(self) -> None:
        """A block ends; behind the body of an inner routine the declarations around it go on."""
        self.depth = max(self.depth - 1, 0)
        if self.routines and self.routines[-1] == self.depth:
            self.routines.pop()
            self.is_declaring = True


def split_code(code: str, dialect: str) -> Iterator[str]:
    """The statements of SQL in a string, each with stand-ins for its parameters."""
    parsed = split_parameters(code, dialect=dialect)
    masked = parsed.masked()
    for start, end in parsed.statements():
        yield masked[start:end]


def without_variables(text: str, dialect: str, block: Block) -> str:
    """The statement, blank where INTO names variables: not all parsers know them, and none of them is a relation."""
    if not (block.is_body or dialect in _INTO_VARIABLES) or _HAS_INTO.search(text) is None:
        return text
    found = words_of(text, dialect) or ()
    words = Words(found, dialect)
    is_query = words.key(0) in _QUERIES
    place = 0
    while place < len(found):
        if words.key(place) in ("RETURNING", "RETURN"):
            is_query = True
        if words.key(place) == "INTO" and is_query and _is_of_variables(words, place):
            start, end = place - 2 * words.is_at(place - 2, "BULK", "COLLECT"), _variables_end(words, place + 1)
            if end > place + 1:
                first, last = found[start].start, found[end - 1].end
                text = text[:first] + re.sub(r"[^\n]", " ", text[first:last]) + text[last:]
        place = words.after(place)
    return text


def _is_of_variables(words: Words, place: int) -> bool:
    return words.key(place - 1) not in _TARGETED and words.key(place + 1) not in _FILES


def _variables_end(words: Words, place: int) -> int:
    """The place behind `a, b.c, :d, @e[1]`."""
    place += words.key(place) == "STRICT" and words.is_name(place + 1)
    while True:
        place += words.key(place) in ("@", ":", "$")
        if words.key(place) == "?":
            place += 1
        elif words.is_name(place):
            place = words.name(place)[1]
        else:
            return place
        while words.key(place) in ("(", "["):
            place = words.after(place)
        if words.key(place) != ",":
            return place
        place += 1
