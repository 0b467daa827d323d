"""Checks of what callers give, at the boundary: each returns the value in the form the rest relies on."""

from __future__ import annotations

import re
import unicodedata
from uuid import UUID

from sept_ext.core.errors import BadInput, NotFound

MAX_COMMENT_CHARS = 16_384
MAX_SOURCE_CHARS = 1_000_000
_UNSTORABLE = re.compile("[\\0\\ud800-\\udfff]")
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])")
_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_CONNECTION_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")


def existing_id(text: str, noun: str = "thing") -> UUID:
    """The id of something that should exist. What is no UUID cannot exist: NotFound."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(f"There is no such {noun}.") from None


def new_id(text: str | None) -> UUID | None:
    """An id made by the client, or None for one to be made. BadInput unless it is a UUID."""
    if text is None:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise BadInput("An id made by the client must be a UUID.") from None


def line(text: str, what: str, maximum: int = 200) -> str:
    """One line of 1 to `maximum` characters, outer white space removed."""
    text = text.strip()
    if not 1 <= len(text) <= maximum:
        raise BadInput(f"{what} must have 1 to {maximum} characters.")
    return storable(text, what, is_line=True)


def comment_body(text: str) -> str:
    """A comment: 1 to 16,384 characters that are not all white space."""
    if not text.strip():
        raise BadInput("A comment cannot be empty.")
    if len(text) > MAX_COMMENT_CHARS:
        raise BadInput(f"A comment can have at most {MAX_COMMENT_CHARS:,} characters; this one has {len(text):,}.")
    return storable(text, "A comment")


def source(text: str) -> str:
    """A cell's text."""
    if len(text) > MAX_SOURCE_CHARS:
        raise BadInput(f"A cell can have at most {MAX_SOURCE_CHARS:,} characters.")
    return storable(text, "A cell")


def storable(text: str, what: str, *, is_line: bool = False) -> str:
    """Text both databases can hold: no NUL, no lone surrogate; in a line no control characters at all."""
    if _UNSTORABLE.search(text):
        raise BadInput(f"{what} cannot hold NUL or half characters.")
    if is_line and any(unicodedata.category(char) == "Cc" for char in text):
        raise BadInput(f"{what} must be one line without control characters.")
    return text


def made_storable(text: str) -> str:
    """Text of a file, which may hold what no database takes (see `storable`), with U+FFFD in its place."""
    return _UNSTORABLE.sub("\ufffd", text)


def is_slug(text: str) -> bool:
    """Whether a workspace may be named so in addresses."""
    return _SLUG.fullmatch(text) is not None


def slug(text: str) -> str:
    """A workspace's short name for addresses."""
    if not is_slug(text):
        raise BadInput("A slug has 2 to 40 of a-z, 0-9 and hyphen, and no hyphen at its ends.")
    return text


def slug_from(name: str) -> str:
    """A slug made of a name; `workspace` when nothing of the name can be used."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:36].strip("-")
    return made if len(made) >= 2 else "workspace"


def cell_id(text: str) -> str:
    """A cell id as nbformat 4.5 allows it."""
    if not _CELL_ID.fullmatch(text):
        raise BadInput("A cell id has 1 to 64 letters, digits, _ and -.")
    return text


def is_connection_name(text: str) -> bool:
    """Whether cells may name a connection so."""
    return _CONNECTION_NAME.fullmatch(text) is not None


def connection_name(text: str) -> str:
    """How cells name a connection."""
    if not is_connection_name(text):
        raise BadInput("A connection's name begins with a letter and has letters, digits, _ and - (at most 64).")
    return text


def secret(text: str) -> str:
    """A password or token: 1 to 16,384 characters. The message never holds any of it."""
    if not 1 <= len(text) <= 16_384:
        raise BadInput("A secret has 1 to 16,384 characters; leave it out for none.")
    return storable(text, "A secret")


def page(first: int | None, offset: int | None) -> tuple[int, int]:
    """Limit and offset of a page: 1 to 100, from 0."""
    first = 50 if first is None else first
    offset = offset or 0
    if not 1 <= first <= 100 or not 0 <= offset <= 1_000_000:
        raise BadInput("A page has 1 to 100 entries, and its offset is not negative.")
    return first, offset
