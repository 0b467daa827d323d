"""SQL that stands in strings or is put together when it runs: EXECUTE, DO, CALL."""

from __future__ import annotations

from .sql_changes import skip
from .sql_collector import Scope
from .sql_reader import Reader
from .sql_tokens import keys

_PLAIN_LANGUAGES = keys("PLPGSQL SQL PLSQL")
_MYSQL = keys("mysql singlestore doris starrocks")
# Packages that look at no relation.
_PACKAGES = keys("DBMS_OUTPUT DBMS_LOCK DBMS_SESSION DBMS_APPLICATION_INFO DBMS_RANDOM")
_NONE: Scope = frozenset()


def execute(reader: Reader, place: int, end: int) -> bool:
    """EXECUTE [IMMEDIATE] of SQL in a string; what is put together when it runs is not known."""
    place = skip(reader, place, "IMMEDIATE")
    if reader.key(place) == "(" and reader.dialect in ("tsql", "fabric"):
        return built(reader, place + 1, reader.inside(place, end), "EXECUTE")
    if reader.is_name(place):
        use, after = reader.name(place)
        if use.parts[-1].lower() != "sp_executesql":
            return procedure(reader, place, end)
        after += 3 if reader.is_at(after, "@", "STMT", "=") else 0
        return built(reader, after, end, "EXECUTE")
    return built(reader, place, end, "EXECUTE")


def built(reader: Reader, place: int, end: int, verb: str) -> bool:
    """SQL that runs: known if it is one text, or several put together."""
    while reader.key(place) == "(":
        place, end = place + 1, reader.inside(place, end)
    text = reader.constant(place, reader.find(place, end, ("INTO", "USING", "AS", ",", ";", "BULK")))
    if text is not None:
        reader.run(text)
        return True
    reader.expression(place, end)
    reader.uses.unknown.append(f"{verb}: what it runs is put together only when it runs.")
    return True


def procedure(reader: Reader, place: int, end: int) -> bool:
    """A procedure may do anything."""
    name = reader.key(place)
    if name not in _PACKAGES:
        reader.uses.unknown.append(f"{name or 'CALL'}: a procedure may read and write anything.")
    reader.expression(place, end)
    return True


def in_brackets(reader: Reader, place: int, end: int, scope: Scope = _NONE) -> bool:
    """`(EXECUTE IMMEDIATE ...)` and `(CALL p())`, whose rows go to a variable."""
    if reader.key(place - 1) == "CALL":
        return reader.is_name(place) and reader.key(reader.name(place)[1]) == "(" and procedure(reader, place, end)
    return reader.key(place) == "IMMEDIATE" and execute(reader, place, end)


def do(reader: Reader, place: int, end: int) -> bool:
    """Postgres' DO: a body in a string, perhaps after its language; MySQL's DO of expressions."""
    if reader.dialect in _MYSQL:
        reader.expression(place, end)
        return True
    string = next((number for number in range(place, end) if reader.is_string(number)), end)
    language = reader.key(reader.find(place, end, ("LANGUAGE",)) + 1)
    if string == end or language not in _PLAIN_LANGUAGES | {""}:
        return procedure(reader, place, end)
    reader.run(reader.words[string].text, is_body=True)
    return True
