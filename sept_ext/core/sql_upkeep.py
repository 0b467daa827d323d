"""Verbs that look after relations, word by word: REFRESH, OPTIMIZE, COMMENT, UNDROP, CACHE and their like."""

from __future__ import annotations

from collections.abc import Callable

from .sql_changes import skip
from .sql_reader import Reader

Verb = Callable[[Reader, int, int], bool]


def written(fillers: str) -> Verb:
    """A verb that changes the relation behind it; `fillers` may stand between."""

    def verb(reader: Reader, place: int, end: int) -> bool:
        place = skip(reader, place, fillers)
        if place >= end or not reader.is_name(place):
            return False
        reader.write(reader.name(place)[0])
        return True

    return verb


def read(fillers: str) -> Verb:
    """A verb that looks at the relation or query behind it; `fillers` may stand between."""

    def verb(reader: Reader, place: int, end: int) -> bool:
        place = skip(reader, place, fillers)
        if reader.is_query(place):
            reader.query(place, end)
        elif place < end and reader.is_name(place):
            reader.read(reader.name(place)[0])
        return place < end

    return verb


def refresh(reader: Reader, place: int, end: int) -> bool:
    """REFRESH of a relation; Spark refreshes files and functions too."""
    if reader.key(place) in ("SCHEMA", "FUNCTION", "STREAMING") or reader.is_string(place):
        return True
    return written("MATERIALIZED VIEW DYNAMIC TABLE CONCURRENTLY")(reader, place, end)


def cache(reader: Reader, place: int, end: int) -> bool:
    """Spark's CACHE TABLE t reads t; with a query it makes a view."""
    place = skip(reader, place, "LAZY TABLE")
    if not reader.is_name(place):
        return False
    use, after = reader.name(place)
    start = reader.find(after, end, ("SELECT", "WITH", "FROM", "TABLE"))
    if start == end:
        reader.read(use)
    else:
        reader.query(start, end)
        reader.write(use, makes=True)
    return True


def comment(reader: Reader, place: int, end: int) -> bool:
    """COMMENT ON a relation or one of its columns."""
    place = skip(reader, place, "IF EXISTS ON")
    is_column = reader.key(place) == "COLUMN"
    if reader.key(place) not in ("TABLE", "VIEW", "MATERIALIZED", "COLUMN"):
        return place < end
    place = skip(reader, place, "MATERIALIZED TABLE VIEW COLUMN")
    if reader.is_name(place):
        use = reader.name(place)[0]
        reader.write(type(use)(use.parts[: len(use.parts) - is_column], use.start, use.end))
    return reader.is_name(place)


def attach(reader: Reader, place: int, end: int) -> bool:
    """ATTACH and DETACH of a database change no relation; of a table (ClickHouse) they do."""
    if reader.key(place) in ("TABLE", "VIEW", "DICTIONARY") and reader.dialect == "clickhouse":
        return written("TABLE VIEW DICTIONARY IF NOT EXISTS")(reader, place, end)
    return place < end


def flashback(reader: Reader, place: int, end: int) -> bool:
    """Oracle's FLASHBACK TABLE, perhaps under a new name."""
    is_found = written("TABLE")(reader, place, end)
    new = reader.find(place, end, ("RENAME",)) + 2
    if new < end and reader.is_name(new):
        reader.write(reader.name(new)[0], makes=True)
    return is_found


def restore(reader: Reader, place: int, end: int) -> bool:
    """Delta's RESTORE TABLE; a database's backup is none of our relations."""
    return reader.key(place) in ("DATABASE", "LOG") or written("TABLE")(reader, place, end)


def undrop(reader: Reader, place: int, end: int) -> bool:
    """UNDROP of a relation."""
    return reader.key(place) in ("SCHEMA", "DATABASE") or written("TABLE VIEW DYNAMIC")(reader, place, end)


def purge(reader: Reader, place: int, end: int) -> bool:
    """Oracle's PURGE TABLE; the bin has no relations of ours."""
    return reader.key(place) != "TABLE" or written("TABLE")(reader, place, end)


def bulk(reader: Reader, place: int, end: int) -> bool:
    """T-SQL's BULK INSERT."""
    return written("INSERT")(reader, place, end)
