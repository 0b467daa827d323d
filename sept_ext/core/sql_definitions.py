"""CREATE, ALTER, DROP, TRUNCATE and RENAME, word by word: for the forms that the parser does not know."""

from __future__ import annotations

from .sql_changes import skip
from .sql_collector import Scope
from .sql_control import routine
from .sql_reader import Reader
from .sql_tokens import keys
from .sql_uses import RelationUse

_RELATIONS = frozenset(("TABLE", "VIEW", "STREAM", "TABLES", "VIEWS", "DICTIONARY"))
_WITHOUT = keys(
    "DATABASE SCHEMA CATALOG USER ROLE GROUP LOGIN SECRET EXTENSION STAGE SEQUENCE TYPE DOMAIN WAREHOUSE FUNCTION"
    " PROCEDURE PROC MACRO PACKAGE FORMAT TAG POLICY INTEGRATION SERVER COLLATION CAST OPERATOR AGGREGATE PUBLICATION"
    " SUBSCRIPTION STATISTICS SYNONYM LINK DIRECTORY TABLESPACE PROFILE QUOTA SETTINGS MODEL RESERVATION CONNECTION"
    " SESSION SYSTEM LANGUAGE CONVERSION TRANSFORM SHARE ACCOUNT VOLUME WORKLOAD RESOURCE NAMESPACE ASSERTION"
    " DATASHARE ACCESS EVENT ALERT PIPE TASK CONSTRAINT PARTITION PRIVILEGES DEFAULT KEY CERTIFICATE MASKING NETWORK"
)
_ROUTINES = keys("PROCEDURE PROC FUNCTION PACKAGE")
_INDEX = "INDEX"
_MODELS = keys("LIKE CLONE AS OF ON COPY")
_KINDS = _RELATIONS | _WITHOUT | {_INDEX, "TRIGGER", "RULE"}
_EXISTS = "IF NOT EXISTS ONLY CONCURRENTLY"
_END_OF_BODY = frozenset(("NO", "DATA", "CHECK", "READ", "CASCADED", "LOCAL"))
_NONE: Scope = frozenset()


def _kind(reader: Reader, place: int, end: int) -> int:
    """Where the kind of the thing is said: the first such word outside of brackets, before any AS."""
    return reader.find(place, reader.find(place, end, ("AS", "SELECT", ".")), _KINDS)


def create(reader: Reader, place: int, end: int) -> bool:
    """CREATE of relations and indexes; other things touch no relation."""
    kind = _kind(reader, place, end)
    key = reader.key(kind)
    if key == "TRIGGER":
        routine(reader, kind, end)
    if key in (_INDEX, "TRIGGER"):
        return _on(reader, kind, end)
    if key in _ROUTINES:
        routine(reader, kind, end)
        return True
    if key not in _RELATIONS:
        reader.scan(kind, end, _NONE, clauses=False)
        return key in _WITHOUT
    after = skip(reader, kind + 1, _EXISTS)
    if reader.key(kind + 1) == "FUNCTION" or not reader.is_name(after):
        return reader.key(kind + 1) == "FUNCTION"
    use, behind = reader.name(after)
    recursive = "RECURSIVE" in [word.key for word in reader.words[place:kind]]
    scope = frozenset((use.parts[-1].lower(),)) if recursive else _NONE
    _defined(reader, behind, end, scope)
    if key == "DICTIONARY":
        _source(reader, behind, end)
    is_temporary = any(word.key in ("TEMP", "TEMPORARY") for word in reader.words[place:kind])
    is_new = reader.key(kind + 1) != "IF" or (key == "VIEW" and reader.key(kind - 1) != "MATERIALIZED")
    reader.write(use, makes=is_new, is_temporary=is_temporary)
    return True


def _on(reader: Reader, place: int, end: int) -> bool:
    """An index (or trigger) changes the relation it stands on."""
    on = skip(reader, reader.find(place, end, ("ON",)) + 1, "ONLY TABLE VIEW")
    if on >= end or not reader.is_name(on):
        return False
    reader.write(reader.name(on)[0])
    return True


