"""INSERT, UPDATE, DELETE, MERGE, COPY and loads, word by word: for the forms that the parser does not know."""

from __future__ import annotations

from .sql_collector import Scope
from .sql_reader import Reader
from .sql_uses import BY_ALIAS, RelationUse

_BODY = ("SELECT", "WITH", "VALUES", "TABLE", "FROM", "EXEC", "EXECUTE", "CALL", "(")
_TAILS = ("RETURNING", "ON", "LOG")
_NONE: Scope = frozenset()


def skip(reader: Reader, place: int, words: str) -> int:
    """Step over optional words; `TOP (n)` and `OR action` go with their argument."""
    wanted = words.split()
    while reader.key(place) in wanted:
        if reader.key(place) == "TOP":
            place = reader.after(place + 1)
            place += reader.key(place) == "PERCENT"
        else:
            place += 2 if reader.key(place) == "OR" else 1
    return place


def insert(reader: Reader, place: int, end: int, scope: Scope = _NONE) -> bool:
    """INSERT and REPLACE of every dialect; `place` is behind the verb."""
    place = skip(reader, place, "OR LOW_PRIORITY DELAYED HIGH_PRIORITY IGNORE TOP")
    if reader.key(place) in ("ALL", "FIRST") or (reader.key(place) == "OVERWRITE" and reader.key(place + 1) == "ALL"):
        return _insert_several(reader, place + 1, end, scope)
    place = skip(reader, place, "INTO OVERWRITE TABLE LOCAL")
    if reader.key(place) == "@":  # T-SQL's table variable is no relation
        return _body(reader, place + 2, end, scope)
    if reader.key(place) == "DIRECTORY" and reader.key(place + 1) != ".":
        return _body(reader, place + 1, end, scope)
    if reader.key(place) == "FUNCTION":
        return _body(reader, reader.after(place + 2), end, scope)
    if reader.key(place) == "(" and reader.is_query(place + 1):
        _inline_view(reader, place, end)
        return _body(reader, reader.after(place), end, scope)
    if not reader.is_name(place):
        return False
    use, place = reader.name(place)
    reader.write(use)
    if reader.key(place) == "(" and not reader.is_query(place + 1):
        place = reader.after(place)
    return _body(reader, place, end, scope)


def _insert_several(reader: Reader, place: int, end: int, scope: Scope) -> bool:
    """Oracle's and Snowflake's INSERT ALL / FIRST: several INTO, then a query."""
    body = reader.find(place, end, ("SELECT", "WITH"))
    number = reader.find(place, body, ("INTO",))
    while number < body and reader.is_name(number + 1):
        use, after = reader.name(number + 1)
        reader.write(use)
        number = reader.find(after, body, ("INTO",))
    reader.scan(place, body, scope, clauses=False)
    return _body(reader, body, end, scope) and bool(reader.uses.writes)


def _body(reader: Reader, place: int, end: int, scope: Scope) -> bool:
    """What rows come from; OUTPUT ... INTO and assignments before it, ON CONFLICT and RETURNING behind it."""
    start = place
    while start < end and not _begins_body(reader, start):
        start = reader.after(start)
    output(reader, place, start)
    reader.scan(place, start, scope, clauses=False)
    if reader.key(start) in ("EXEC", "EXECUTE", "CALL"):
        reader.uses.unknown.append("A procedure may read and write anything.")
        return True
    if reader.is_at(start, "FROM", "INFILE"):
        return True
    tail = reader.find(start + 1, end, _TAILS)
    while tail < end and reader.key(tail) == "ON" and reader.key(tail + 1) not in ("CONFLICT", "DUPLICATE"):
        tail = reader.find(tail + 1, end, _TAILS)
    if reader.key(start) == "VALUES":
        reader.scan(start, tail, scope, clauses=False)
    elif start < end:
        reader.query(start, tail, scope)
    reader.scan(tail, end, scope, clauses=False)
    return error_log(reader, tail, end)


