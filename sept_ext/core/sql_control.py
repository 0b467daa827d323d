"""The words of scripts around statements: blocks, branches, loops, declarations.

Each function takes what stands behind its first word: expressions are looked through for sub-queries, the statement
that a word leads to is read as if it runs. So a block does all that its statements do, whatever branch it takes.
"""

from __future__ import annotations

from .sql_changes import skip
from .sql_dynamic import built, do, execute, procedure
from .sql_reader import Reader
from .sql_tokens import keys
from .sql_upkeep import Verb

TRANSACTION = keys("TRANSACTION TRAN WORK ISOLATION READ DEFERRED IMMEDIATE EXCLUSIVE CONCURRENT NAME")
# What begins a statement behind a condition that no THEN ends (T-SQL).
BEGINS = keys(
    "SELECT WITH FROM VALUES INSERT UPDATE DELETE MERGE REPLACE CREATE DROP ALTER TRUNCATE COPY TABLE UNLOAD DECLARE"
    " EXPLAIN DESCRIBE SHOW CALL EXEC EXECUTE SET IF WHILE PIVOT UNPIVOT REFRESH"
)
_HARMLESS = keys("BEGIN PRINT RETURN RAISERROR THROW BREAK CONTINUE GOTO COMMIT ROLLBACK SAVE WAITFOR")
_FLOW = keys("EXIT CONTINUE BREAK LEAVE ITERATE GOTO SIGNAL RESIGNAL RAISE PIPE NULL")
_ENDED = "IF LOOP WHILE FOR FOREACH CASE REPEAT TRY CATCH TRANSACTION TRAN WORK"
_SECTIONS = keys("oracle snowflake")
_LABELLED = keys("BEGIN LOOP WHILE FOR REPEAT FOREACH IF CASE")
_MYSQL = keys("mysql singlestore doris starrocks")


def _rest(reader: Reader, place: int, end: int) -> bool:
    """The statement from a place on, if there is one."""
    if place < end:
        reader.nested(place, end)
    return True


def labelled(reader: Reader, place: int, end: int) -> int:
    """The place behind `<<label>>` or `label:`; the same place if there is none."""
    if reader.is_at(place, "<", "<"):
        return min(reader.find(place, end, (">",)) + 2, end)
    if reader.is_name(place) and reader.key(place + 1) == ":":
        return place + 2 if reader.key(place + 2) in _LABELLED or place + 2 == end else place
    return place


def begin(reader: Reader, place: int, end: int) -> bool:
    """BEGIN of a transaction, or of a block."""
    place = skip(reader, place, "TRY CATCH NOT ATOMIC")
    if place >= end or reader.key(place) in TRANSACTION:
        return True
    reader.inner.block.begin()
    return _rest(reader, place, end)


def finish(reader: Reader, place: int, end: int) -> bool:
    """END, with what it ends, perhaps by name."""
    start, place = place, skip(reader, place, _ENDED)
    if start == place:
        reader.inner.block.end()
    if reader.is_name(place) and reader.name(place)[1] >= end:
        return True
    return _rest(reader, place + (reader.key(place) == "$"), end)


def rest(reader: Reader, place: int, end: int) -> bool:
    """ELSE, LOOP, EXCEPTION ... before a statement."""
    return _rest(reader, place, end)


def condition(reader: Reader, place: int, end: int) -> bool:
    """IF, ELSIF, WHEN, CASE, WHILE: a condition up to THEN or DO; T-SQL has the statement at once."""
    start = place
    while (start := reader.find(start, end, ("THEN", "DO", "LOOP", "CASE"))) < end and reader.key(start) == "CASE":
        start = reader.find(start, end, ("END",))
    if start < end and reader.dialect not in ("tsql", "fabric"):
        reader.expression(place, start)
        return _rest(reader, start + 1, end)
    start = reader.find(place, end, BEGINS | _HARMLESS)
    while reader.is_at(start, "UPDATE", "("):  # whether a trigger's statement changed a column
        start = reader.find(start + 1, end, BEGINS | _HARMLESS)
    reader.expression(place, start)
    return _rest(reader, start, end) and (start < end or reader.dialect in ("tsql", "fabric"))


def until(reader: Reader, place: int, end: int) -> bool:
    """REPEAT's UNTIL condition END REPEAT."""
    stop = reader.find(place, end, ("END",))
    reader.expression(place, stop)
    return True


def loop(reader: Reader, place: int, end: int) -> bool:
    """FOR row IN query DO or LOOP statement; FOR number IN 1..9, FOREACH."""
    source = reader.find(place, end, ("IN", "AS")) + 1
    start = reader.find(source, end, ("DO", "LOOP"))
    if reader.key(source) == "EXECUTE":
        execute(reader, source + 1, start)
    elif reader.is_query(source):
        reader.query(source, start)
    else:
        reader.expression(source, start)
    return source < start < end and _rest(reader, start + 1, end)


def for_all(reader: Reader, place: int, end: int) -> bool:
    """Oracle's FORALL i IN 1..n statement."""
    start = reader.find(place, end, BEGINS)
    return _rest(reader, start, end) and start < end


def routine(reader: Reader, place: int, end: int) -> None:
    """The body of CREATE PROCEDURE, FUNCTION, TRIGGER is read as if it ran, but not if it is a string."""
    if reader.dialect in ("tsql", "fabric"):
        if reader.key(place) == "TRIGGER":
            reader.inner.block.hidden = frozenset(("inserted", "deleted"))
        _rest(reader, reader.find(place, end, ("AS",)) + 1, end)
        return
    start = reader.find(place, end, ("BEGIN",))
    if start == end and reader.dialect in _MYSQL:
        start = reader.find(place, end, ("ROW",)) + 1 if reader.key(place) == "TRIGGER" else place
        start = reader.find(start, end, BEGINS)
    head = reader.find(place, start, ("AS", "IS"))
    reader.expression(place, start)
    if start < end:
        _rest(reader, start, end)
    elif reader.dialect in _SECTIONS and head < end and not reader.is_string(head + 1):
        reader.inner.block.is_declaring = True


