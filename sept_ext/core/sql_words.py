"""A statement as a row of words, with what one asks of it: keys, names, brackets."""

from __future__ import annotations

from collections.abc import Iterable

from .sql_tokens import Word, keys
from .sql_uses import IDENTIFIERS, RESERVED, UNNAMED, RelationUse

# Words that stand behind a source of a FROM list, though no dialect may have them as keywords.
_TAILS = keys(
    "INDEXED SAMPLE TABLESAMPLE VERSIONS VERSION TIMESTAMP AT BEFORE PIVOT UNPIVOT MATCH_RECOGNIZE USE FORCE IGNORE"
    " WITH FINAL OPTION ASOF POSITIONAL PASTE SEMI ANTI HASH LOOP REMOTE GLOBAL ANY CHANGES SETTINGS ARRAY SYSTEM_TIME"
    " BY OF NOT NOWAIT SKIP WINDOW QUALIFY CONNECT START MODEL RESPECT EXPAND APPLY VIEW OUTER"
)


class Words:
    """The words of a statement, by place. `doubts` is set when they follow no grammar."""

    def __init__(self, words: tuple[Word, ...], dialect: str) -> None:
        self.words = words
        self.dialect = dialect
        self.closes, is_balanced = _brackets(words)
        self.doubts = not is_balanced

    def key(self, place: int) -> str:
        """The word at a place in upper case; empty for names in quotes, strings and the end."""
        return self.words[place].key if 0 <= place < len(self.words) else ""

    def is_at(self, place: int, *wanted: str) -> bool:
        """Whether these words stand at a place."""
        return all(self.key(place + number) == key for number, key in enumerate(wanted))

    def after(self, place: int) -> int:
        """The place behind a word, or behind what a bracket encloses."""
        close = self.closes.get(place)
        return place + 1 if close is None else min(close + 1, len(self.words))

    def find(self, place: int, end: int, words: Iterable[str]) -> int:
        """The first of some words outside of brackets; `end` if there is none."""
        wanted = frozenset(words)
        while place < end:
            if self.key(place) in wanted:
                return place
            place = self.after(place)
        return end

    def is_name(self, place: int) -> bool:
        """Whether a name may begin here."""
        if place >= len(self.words):
            return False
        word = self.words[place]
        return word.kind == "quoted" or (word.kind == "word" and word.key not in RESERVED)

    def is_string(self, place: int) -> bool:
        """Whether a string stands here."""
        return place < len(self.words) and self.words[place].kind == "string"

    def is_variable(self, place: int) -> bool:
        """Whether `$1` or `$name` stands here."""
        return self.key(place)[:1] == "$"

    def constant(self, place: int, end: int) -> str | None:
        """The text of `'a'` or `'a' || 'b'`; None if there is more than strings."""
        text = ""
        while place < end and self.is_string(place):
            text += self.words[place].text
            if place + 1 == end:
                return text
            if self.key(place + 1) not in ("||", "+"):
                return None
            place += 2
        return None

    def name(self, place: int) -> tuple[RelationUse, int]:
        """The dotted name at a place, and the place behind it."""
        first = self.words[place]
        parts = self._part(first)
        last = place
        if first.key == "IDENTIFIER" and self.key(place + 1) == "(" and self.dialect in IDENTIFIERS:
            last = min(self.closes[place + 1], len(self.words) - 1)
            parts = (self.constant(place + 2, last) or UNNAMED).split(".")
        while self.key(last + 1) == "." or (self.key(last + 1) == "-" and self._is_dashed(last)):
            dots = 2 if self.is_at(last + 1, ".", ".") else 1
            if last + 1 + dots >= len(self.words) or not self.is_name(last + 1 + dots):
                break
            if self.key(last + 1) == "-":
                parts[-1] += "-" + self.words[last + 2].text
            else:
                parts += [""] * (dots - 1) + self._part(self.words[last + 1 + dots])
            last += 1 + dots
        return RelationUse(tuple(parts), first.start, self.words[last].end), last + 1

    def _part(self, word: Word) -> list[str]:
        return word.text.split(".") if self.dialect == "bigquery" and word.kind == "quoted" else [word.text]

    def _is_dashed(self, place: int) -> bool:
        """BigQuery's `project-name.dataset.table`."""
        if self.dialect != "bigquery" or place + 2 >= len(self.words):
            return False
        return (
            self.words[place].end == self.words[place + 1].start
            and self.words[place + 2].start == self.words[place + 1].end
        )

    def is_odd(self, place: int) -> bool:
        """A plain word that stands where no grammar has one (`FROM a WHER x`)."""
        if place >= len(self.words):
            return False
        word = self.words[place]
        return word.kind == "word" and not word.is_keyword and word.key not in _TAILS

    def is_prose(self, place: int, end: int) -> bool:
        """Whether more words follow each other than any statement has."""
        odd = 0
        for number in range(place, end):
            odd = odd + 1 if self.is_odd(number) else 0
            if odd > 3:
                return True
        return False

    def inside(self, place: int, end: int) -> int:
        """The bracket that closes the one at a place, at the latest `end`."""
        return min(self.closes.get(place, end), end)


def _brackets(words: tuple[Word, ...]) -> tuple[dict[int, int], bool]:
    """Where each opening bracket is closed, and whether all are."""
    balanced = True
    open_at: list[int] = []
    closes: dict[int, int] = {}
    for number, word in enumerate(words):
        if word.key in ("(", "[", "{"):
            open_at.append(number)
        elif word.key in (")", "]", "}"):
            balanced = balanced and bool(open_at)
            if open_at:
                closes[open_at.pop()] = number
    return {**closes, **dict.fromkeys(open_at, len(words))}, balanced and not open_at
