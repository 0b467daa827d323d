"""Statements by their first words: the second line, for what sqlglot cannot parse or keeps as a raw command.

Each verb has a function that reads its clauses on the words of the statement; queries inside go back to the parser.
What no function makes sense of is unknown.
"""

from __future__ import annotations

from . import sql_changes as changes
from . import sql_control as control
from . import sql_definitions as definitions
from . import sql_dynamic as dynamic
from . import sql_upkeep as upkeep
from .sql_changes import skip
from .sql_collector import Inner
from .sql_reader import Change, Reader
from .sql_scripts import Block
from .sql_tokens import keys, words_of
from .sql_upkeep import Verb
from .sql_uses import Uses

_HARMLESS = keys(
    "VACUUM ANALYZE ANALYSE CHECKPOINT FORCE INSTALL RESET GRANT REVOKE DENY LISTEN UNLISTEN NOTIFY DISCARD DEALLOCATE"
    " CLOSE FETCH MOVE SAVEPOINT RELEASE COMMIT ROLLBACK ABORT USE UNSET PRAGMA LOCK UNLOCK"
    " REINDEX FLUSH KILL SYSTEM SAVE PRINT RAISERROR THROW GO SECURITY REASSIGN CLUSTER WAITFOR NOAUDIT"
    " AWAIT CANCEL GET"
    " AUDIT UNCACHE CLEAR ADD STOP XA BINLOG CHANGE HELP DBCC BACKUP"
)
_DIAGNOSTICS = keys("DIAGNOSTICS STACKED CURRENT")
_STAGED = keys("LIST LS PUT GET REMOVE RM")
_EXPLAINED = (control.BEGINS - {"SET"}) | {"("}
_DESCRIBED = "TABLE VIEW EXTENDED FORMATTED DETAIL HISTORY DYNAMIC EXTERNAL MATERIALIZED STREAM"
_NO_RELATION = keys("DATABASE SCHEMA FUNCTION PROCEDURE USER ROLE WAREHOUSE STAGE CATALOG RESULT")
_SHOWN = keys("TABLES DATABASES SCHEMAS VARIABLES FUNCTIONS ALL VIEWS COLUMNS SETTINGS")


def read_words(text: str, dialect: str, inner: Inner) -> Uses | None:
    """What a statement does, by its words; None if they make no sense."""
    words = words_of(text, dialect)
    if not words:
        return None
    reader = Reader(text, words, dialect, inner)
    reader.changes = _CHANGES
    return reader.uses if _statement(reader, 0, len(words)) and not reader.doubts else None


def query_text(text: str, dialect: str) -> str | None:
    """The query inside a statement (CREATE ... AS query) that does not parse as a whole."""
    words = words_of(text, dialect)
    if not words or words[0].key in ("SELECT", "WITH"):
        return None
    reader = Reader(text, words, dialect, _NOTHING)
    start = definitions.query_start(reader, 1, len(words))
    return text[words[start].start :] if start < len(words) and not reader.doubts else None


class _Nothing:
    """No piece of a statement is looked into."""

    def query(self, text: str, scope: frozenset[str]) -> Uses | None:
        return Uses()

    def statement(self, text: str) -> Uses:
        return Uses()

    def code(self, code: str, *, is_body: bool) -> Uses:
        return Uses()

    block = Block()


_NOTHING = _Nothing()


def _statement(reader: Reader, place: int, end: int) -> bool:
    key = reader.key(place)
    if key in ("\\", "/"):  # psql's commands; the end of a block in Oracle's tools
        return place + 1 == end or _statement(reader, place + 1, end)
    start = control.labelled(reader, place, end)
    if start > place:
        return start == end or _statement(reader, start, end)
    if control.assigned(reader, place) == ":=":
        return control.declaration(reader, place, end)
    if key == "WITH" and reader.is_cte(place):
        return _with(reader, place, end)
    if key == "WITH":
        return False
    if key in ("SELECT", "FROM", "VALUES", "TABLE", "(", "PIVOT", "UNPIVOT"):
        reader.query(place, end)
        return True
    verb = _VERBS.get(key)
    if verb is not None:
        return verb(reader, place + 1, end)
    if reader.inner.block.is_declaring or control.assigned(reader, place) == "=":
        return control.declaration(reader, place, end)
    return _is_harmless(reader, place, end) or _called(reader, place, end)