def _defined(reader: Reader, place: int, end: int, scope: Scope) -> None:
    """What a relation is made of: a model, a query; its columns may hold sub-queries."""
    body = query_start(reader, place, end)
    number = place
    while number < body:
        key = reader.key(number)
        if key == "(":
            _columns(reader, number, scope)
        model = number + 1 + (reader.key(number + 1) in ("TABLE", "VIEW", "OF"))
        if key == "AS" and reader.key(model) == "EXECUTE":
            reader.uses.unknown.append("The prepared statement is not known.")
        elif key in _MODELS and model != body and number + 1 != body and _is_model(reader, number, model):
            reader.read(reader.name(model)[0], scope)
        if key == "TO" and reader.is_name(number + 1):
            reader.write(reader.name(number + 1)[0])
        if key == "INHERITS":
            _parents(reader, number + 1)
        number = reader.after(number)
    last = body
    while last < end and not (reader.key(last) == "WITH" and reader.key(last + 1) in _END_OF_BODY):
        last = reader.after(last)
    reader.query(body, min(last, end), scope)


def _source(reader: Reader, place: int, end: int) -> None:
    """Where a dictionary of ClickHouse takes its rows from: SOURCE(CLICKHOUSE(DB 'd' TABLE 't')), or a query."""
    source = reader.find(place, end, ("SOURCE",))
    inside = range(source, reader.inside(source + 1, end) if source < end else source)
    said = {reader.key(number): number + 1 for number in inside if reader.key(number) in ("DB", "TABLE", "QUERY")}
    if reader.key(source + 2) != "CLICKHOUSE":
        return
    if "QUERY" in said and reader.is_string(said["QUERY"]):
        reader.run(reader.words[said["QUERY"]].text)
    elif "TABLE" in said:
        parts = [reader.words[said[part]].text for part in ("DB", "TABLE") if part in said]
        reader.read(RelationUse(tuple(parts), -1, -1))


def _is_model(reader: Reader, place: int, model: int) -> bool:
    """`AS t` (ClickHouse), `LIKE t`, `CLONE t`, `COPY t`; `PARTITION OF t`; a stream's `ON TABLE t`."""
    key = reader.key(place)
    if not reader.is_name(model) or reader.key(place - 1) == "COMMIT":
        return False
    if key == "ON":
        return model == place + 2 and reader.key(place + 1) in ("TABLE", "VIEW")
    if key == "OF":
        return reader.key(place - 1) == "PARTITION"
    if key == "COPY":
        return reader.dialect == "bigquery"
    return key != "AS" or (reader.dialect == "clickhouse" and reader.key(reader.name(model)[1]) != "(")


def _columns(reader: Reader, place: int, scope: Scope) -> None:
    close = reader.closes[place]
    number = place + 1
    while number < close:
        if reader.key(number) == "LIKE" and reader.key(number - 1) in ("(", ",") and reader.is_name(number + 1):
            reader.read(reader.name(number + 1)[0], scope)
        number = reader.after(number)
    reader.scan(place + 1, close, scope, clauses=False)


def _parents(reader: Reader, place: int) -> None:
    close, place = reader.closes.get(place, place), place + 1
    while place < close and reader.is_name(place):
        use, place = reader.name(place)
        reader.read(use)
        place += 1


def query_start(reader: Reader, place: int, end: int) -> int:
    """The query of CREATE ... [AS] query."""
    while place < end:
        key = reader.key(place)
        if key == "SELECT" or (key == "WITH" and reader.is_cte(place)):
            return place
        if key == "AS" and (
            reader.key(place + 1) in ("FROM", "VALUES", "TABLE", "PIVOT") or reader.is_query(place + 1)
        ):
            return place + 1
        place = reader.after(place)
    return end


def drop(reader: Reader, place: int, end: int) -> bool:
    """DROP of one or more relations."""
    kind = _kind(reader, place, end)
    if reader.key(kind) in (_INDEX, "TRIGGER", "RULE"):
        on = reader.find(kind, end, ("ON",)) + 1
        if on < end and reader.is_name(on):
            reader.write(reader.name(on)[0])
        return True
    if reader.key(kind) not in _RELATIONS:
        return reader.key(kind) in _WITHOUT
    return _names(reader, skip(reader, kind + 1, _EXISTS))


def truncate(reader: Reader, place: int, end: int) -> bool:
    """TRUNCATE [TABLE] of one or more relations."""
    if reader.key(place) in ("DATABASE", "ALL"):
        return False
    return _names(reader, skip(reader, place, "TABLE TABLES MATERIALIZED VIEW " + _EXISTS))


