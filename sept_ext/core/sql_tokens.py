"""The words of a SQL text with their places, by sqlglot's tokenizer of the dialect: strings, comments, quotes right.

A reader of words is the second line for what the parser does not know: see `sql_commands.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError
from sqlglot.tokens import Token, TokenType  # type: ignore[attr-defined]

Kind = Literal["word", "quoted", "string", "number", "mark"]
# The dialects whose `#name` is a temporary table.
_HASHES = frozenset(("tsql", "fabric", "redshift"))


@dataclass(frozen=True, slots=True)
class Word:
    """One token. `key` is the upper-case text of a word that no quotes protect, the mark itself, else empty.

    `is_keyword`: whether the dialect has a meaning for the word (it may be a name all the same).
    """

    text: str
    key: str
    kind: Kind
    start: int
    end: int
    is_keyword: bool = False


def keys(text: str) -> frozenset[str]:
    """A set of words, written as one line of text."""
    return frozenset(text.split())


def words_of(text: str, dialect: str) -> tuple[Word, ...] | None:
    """The tokens of a statement, hints and comments left out; None if the text cannot be cut into tokens."""
    try:
        # The bracket keeps the tokenizer from taking the rest of a command as one string.
        tokens = Dialect.get_or_raise(dialect).tokenize("(" + text)[1:]
    except (SqlglotError, ValueError, IndexError, RuntimeError):
        return None
    found: list[Word] = []
    hint_end = -1
    for token in tokens:
        if token.token_type is TokenType.HINT:
            hint_end = text.find("*/", token.start)
            hint_end = len(text) if hint_end < 0 else hint_end + 2
        if token.start - 1 >= hint_end:
            found.extend(_words(token, text))
    return tuple(_joined(found, dialect in _HASHES))


def _words(token: Token, text: str) -> Iterable[Word]:
    start, end = token.start - 1, token.end
    written = text[start:end]
    if token.token_type is TokenType.IDENTIFIER:
        yield Word(token.text, "", "quoted", start, end)
    elif token.token_type.name.endswith("STRING") and not written.isidentifier():
        yield Word(token.text, "", "string", start, end)
    elif token.token_type is TokenType.NUMBER:
        yield Word(token.text, "", "number", start, end)
    elif written[:1].isalpha() or (written[:1] in ("_", "$", "#") and written != "#"):
        place = start
        is_keyword = token.token_type is not TokenType.VAR
        for piece in written.split():  # `ORDER BY` is one token
            place = text.index(piece, place)
            yield Word(piece, piece.upper(), "word", place, place + len(piece), is_keyword)
            place += len(piece)
    else:
        yield Word(written, written, "mark", start, end)


def _joined(words: list[Word], has_hashes: bool) -> Iterable[Word]:
    """`#t` and `##t` as one name where they are one."""
    number = 0
    while number < len(words):
        word = words[number]
        last = number
        while (
            has_hashes
            and words[last].key == "#"
            and last + 1 < len(words)
            and words[last + 1].start == words[last].end
        ):
            last += 1
        if last > number and words[last].kind == "word":
            name = "#" * (last - number) + words[last].text
            yield Word(name, name.upper(), "word", word.start, words[last].end)
        else:
            last = number
            yield word
        number = last + 1