def _is_harmless(reader: Reader, place: int, end: int) -> bool:
    """Statements that touch no relation; `Use the table, please` is none."""
    key = reader.key(place)
    if key == "START":
        return reader.key(place + 1) in control.TRANSACTION
    if key in _STAGED and reader.key(place + 1) not in _DIAGNOSTICS:
        return reader.dialect == "snowflake" and any(word.key == "@" for word in reader.words[place:end])
    return key in _HARMLESS and not reader.is_prose(place + 1, end)


def _called(reader: Reader, place: int, end: int) -> bool:
    """A block of PL/SQL calls a procedure by its name alone."""
    if reader.dialect != "oracle" or not reader.is_name(place):
        return False
    use, after = reader.name(place)
    is_call = after == end or (reader.key(after) == "(" and reader.after(after) == end)
    return is_call and len(use.parts) > 1 and dynamic.procedure(reader, place, end)


def _with(reader: Reader, place: int, end: int) -> bool:
    """WITH before a statement that changes something, or a query that does not parse."""
    body, scope = reader.ctes(place, end, frozenset())
    change = _CHANGES.get(reader.key(body))
    if change is not None:
        return change(reader, body + 1, end, scope)
    reader.query(body, end, scope)
    return True


def _explain(reader: Reader, place: int, end: int) -> bool:
    """EXPLAIN with its options; ANALYZE runs the statement."""
    runs = False
    start = place
    while start < end and (
        reader.key(start) not in _EXPLAINED or (reader.key(start) == "(" and _options(reader, start))
    ):
        if reader.key(start) in ("ANALYZE", "ANALYSE"):
            runs = True
        elif reader.key(start) == "(":
            runs |= _is_analyzed([word.key for word in reader.words[start : reader.closes[start]]])
        start = reader.after(start)
    if start >= end:  # MySQL's EXPLAIN table
        return _describe(reader, place, end)
    reader.nested(start, end, runs=runs)
    return True


def _is_analyzed(options: list[str]) -> bool:
    place = next((n for n, key in enumerate(options) if key in ("ANALYZE", "ANALYSE")), -1)
    return place >= 0 and options[place + 1 : place + 2] not in (["FALSE"], ["OFF"])


def _options(reader: Reader, place: int) -> bool:
    return not reader.is_query(place + 1)


def _describe(reader: Reader, place: int, end: int) -> bool:
    """DESCRIBE of a relation reads it; of a query, what the query reads."""
    place += reader.is_at(place, "QUERY") and place + 1 < end
    if reader.key(place) in ("SELECT", "WITH", "FROM", "(", "INSERT", "UPDATE", "DELETE"):
        reader.nested(place, end, runs=False)
        return True
    if reader.key(place) in _NO_RELATION or place >= end:
        return True
    place = skip(reader, place, _DESCRIBED)
    if not reader.is_name(place):
        return place < end
    reader.read(reader.name(place)[0])
    return True


def _show(reader: Reader, place: int, end: int) -> bool:
    """SHOW CREATE TABLE t, SHOW COLUMNS FROM t read t."""
    about = reader.key(place)
    if reader.find(place, end, ("->>",)) < end:
        return False
    if about == "CREATE":
        kind = skip(reader, place + 1, "TEMPORARY MATERIALIZED")
        start = skip(reader, kind, "TABLE VIEW")
        if (start > kind or reader.dialect == "clickhouse") and reader.is_name(start):
            reader.read(reader.name(start)[0])
        return True
    if reader.dialect == "duckdb" and place + 1 == end and about not in _SHOWN and reader.is_name(place):
        reader.read(reader.name(place)[0])
        return True
    reader.expression(place, end)
    place = skip(reader, place, "EXTENDED FULL")
    if about == "TABLE" and reader.is_name(place + 1):  # Redshift
        reader.read(reader.name(place + 1)[0])
    if reader.key(place) in ("COLUMNS", "FIELDS", "INDEX", "INDEXES", "KEYS", "PARTITIONS", "TBLPROPERTIES", "STATS"):
        start = place + 1 + (reader.key(place + 1) in ("FROM", "IN", "FOR"))
        start += reader.key(start) == "TABLE"
        if start < end and reader.is_name(start):
            reader.read(reader.name(start)[0])
    return True


