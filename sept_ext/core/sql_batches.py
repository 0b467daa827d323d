"""T-SQL needs no semicolons between statements: where one ends and the next begins."""

from __future__ import annotations

from .sql_tokens import keys, words_of
from .sql_words import Words

DIALECTS = keys("tsql fabric")
_BEGINS = keys("INSERT UPDATE DELETE MERGE CREATE DROP ALTER TRUNCATE DECLARE EXEC EXECUTE PRINT GO IF WHILE")
# Behind these a verb goes on with the statement.
_CONTINUED = keys("THEN AS AFTER FOR OF , ON ELSE BEGIN INSTEAD TRY CATCH NOT TO END DROP EXISTS BULK")
# What begins with these has a verb of its own coming, or lists of verbs.
_AWAITS = keys("WITH IF WHILE ELSE BEGIN")
_LISTS = keys("ALTER GRANT DENY REVOKE CREATE")
_BODIES = keys("PROCEDURE PROC TRIGGER FUNCTION")


def split_batch(text: str, dialect: str) -> list[tuple[int, int]]:
    """Offsets of the statements of a text without semicolons; one pair if it is one statement."""
    found = words_of(text, dialect) or ()
    words = Words(found, dialect)
    starts = [0]
    place = 0
    while place < len(found):
        if place > starts[-1] and _is_start(words, starts[-1], place):
            starts.append(place)
        place = words.after(place)
    offsets = [found[start].start for start in starts] if found else [0]
    offsets[0] = 0
    return list(zip(offsets, [*offsets[1:], len(text)], strict=True))


def _is_start(words: Words, first: int, place: int) -> bool:
    """Whether a new statement begins at a place, after one that began at `first`."""
    key, opener = words.key(place), words.key(first)
    if key == "GO" or opener == "GO":
        return True
    if words.key(place - 1) in _CONTINUED or (key == "UPDATE" and words.key(place + 1) == "("):
        return False
    if key == "WITH":
        return words.is_name(place + 1) and words.is_at(place + 2, "AS", "(")
    if key not in _BEGINS:
        return False
    if any(words.key(number) in _BODIES for number in range(first, min(first + 5, place))):
        return False
    if opener in _AWAITS:
        return any(words.key(number) in _BEGINS for number in range(first + 1, place))
    if opener == "INSERT" and key in ("EXEC", "EXECUTE"):
        return False
    return opener not in _LISTS or words.key(place + 1) in ("TABLE", "INTO", "FROM", "VIEW", "INDEX")
