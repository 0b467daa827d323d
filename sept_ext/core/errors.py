"""The errors of Sept, one tree.

    SeptError                     has a code that reaches the client, and a message for a person
    ├── BadInput                  BAD_INPUT        the caller can mend it; the message says how
    ├── NotFound                  NOT_FOUND        absent, or not yours to see: one answer for both
    │   └── UnknownView           UNKNOWN_VIEW     synchronise the document anew
    ├── Forbidden                 FORBIDDEN        you may see it, but your role does not allow this
    ├── Conflict                  CONFLICT         it changed meanwhile, or the name is taken
    ├── Locked                    LOCKED           somebody holds it
    ├── Unavailable               UNAVAILABLE      a database, kernel or connection cannot be reached now
    └── SqlError                  SQL_ERROR        the engine refused a statement; has the position

A fault of ours is none of these: it is masked, logged and answered as INTERNAL at the boundary.
"""

from __future__ import annotations

from typing import ClassVar

from .cells import Span


class SeptError(Exception):
    """Root of what Sept refuses on purpose. `code` is stable; `message` is a sentence for a person."""

    code: ClassVar[str] = "INTERNAL"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadInput(SeptError):
    """What was given cannot be used; the message names the thing and the remedy."""

    code = "BAD_INPUT"


class NotFound(SeptError):
    """There is no such thing, or the caller may not know of it."""

    code = "NOT_FOUND"


class UnknownView(NotFound):
    """The server does not know this document of this client (any more): synchronise with reset."""

    code = "UNKNOWN_VIEW"


class Forbidden(SeptError):
    """The caller's role does not allow this act."""

    code = "FORBIDDEN"


class Conflict(SeptError):
    """The thing changed since the caller looked, or the name is taken."""

    code = "CONFLICT"


class Locked(SeptError):
    """Somebody else holds the thing."""

    code = "LOCKED"


class Unavailable(SeptError):
    """Something outside us (database, kernel, connection) does not answer; trying again may help."""

    code = "UNAVAILABLE"


class SqlError(SeptError):
    """An engine refused a statement.

    `span` is the place in the cell's own text, where it is known; `candidates` the nearest existing names.
    """

    code = "SQL_ERROR"

    def __init__(self, message: str, *, span: Span | None = None, candidates: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.span = span
        self.candidates = candidates