def _prepare(reader: Reader, place: int, end: int) -> bool:
    """PREPARE plans a statement: it is read, nothing is written."""
    start = reader.find(place, end, ("AS", "FROM")) + 1
    if reader.is_string(start):
        reader.uses.add(reader.inner.code(reader.words[start].text, is_body=False), runs=False)
    elif start < end and (reader.key(start - 1) == "AS" or reader.key(start) in control.BEGINS):
        reader.nested(start, end, runs=False)
    return start < end


def _unload(reader: Reader, place: int, end: int) -> bool:
    """UNLOAD (query) or ('query') TO a file."""
    if reader.key(place) != "(":
        return False
    if reader.is_string(place + 1):
        reader.run(reader.words[place + 1].text)
    else:
        reader.query(place + 1, min(reader.closes[place], end))
    return True


def _export(reader: Reader, place: int, end: int) -> bool:
    """BigQuery's EXPORT DATA ... AS query; DuckDB's EXPORT DATABASE reads everything."""
    start = reader.find(place, end, ("AS",)) + 1
    reader.query(start, end)
    return start < end


_CHANGES: dict[str, Change] = {
    "INSERT": changes.insert,
    "UPDATE": changes.update,
    "DELETE": changes.delete,
    "MERGE": changes.merge,
    "EXECUTE": dynamic.in_brackets,
    "CALL": dynamic.in_brackets,
}
_VERBS: dict[str, Verb] = {
    **control.VERBS,
    "INSERT": changes.insert,
    "REPLACE": changes.insert,
    "UPDATE": changes.update,
    "DELETE": changes.delete,
    "MERGE": changes.merge,
    "COPY": changes.copy,
    "\\COPY": changes.copy,
    "LOAD": changes.load,
    "CREATE": definitions.create,
    "DROP": definitions.drop,
    "ALTER": definitions.alter,
    "TRUNCATE": definitions.truncate,
    "RENAME": definitions.rename,
    "EXCHANGE": definitions.exchange,
    "EXPLAIN": _explain,
    "DESCRIBE": _describe,
    "DESC": _describe,
    "SHOW": _show,
    "PREPARE": _prepare,
    "UNLOAD": _unload,
    "EXPORT": _export,
    "REFRESH": upkeep.refresh,
    "CACHE": upkeep.cache,
    "COMMENT": upkeep.comment,
    "ATTACH": upkeep.attach,
    "DETACH": upkeep.attach,
    "BULK": upkeep.bulk,
    "OPTIMIZE": upkeep.written("TABLE NO_WRITE_TO_BINLOG LOCAL"),
    "UNDROP": upkeep.undrop,
    "FLASHBACK": upkeep.flashback,
    "RESTORE": upkeep.restore,
    "PURGE": upkeep.purge,
    "EXISTS": upkeep.read("TEMPORARY TABLE VIEW DICTIONARY"),
    "REPAIR": upkeep.written("TABLE NO_WRITE_TO_BINLOG LOCAL"),
    "MSCK": upkeep.written("REPAIR TABLE"),
    "CHECK": upkeep.read("TABLE"),
    "CHECKSUM": upkeep.read("TABLE"),
    "HANDLER": upkeep.read(""),
    "WATCH": upkeep.read(""),
    "SUMMARIZE": upkeep.read(""),
}
