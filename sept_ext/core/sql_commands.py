"""Statements by their first words: the second line, for what sqlglot cannot parse or keeps as a raw command.

Each verb has a function that reads its clauses on the words of the statement; queries inside go back to the parser.
What no function makes sense of is unknown.
"""

from __future__ import annotations

from . import sql_changes as changes
from . import sql_definitions as definitions
from . import sql_upkeep as upkeep
from .sql_changes import skip
from .sql_reader import Change, Inner, Reader
from .sql_tokens import keys, words_of
from .sql_upkeep import Verb
from .sql_uses import Uses

_HARMLESS = keys(
    "VACUUM ANALYZE ANALYSE CHECKPOINT FORCE INSTALL RESET GRANT REVOKE DENY LISTEN UNLISTEN NOTIFY DISCARD DEALLOCATE"
    " CLOSE FETCH MOVE SAVEPOINT RELEASE COMMIT ROLLBACK END ABORT USE UNSET PRAGMA LOCK UNLOCK"
    " REINDEX FLUSH KILL SYSTEM SAVE PRINT RAISERROR THROW RETURN GO SECURITY REASSIGN CLUSTER WAITFOR NOAUDIT"
    " AUDIT UNCACHE CLEAR ADD OPEN STOP XA BINLOG CHANGE HELP DBCC BACKUP"
)
_STAGED = keys("LIST LS PUT GET REMOVE RM")
_TRANSACTION = keys("TRANSACTION TRAN WORK ISOLATION READ DEFERRED IMMEDIATE EXCLUSIVE CONCURRENT")
_PROCEDURES = frozenset(("CALL", "EXEC", "EXECUTE", "DO"))
_BEGINS = keys(
    "SELECT WITH FROM VALUES INSERT UPDATE DELETE MERGE REPLACE CREATE DROP ALTER TRUNCATE COPY TABLE UNLOAD DECLARE"
    " EXPLAIN DESCRIBE SHOW CALL EXEC EXECUTE SET IF WHILE PIVOT UNPIVOT REFRESH ("
)
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

    code = statement


_NOTHING = _Nothing()


def _statement(reader: Reader, place: int, end: int) -> bool:
    key = reader.key(place)
    if key == "\\":
        return _statement(reader, place + 1, end)
    if key == "WITH" and reader.is_cte(place):
        return _with(reader, place, end)
    if key == "WITH":
        return False
    if key in ("SELECT", "FROM", "VALUES", "TABLE", "(", "PIVOT", "UNPIVOT"):
        reader.query(place, end)
        return True
    if key in _PROCEDURES:
        return _procedure(reader, place, end)
    start = place + 1 + (reader.key(place + 1) in ("TRY", "CATCH"))
    if key == "BEGIN" and reader.key(start) in _BEGINS:
        reader.nested(start, end)
        return True
    verb = _VERBS.get(key)
    if verb is not None:
        return verb(reader, place + 1, end)
    return _is_harmless(reader, place, end)


def _is_harmless(reader: Reader, place: int, end: int) -> bool:
    """Statements that touch no relation; `Use the table, please` is none."""
    key = reader.key(place)
    if key in ("BEGIN", "START"):
        return place + 1 == end or reader.key(place + 1) in _TRANSACTION
    if key in _STAGED:
        return reader.dialect == "snowflake" and any(word.key == "@" for word in reader.words[place:end])
    odd = 0
    for number in range(place + 1, end):
        odd = odd + 1 if reader.is_odd(number) else 0
        if odd > 3:
            return False
    return key in _HARMLESS


def _with(reader: Reader, place: int, end: int) -> bool:
    """WITH before a statement that changes something, or a query that does not parse."""
    body, scope = reader.ctes(place, end, frozenset())
    change = _CHANGES.get(reader.key(body))
    if change is not None:
        return change(reader, body + 1, end, scope)
    reader.query(body, end, scope)
    return True


