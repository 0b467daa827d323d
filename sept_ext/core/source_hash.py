"""A hash of what a cell means: equal for texts that differ in comments and white space only."""

from __future__ import annotations

import hashlib
import re

_TOKEN = re.compile(
    r"""[A-Za-z]{0,3}(?:\"\"\"(?:\\.|(?!\"\"\").)*(?:\"\"\"|\Z)|'''(?:\\.|(?!''').)*(?:'''|\Z)"""
    r"""|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)|\w+|\#[^\n]*|\\\r?\n|\n[ \t\f]*|[^\w\s]""",
    re.DOTALL,
)
_SQL_TOKEN = re.compile(
    r"""(?P<literal>'(?:''|[^'])*'?|"(?:""|[^"])*"?|`[^`]*`?|\$(?P<tag>\w*)\$.*?(?:\$(?P=tag)\$|\Z))"""
    r"""|(?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))|(?P<space>\s+)|(?P<word>\w+)|(?P<other>.)""",
    re.DOTALL,
)


def hash_text(text: str) -> str:
    """32 hexadecimal digits for a text as it is."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


class SourceHash:
    """The hash of Python source that parses, worked out when it is compared with that of another text.

    Most texts are only ever compared with themselves (a cell that ran as it stands), which needs no hash.
    """

    __slots__ = ("_digest", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._digest: str | None = None

    def __str__(self) -> str:
        if self._digest is None:
            self._digest = hash_python(self._text)
        return self._digest

    def __eq__(self, other: object) -> bool:
        if isinstance(other, SourceHash) and self._text == other._text:
            return True
        return isinstance(other, SourceHash | str) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def __repr__(self) -> str:
        return repr(str(self))


def hash_python(source: str) -> str:
    """The hash of Python source that parses: comments, blank lines, spacing and width of indentation do not count."""
    return hash_text("\0".join(_python_tokens(source)))


def _python_tokens(source: str) -> list[str]:
    tokens: list[str] = []
    depth = 0
    indents = [0]
    pending: str | None = _leading(source)
    for text in _TOKEN.findall(source):
        first = text[0]
        if first == "#" or (first == "\\" and len(text) > 1):
            continue
        if first == "\n":
            if depth == 0:
                pending = text[1:]
            continue
        if pending is not None:
            _new_line(tokens, indents, len(pending.expandtabs(8)))
            pending = None
        if first in "([{":
            depth += 1
        elif first in ")]}":
            depth -= 1
        tokens.append(text)
    return tokens


def _leading(source: str) -> str:
    return source[: len(source) - len(source.lstrip(" \t"))]


def _new_line(tokens: list[str], indents: list[int], width: int) -> None:
    """A line break, and the block marks of its indentation."""
    if tokens:
        tokens.append("\n")
    if width > indents[-1]:
        indents.append(width)
        tokens.append("\1")
    while width < indents[-1]:
        indents.pop()
        tokens.append("\2")


def hash_sql(sql: str) -> str:
    """The hash of a SQL text: white space and comments do not count, case does."""
    return hash_text("\0".join(m[0] for m in _SQL_TOKEN.finditer(sql) if m.lastgroup not in ("comment", "space")))
