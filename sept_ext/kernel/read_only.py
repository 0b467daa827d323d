"""Statements that a connection for reading only refuses before the database does: it could be told not to.

What counts are the words as the dialect reads them, whatever comments and blanks stand between them.
"""

from __future__ import annotations

import re

from sqlglot import tokenize
from sqlglot.errors import SqlglotError
from sqlglot.tokens import Token, TokenType  # type: ignore[attr-defined]

from sept_ext.core.sql_analysis import SqlFacts

# Statements that set something of the session, or run a text that may.
_SETS = frozenset(("SET", "RESET", "PRAGMA", "BEGIN", "START", "ALTER", "DO", "EXECUTE", "PREPARE", "DECLARE", "XA"))
_UNLOCKS = re.compile(r"read_only|query_only|READ\s+WRITE|access_mode", re.IGNORECASE)
_HIDDEN = re.compile(r"/\*M?!")
_SETTERS = frozenset(("SET_CONFIG",))
# There a text may be put together from pieces and run; PostgreSQL's session is locked again by its connector.
_RUN_TEXTS = {"mysql": frozenset(("EXECUTE", "PREPARE"))}


def why_refused(text: str, facts: SqlFacts, dialect: str) -> str | None:
    """Why a statement must not run on a connection that is for reading only; None when it may."""
    if facts.writes:
        return f": this statement would change {', '.join(sorted({use.name for use in facts.writes}))}"
    if dialect == "mysql" and _HIDDEN.search(text):
        return ", and this has a comment that is carried out"
    try:
        tokens = tokenize(text, read=dialect)
    except SqlglotError:
        return ", and this statement was not understood"
    words = [token.text.upper() for token in tokens]
    if any(token.token_type is TokenType.SEMICOLON for token in tokens[:-1]):
        return ", and this is more than one statement"
    first = words[0] if words else ""
    is_setting = first in _SETS or not _SETTERS.isdisjoint(words)
    if (is_setting and _UNLOCKS.search(" ".join(words))) or _names_setting_by_value(tokens):
        return ", and stays so"
    return ", and this runs a text" if first in _RUN_TEXTS.get(dialect, ()) else None


def _names_setting_by_value(tokens: list[Token]) -> bool:
    """Whether a setting is changed whose name is not written there."""
    for place, token in enumerate(tokens):
        if token.text.upper() in _SETTERS:
            behind = tokens[place + 2 : place + 4]
            kinds = [one.token_type for one in behind]
            if kinds != [TokenType.STRING, TokenType.COMMA]:
                return True
    return False