def error_log(reader: Reader, place: int, end: int) -> bool:
    """Oracle's LOG ERRORS INTO another table, behind any change."""
    log = reader.find(place, end, ("LOG",))
    if reader.is_at(log, "LOG", "ERRORS", "INTO") and reader.is_name(log + 3):
        reader.write(reader.name(log + 3)[0])
    return True


def _begins_body(reader: Reader, place: int) -> bool:
    key = reader.key(place)
    if key == "(":
        return reader.is_query(place + 1)
    return key in _BODY and not (key == "WITH" and not reader.is_cte(place))


def output(reader: Reader, place: int, end: int) -> None:
    """T-SQL's OUTPUT ... INTO another table."""
    start = reader.find(place, end, ("OUTPUT",))
    into = reader.find(start, end, ("INTO",))
    if start < into < end and reader.is_name(into + 1):
        reader.write(reader.name(into + 1)[0])


def update(reader: Reader, place: int, end: int, scope: Scope = _NONE) -> bool:
    """UPDATE: one target, several (MySQL), or an alias of FROM (T-SQL)."""
    place = skip(reader, place, "OR LOW_PRIORITY IGNORE TOP ONLY")
    assignments = reader.find(place, end, ("SET",))
    if assignments == end:
        return reader.key(place) in ("EXTENSIONS", "STATISTICS")  # DuckDB, T-SQL
    if reader.key(place) == "(" and reader.is_query(place + 1):
        _inline_view(reader, place, assignments)
        reader.scan(assignments, end, scope, clauses=False)
        return error_log(reader, assignments, end)
    targets = _listed(reader, place, assignments, _NONE)
    start = reader.find(assignments, end, ("FROM",))
    output(reader, assignments, start)
    reader.scan(assignments, start, scope, clauses=False)
    sources = _listed(reader, start, end, scope)
    if len(targets) > 1:
        named = _assigned(reader, assignments, start)
        changed = [pair for pair in targets if pair[0] in named] or targets[:1]
        reader.uses.reads += [pair[1] for pair in targets if pair not in changed]
        reader.uses.writes += [pair[1] for pair in changed]
        reader.uses.reads += [use for _, use in sources]
        return True
    return _target(reader, targets, sources) and error_log(reader, assignments, end)


def _inline_view(reader: Reader, place: int, end: int) -> None:
    """Oracle changes the first relation of a sub-query and reads its others."""
    close = reader.inside(place, end)
    listed = _listed(reader, reader.find(place + 1, close, ("FROM",)), close, _NONE)
    reader.uses.writes += [use for _, use in listed[:1]]
    reader.uses.reads += [use for _, use in listed[1:]]


def _assigned(reader: Reader, place: int, end: int) -> set[str]:
    """The qualifiers of the columns that SET changes."""
    found = set()
    while place < end:
        if reader.key(place) in ("SET", ",") and reader.is_name(place + 1):
            use, after = reader.name(place + 1)
            if len(use.parts) > 1 and reader.key(after) == "=":
                found.add(use.parts[-2].lower())
        place = reader.after(place)
    return found


def _listed(reader: Reader, place: int, end: int, scope: Scope) -> list[tuple[str, RelationUse]]:
    """The relations of a FROM list (not those in its sub-queries, which are read) under their aliases."""
    outer, reader.named = reader.named, []
    before = len(reader.uses.reads)
    if reader.key(place) in ("FROM", "USING"):
        place += 1
    if place < end:
        behind = reader.sources(place, end, scope)
        reader.scan(behind, end, scope)
    named, reader.named = reader.named, outer
    listed = [(alias, use) for alias, use in named if use in reader.uses.reads[before:]]
    uses = [use for _, use in listed]
    reader.uses.reads[before:] = [use for use in reader.uses.reads[before:] if use not in uses]
    return listed


def _target(reader: Reader, targets: list[tuple[str, RelationUse]], sources: list[tuple[str, RelationUse]]) -> bool:
    """One target; if FROM has it as an alias, the relation behind the alias is it."""
    if not targets:
        return False
    target = targets[0][1]
    behind = [pair for pair in sources if len(target.parts) == 1 and pair[0] == target.name.lower()]
    for use in [pair[1] for pair in behind] or [target]:
        reader.write(use)
    reader.uses.reads += [use for alias, use in sources if (alias, use) not in behind]
    return True