def _procedure(reader: Reader, place: int, end: int) -> bool:
    """A procedure may do anything, unless it is SQL in a string."""
    if reader.key(place) in ("EXECUTE", "EXEC"):
        code = place + 1 + (reader.key(place + 1) in ("IMMEDIATE", "("))
        if reader.is_string(code) and code > place + 1:
            reader.code(code)
            return True
    reader.uses.unknown.append(f"{reader.key(place)}: a procedure may read and write anything.")
    return True


def _explain(reader: Reader, place: int, end: int) -> bool:
    """EXPLAIN with its options; ANALYZE runs the statement."""
    runs = False
    start = place
    while start < end and (
        reader.key(start) not in _BEGINS - {"SET"} or (reader.key(start) == "(" and _options(reader, start))
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
    place = skip(reader, place, "EXTENDED FULL")
    if about == "TABLE" and reader.is_name(place + 1):  # Redshift
        reader.read(reader.name(place + 1)[0])
    if reader.key(place) in ("COLUMNS", "FIELDS", "INDEX", "INDEXES", "KEYS", "PARTITIONS", "TBLPROPERTIES"):
        start = place + 1 + (reader.key(place + 1) in ("FROM", "IN"))
        start += reader.key(start) == "TABLE"
        if start < end and reader.is_name(start):
            reader.read(reader.name(start)[0])
    return True


def _prepare(reader: Reader, place: int, end: int) -> bool:
    """PREPARE plans a statement: it is read, nothing is written."""
    start = reader.find(place, end, ("AS", "FROM")) + 1
    if reader.is_string(start):
        reader.uses.add(reader.inner.code(reader.words[start].text), runs=False)
    elif start < end and reader.key(start - 1) == "AS":
        reader.nested(start, end, runs=False)
    return start < end


def _declare(reader: Reader, place: int, end: int) -> bool:
    """A cursor is its query; a variable may come from a sub-query."""
    if reader.find(place, end, ("CURSOR",)) < end:
        start = reader.find(place, end, ("FOR",)) + 1
        while start < end and reader.key(start) not in _BEGINS:
            start += 1
        if start < end:
            reader.nested(start, end)
        return True
    reader.scan(place, end, frozenset(), clauses=False)
    return reader.is_name(place) or reader.key(place) == "@"


def _set(reader: Reader, place: int, end: int) -> bool:
    reader.scan(place, end, frozenset(), clauses=False)
    return place < end


def _condition(reader: Reader, place: int, end: int) -> bool:
    """T-SQL's IF, WHILE and ELSE: a condition, then a statement."""
    start = reader.find(place, end, _BEGINS - {"("} | {"BEGIN", "PRINT", "RETURN", "RAISERROR", "THROW"})
    reader.scan(place, start, frozenset(), clauses=False)
    if start < end:
        reader.nested(start, end)
    return start < end


def _loop(reader: Reader, place: int, end: int) -> bool:
    """BigQuery's FOR row IN (query) DO statement."""
    start = reader.find(place, end, ("DO",)) + 1
    reader.scan(place, start, frozenset(), clauses=False)
    if start < end:
        reader.nested(start, end)
    return start < end


def _unload(reader: Reader, place: int, end: int) -> bool:
    """UNLOAD (query) or ('query') TO a file."""
    if reader.key(place) != "(":
        return False
    if reader.is_string(place + 1):
        reader.code(place + 1)
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
}
_VERBS: dict[str, Verb] = {
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
    "DECLARE": _declare,
    "SET": _set,
    "IF": _condition,
    "WHILE": _condition,
    "ELSE": _condition,
    "FOR": _loop,
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
    "ASSERT": _set,
    "EXISTS": upkeep.read("TEMPORARY TABLE VIEW DICTIONARY"),
    "REPAIR": upkeep.written("TABLE NO_WRITE_TO_BINLOG LOCAL"),
    "MSCK": upkeep.written("REPAIR TABLE"),
    "CHECK": upkeep.read("TABLE"),
    "CHECKSUM": upkeep.read("TABLE"),
    "HANDLER": upkeep.read(""),
    "SUMMARIZE": upkeep.read(""),
}
