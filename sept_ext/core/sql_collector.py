"""What a reader of words finds is collected here; pieces inside of its statement go to those who understand them."""

from __future__ import annotations

from typing import Protocol

from .sql_scripts import Block
from .sql_tokens import Word
from .sql_uses import UPDATABLE_CTES, RelationUse, Uses, is_cte, is_file, spellings
from .sql_words import Words

Scope = frozenset[str]


class Inner(Protocol):
    """Who understands what stands inside a statement: texts keep their places, everything around is blank."""

    def query(self, text: str, scope: Scope) -> Uses | None:
        """A query by the parser, with these CTEs around it; None if it does not parse."""

    def statement(self, text: str) -> Uses:
        """A statement of any kind."""

    def code(self, code: str, *, is_body: bool) -> Uses:
        """Statements in a string, perhaps the body of a routine: their relations have no places."""

    @property
    def block(self) -> Block:
        """Where in a script the statement stands."""


class Collector(Words):
    """A statement as words; what it does is collected in `uses`.

    `doubts` is set when the words follow no grammar: then nothing that was collected can be trusted.
    """

    def __init__(self, text: str, words: tuple[Word, ...], dialect: str, inner: Inner) -> None:
        super().__init__(words, dialect)
        self.text = text
        self.inner = inner
        self.uses = Uses()
        self.bodies: dict[str, list[RelationUse]] = {}  # what each CTE reads

    def read(self, use: RelationUse, scope: Scope = frozenset()) -> None:
        """A relation is read, unless it is a CTE or a file."""
        parts = use.parts
        if is_cte(parts, scope):
            return
        if not is_file(parts):
            self.uses.reads.append(use)

    def write(self, use: RelationUse, *, makes: bool = False, is_temporary: bool = False) -> None:
        """A relation is changed, or made anew for certain; changing a CTE may change what it selects from."""
        body = self.bodies.get(use.name.lower()) if self.dialect in UPDATABLE_CTES else None
        if body is not None:
            self.uses.writes += body
            return
        self.uses.writes.append(use)
        if makes:
            self.uses.made |= spellings(use.name, self.dialect, is_temporary=is_temporary)

    def nested(self, start: int, end: int, *, runs: bool = True) -> None:
        """A whole statement inside this one; with `runs` false it is only planned."""
        self.uses.add(self.inner.statement(self.piece(start, end)), runs=runs)

    def run(self, code: str, *, is_body: bool = False) -> None:
        """SQL of a string that runs."""
        self.uses.add(self.inner.code(code, is_body=is_body))

    def piece(self, start: int, end: int) -> str:
        """The text of some words, at its place: all before it is blank."""
        first = self.words[start].start if start < len(self.words) else len(self.text)
        return " " * first + self.text[first : self.words[end - 1].end if end > start else first]