def delete(reader: Reader, place: int, end: int, scope: Scope = _NONE) -> bool:
    """DELETE with or without FROM, of one relation or several (MySQL), with USING or a second FROM."""
    place = skip(reader, place, "LOW_PRIORITY QUICK IGNORE TOP FROM ONLY")
    targets: list[RelationUse] = []
    if reader.key(place) == "(" and reader.is_query(place + 1):
        _inline_view(reader, place, end)
        reader.scan(reader.after(place), end, scope, clauses=False)
        return error_log(reader, place, end)
    while reader.is_name(place):
        use, place = reader.name(place)
        targets.append(use)
        place = skip(reader, place, ". *")
        if reader.key(place) != ",":
            break
        place += 1
    if not targets:
        return False
    start = reader.find(place, end, ("FROM", "USING", "WHERE"))
    output(reader, place, start)
    if reader.key(start) not in ("FROM", "USING"):
        reader.doubts |= reader.is_odd(place) and reader.is_odd(place + 1)
        reader.scan(place, end, scope, clauses=False)
        for target in targets:
            reader.write(target)
        return error_log(reader, place, end)
    sources = _listed(reader, start, end, scope)
    names = {target.name.lower() for target in targets} | {target.parts[-1].lower() for target in targets}
    changed = [pair for pair in sources if pair[0] in names or pair[1].name.lower() in names]
    reader.uses.writes += [use for _, use in changed] if reader.dialect in BY_ALIAS and changed else targets
    reader.uses.reads += [
        use for alias, use in sources if reader.dialect not in BY_ALIAS or (alias, use) not in changed
    ]
    return True


def merge(reader: Reader, place: int, end: int, scope: Scope = _NONE) -> bool:
    """MERGE: target, source, and what the branches say."""
    place = skip(reader, place, "TOP WITH SCHEMA EVOLUTION INTO ONLY")
    using = reader.find(place, end, ("USING",))
    if using == end or not reader.is_name(place):
        return False
    reader.write(reader.name(place)[0])
    behind = reader.source(using + 1, end, scope)
    output(reader, behind, end)
    reader.scan(behind, end, scope, clauses=False)
    return error_log(reader, behind, end)


def copy(reader: Reader, place: int, end: int, scope: Scope = _NONE) -> bool:
    """COPY both ways: Postgres, Redshift, DuckDB, Snowflake, Databricks."""
    is_into = reader.key(place) == "INTO"
    place += is_into
    way = reader.find(place, end, ("FROM", "TO"))
    if way in (place, end):
        return False
    incoming = reader.key(way) == "FROM"
    if incoming and reader.is_name(place):
        reader.write(reader.name(place)[0])
    elif incoming:  # into a stage or a file
        _copied(reader, way + 1, end, scope)
        return is_into
    else:
        _copied(reader, place, way, scope)
    if incoming and reader.key(way + 1) == "(":
        _copied(reader, way + 1, end, scope)
    return True


def _copied(reader: Reader, place: int, end: int, scope: Scope) -> None:
    if reader.key(place) == "(":
        reader.query(place + 1, min(reader.closes[place], end), scope)
    elif reader.is_name(place):
        reader.read(reader.name(place)[0], scope)


def load(reader: Reader, place: int, end: int, scope: Scope = _NONE) -> bool:
    """LOAD DATA ... INTO [TABLE] x (MySQL, Hive, BigQuery); LOAD of an extension does nothing to relations."""
    if reader.key(place) not in ("DATA", "XML"):
        return True
    into = skip(reader, reader.find(place, end, ("INTO", "OVERWRITE")), "OVERWRITE INTO TEMP TABLE")
    if into >= end or not reader.is_name(into):
        return False
    reader.write(reader.name(into)[0])
    reader.scan(into, end, scope, clauses=False)
    return True