def _names(reader: Reader, place: int) -> bool:
    found = False
    while reader.is_name(place):
        use, place = reader.name(place)
        reader.write(use)
        found = True
        place = skip(reader, place, "*")
        if reader.key(place) == "(":  # partitions
            place = reader.after(place)
        if reader.key(place) != ",":
            break
        place = skip(reader, place + 1, "ONLY TABLE")
    return found


def rename(reader: Reader, place: int, end: int) -> bool:
    """RENAME TABLE a TO b, c TO d; Oracle's RENAME a TO b."""
    place = skip(reader, place, "TABLE TABLES VIEW DICTIONARY OBJECT IF EXISTS")
    found = False
    while reader.is_name(place):
        old, place = reader.name(place)
        if reader.key(place) != "TO" or not reader.is_name(place + 1):
            return found
        new, place = reader.name(place + 1)
        if reader.dialect == "tsql" and len(new.parts) == 1:  # Synapse's RENAME OBJECT
            new = RelationUse((*old.parts[:-1], *new.parts), new.start, new.end)
        reader.write(old)
        reader.write(new, makes=True)
        found = True
        if reader.key(place) == ",":
            place += 1
    return found


def exchange(reader: Reader, place: int, end: int) -> bool:
    """ClickHouse's EXCHANGE TABLES a AND b."""
    place = skip(reader, place, "TABLES DICTIONARIES")
    if not reader.is_name(place):
        return False
    use, place = reader.name(place)
    reader.write(use)
    if reader.key(place) != "AND" or not reader.is_name(place + 1):
        return False
    reader.write(reader.name(place + 1)[0])
    return True


def alter(reader: Reader, place: int, end: int) -> bool:
    """ALTER of a relation: it is written, and so is what it changes places with."""
    kind = _kind(reader, place, end)
    if reader.key(kind) == _INDEX:
        return _on(reader, kind, end) or True
    if reader.key(kind) not in _RELATIONS:
        return reader.key(kind) in _WITHOUT or reader.key(place) in _WITHOUT
    after = skip(reader, kind + 1, "IF EXISTS ONLY")
    if not reader.is_name(after):
        return False
    use, place = reader.name(after)
    reader.write(use)
    body = query_start(reader, place, end)
    number = place
    while number < body:
        _action(reader, number, use)
        number = reader.after(number)
    reader.scan(place, body, _NONE, clauses=False)
    reader.query(body, end)
    return True


def _action(reader: Reader, place: int, target: RelationUse) -> None:
    key, before = reader.key(place), reader.key(place - 1)
    if key in ("TO", "AS") and (before == "RENAME" or (key == "TO" and _follows(reader, place, "SWITCH"))):
        _other(reader, place + 1, target, makes=before == "RENAME")
    elif _is_exchange(reader, place, key, before):
        _other(reader, place + 1, target)
    elif key == "FROM" and reader.is_name(place + 1):
        found = reader.name(place + 1)[0]
        reader.read(found)
        if before == "APPEND":
            reader.write(found)


def _is_exchange(reader: Reader, place: int, key: str, before: str) -> bool:
    """Whether another relation that is changed too comes next."""
    if key == "WITH":
        return before == "SWAP" or _follows(reader, place, "EXCHANGE")
    if key == "PARTITION":
        return before in ("ATTACH", "DETACH") and reader.dialect in ("postgres", "redshift")
    return key == "INHERIT" or (key == "TABLE" and _follows(reader, place, "MOVE"))


def _follows(reader: Reader, place: int, word: str) -> bool:
    """Whether the verb stands a few words before."""
    return word in (reader.key(number) for number in range(max(place - 12, 0), place))


def _other(reader: Reader, place: int, target: RelationUse, *, makes: bool = False) -> None:
    """The other relation of an action; a bare new name stays in the schema of the old one."""
    place += reader.key(place) == "TABLE"
    if reader.is_name(place) and not reader.is_at(place, "PARTITION", "("):
        use = reader.name(place)[0]
        if makes and len(use.parts) == 1:
            use = RelationUse((*target.parts[:-1], *use.parts), use.start, use.end)
        reader.write(use, makes=makes)
