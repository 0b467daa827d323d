"""T-SQL needs no semicolons between statements: where one ends and the next begins. Snowflake has `->>` there."""

from __future__ import annotations

from .sql_tokens import keys, words_of
from .sql_words import Words

DIALECTS = keys("tsql fabric snowflake")
_FLOW = "->>"
# These begin a statement wherever the one before may end.
_BEGINS = keys(
    "INSERT UPDATE DELETE MERGE CREATE DROP ALTER TRUNCATE DECLARE EXEC EXECUTE PRINT GO IF WHILE RETURN"
    " RAISERROR THROW COMMIT ROLLBACK SAVE WAITFOR OPEN CLOSE DEALLOCATE FETCH GOTO USE BULK"
)
# These part statements too: what stands behind them is read on its own.
_BLOCKS = keys("BEGIN END ELSE")
# Behind these a verb goes on with the statement.
_CONTINUED = keys(
    "THEN AS AFTER FOR OF , ON INSTEAD NOT TO DROP EXISTS BULK . ( = NEXT ROWS ROW ADD DISABLE OR GRANT DENY REVOKE"
)
_LISTS = keys("ALTER GRANT DENY REVOKE CREATE")
_RELATIONS = keys("TABLE INTO FROM VIEW INDEX")
_KINDS = keys("TABLE VIEW PROCEDURE PROC FUNCTION TRIGGER INDEX SCHEMA DATABASE TYPE")
_BODIES = keys("PROCEDURE PROC TRIGGER FUNCTION")
_ROWS = keys("SELECT VALUES EXEC EXECUTE DEFAULT")
_JOINED = keys("UNION ALL EXCEPT INTERSECT AS FOR , ( INTO")


def split_batch(text: str, dialect: str) -> list[tuple[int, int]]:
    """Offsets of the statements of a text without semicolons; one pair if it is one statement."""
    found = words_of(text, dialect) or ()
    words = Words(found, dialect)
    if dialect == "snowflake":
        return _steps(words, len(text))
    starts = [0]
    place = cases = 0
    while place < len(found):
        key = words.key(place)
        if cases and key == "END":
            cases -= 1
        elif key == "CASE":
            cases += 1
        elif not cases and place > starts[-1] and _is_start(words, starts[-1], place):
            starts.append(place)
        place = words.after(place)
    offsets = [found[start].start for start in starts] if found else [0]
    offsets[0] = 0
    return list(zip(offsets, [*offsets[1:], len(text)], strict=True))


def _steps(words: Words, length: int) -> list[tuple[int, int]]:
    """The statements of a flow, each of which may read the rows of those before as `$1`, `$2`."""
    pairs = []
    start = place = 0
    while (place := words.find(place, len(words.words), (_FLOW,))) < len(words.words):
        pairs.append((start, words.words[place].start))
        start = words.words[place].end
        place += 1
    return [*pairs, (start, length)]


def _is_start(words: Words, first: int, place: int) -> bool:
    """Whether a new statement begins at a place, after one that began at `first`."""
    key, before, opener = words.key(place), words.key(place - 1), _opener(words, first, place)
    if key == "GO" or opener == "GO":
        return True
    if before == "ON" and opener == "SET":  # SET NOCOUNT ON
        before = ""
    if _is_routine(words, first, place):
        return False
    if key in _BLOCKS:
        return not (key == "BEGIN" and before == "AS") and before not in (".", ",")
    if opener == "WITH":
        return False
    if key == "WITH":
        return before not in _CONTINUED and words.is_name(place + 1) and words.is_at(place + 2, "AS", "(")
    if key not in ("SELECT", "SET") and (before in _CONTINUED or not _is_verb(words, place)):
        return False
    seen = _keys(words, first, place)
    if key == "SELECT":
        return before not in _JOINED and not _awaits_rows(opener, seen)
    if key == "SET":
        return opener not in _LISTS | {"MERGE"} and (opener != "UPDATE" or key in seen) and before not in _CONTINUED
    return not _belongs(words, opener, seen, place)


def _awaits_rows(opener: str, seen: set[str]) -> bool:
    """Whether the statement so far cannot do without the query that comes."""
    if opener in ("CREATE", "ALTER"):
        return "AS" in seen and "SELECT" not in seen
    return opener == "INSERT" and not seen & _ROWS


def _is_verb(words: Words, place: int) -> bool:
    is_pair = words.is_at(place, "COPY", "INTO") or words.is_at(place, "RENAME", "OBJECT")
    return is_pair or (words.key(place) in _BEGINS and not words.is_at(place, "UPDATE", "("))


def _belongs(words: Words, opener: str, seen: set[str], place: int) -> bool:
    """Whether a verb is part of the statement before it: INSERT ... EXEC, DROP ... IF EXISTS, ALTER ... DROP."""
    key = words.key(place)
    if key == "IF":
        return words.key(place - 1) in _KINDS
    if key in ("EXEC", "EXECUTE"):
        return opener == "INSERT" and not seen & _ROWS
    return opener in _LISTS and key in ("DROP", "ALTER") and words.key(place + 1) not in _RELATIONS


def _keys(words: Words, first: int, end: int) -> set[str]:
    """The words of a statement outside of brackets, without its first."""
    found = set()
    place = first + 1
    while place < end:
        found.add(words.key(place))
        place = words.after(place)
    return found


def _opener(words: Words, first: int, place: int) -> str:
    """What the statement begins with; the verb behind its CTEs, once it has come."""
    key = words.key(first)
    if key != "WITH":
        return key
    verbs = ("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE")
    verb = words.find(first, place, verbs)
    return words.key(verb) if verb < place else key


def _is_routine(words: Words, first: int, place: int) -> bool:
    """Whether the statement is a routine, whose body goes on to the end."""
    return words.key(first) in ("CREATE", "ALTER") and any(
        words.key(number) in _BODIES for number in range(first, min(first + 5, place))
    )