def declare(reader: Reader, place: int, end: int) -> bool:
    """A variable, a cursor, a handler; in some dialects the first of several, up to BEGIN."""
    if "HANDLER" in (reader.key(place), reader.key(place + 1)):
        return _handler(reader, reader.find(place, end, ("FOR",)) + 1, end)
    block = reader.inner.block
    block.is_declaring = block.is_body or reader.dialect in _SECTIONS
    return declaration(reader, place, end)


def _handler(reader: Reader, place: int, end: int) -> bool:
    """MySQL's handler: conditions, then the statement that runs then."""
    while place < end:
        place = skip(reader, place, "NOT SQLSTATE VALUE")
        place += 1
        if reader.key(place) != ",":
            break
        place += 1
    return _rest(reader, place, end)


def local_routine(reader: Reader, place: int, end: int) -> bool:
    """A routine inside of a block or a package: its declarations and its body; then more declarations may come."""
    start = reader.find(place, end, ("IS", "AS")) + 1
    if start <= end:
        reader.inner.block.enter_routine()
    return _rest(reader, start, end)


def declaration(reader: Reader, place: int, end: int) -> bool:
    """What DECLARE and LET say of one name; a query may give its value."""
    first = reader.key(place)
    if first in ("PROCEDURE", "FUNCTION"):
        return local_routine(reader, place + 1, end)
    if first in ("TYPE", "SUBTYPE", "PRAGMA"):
        return True
    cursor = reader.find(place, end, ("CURSOR",))
    if cursor < end:
        start = reader.find(cursor, end, ("FOR", "IS")) + 1
        while start < end and not reader.is_query(start):
            start += 1
        reader.query(start, end)
        return True
    reader.expression(place, end)
    return (reader.is_name(place) or first == "@" or place >= end) and not reader.is_prose(place, end)


def assigned(reader: Reader, place: int) -> str:
    """The sign of `name := value`; in the bodies of routines also `name = value`. Empty if it is no assignment."""
    if not reader.is_name(place):
        return ""
    after = reader.name(place)[1]
    if reader.key(after) in ("(", "["):
        after = reader.after(after)
    sign = reader.key(after)
    return sign if sign == ":=" or (sign == "=" and reader.inner.block.is_body) else ""


def assign(reader: Reader, place: int, end: int) -> bool:
    """SET of a variable, which may be a cursor."""
    if reader.find(place, end, ("CURSOR",)) < end:
        return declaration(reader, place, end)
    reader.expression(place, end)
    return place < end


def in_background(reader: Reader, place: int, end: int) -> bool:
    """Snowflake's ASYNC (statement)."""
    if reader.key(place) == "(":
        place, end = place + 1, reader.inside(place, end)
    return _rest(reader, place, end)


def flow(reader: Reader, place: int, end: int) -> bool:
    """EXIT, RAISE ...: perhaps with a condition."""
    reader.expression(place, end)
    return not reader.is_prose(place, end)


def value(reader: Reader, place: int, end: int) -> bool:
    """RETURN of a value or of rows."""
    if reader.key(place) == "QUERY":
        place += 1
    if reader.is_at(place, "TABLE", "("):  # Snowflake's RETURN TABLE(query), or of a variable
        place += 1
    if reader.key(place) == "EXECUTE":
        return execute(reader, place + 1, end)
    if reader.is_query(place):
        reader.query(place, end)
    else:
        reader.expression(place, end)
    return not reader.is_prose(place, end)


def perform(reader: Reader, place: int, end: int) -> bool:
    """PL/pgSQL's PERFORM: a query whose rows are thrown away."""
    word = reader.words[place - 1]
    text = reader.piece(place - 1, end)
    reader.uses.add(reader.inner.statement(text[: word.start] + "SELECT " + text[word.end :]))
    return place < end


def open_cursor(reader: Reader, place: int, end: int) -> bool:
    """OPEN of a cursor, which may be said only here what it is for."""
    start = reader.find(place, end, ("FOR",)) + 1
    if start > end:
        return True
    if reader.key(start) == "EXECUTE":
        return execute(reader, start + 1, end)
    if reader.is_query(start):
        reader.query(start, end)
        return True
    return built(reader, start, end, "OPEN")


VERBS: dict[str, Verb] = {
    "BEGIN": begin,
    "END": finish,
    "IF": condition,
    "ELSEIF": condition,
    "ELSIF": condition,
    "WHEN": condition,
    "CASE": condition,
    "WHILE": condition,
    "ELSE": rest,
    "LOOP": rest,
    "REPEAT": rest,
    "EXCEPTION": rest,
    "UNTIL": until,
    "FOR": loop,
    "FOREACH": loop,
    "FORALL": for_all,
    "DECLARE": declare,
    "LET": declaration,
    "SET": assign,
    "ASSERT": assign,
    "RETURN": value,
    "ASYNC": in_background,
    "PROCEDURE": local_routine,
    "FUNCTION": local_routine,
    **dict.fromkeys(_FLOW, flow),
    "PERFORM": perform,
    "OPEN": open_cursor,
    "EXECUTE": execute,
    "EXEC": execute,
    "CALL": procedure,
    "DO": do,
}
