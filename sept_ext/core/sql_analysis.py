"""`analyze_sql`: the relations a SQL text reads and writes, in any dialect sqlglot knows.

Statements that sqlglot keeps as raw commands or cannot parse are opened as far as their first words tell; what is
left is reported as unknown, never as empty.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from .cells import Problem, SqlAnalysis
from .sql_parameters import ParsedSql, span_of, split_parameters
from .sql_relations import RelationUse, Walk

DEFAULT_DIALECT = "duckdb"
_NAME = r"""(?:[\w$#]+|"[^"]+"|`[^`]+`|\[[^\]]+\])(?:\s*\.\s*(?:[\w$#]+|"[^"]+"|`[^`]+`|\[[^\]]+\]))*"""
_HARMLESS = re.compile(
    r"\s*(?:VACUUM|ANALYZE|CHECKPOINT|FORCE\s+CHECKPOINT|INSTALL|LOAD\s+'?\w+'?\s*\Z|RESET|SHOW|GRANT|REVOKE|LISTEN|NOTIFY"
    r"|DISCARD|DEALLOCATE|CLOSE|SAVEPOINT|RELEASE|START\s+TRANSACTION|BEGIN|COMMIT|ROLLBACK|END|ABORT|USE|SET|UNSET"
    r"|DETACH|ATTACH|PRAGMA|LOCK|UNLOCK|LIST|LS|PUT|GET|REMOVE|RM|COMMENT|REINDEX|FLUSH|KILL|UPDATE\s+EXTENSIONS"
    r"|CREATE\s+(?:OR\s+REPLACE\s+)?(?:TEMP\w*\s+|PERSISTENT\s+)?(?:SECRET|EXTENSION|USER|ROLE|DATABASE|SCHEMA|STAGE"
    r"|SEQUENCE|TYPE|WAREHOUSE|FILE\s+FORMAT)|(?:DROP|ALTER)\s+(?:SECRET|EXTENSION|USER|ROLE|DATABASE|SCHEMA|STAGE"
    r"|SEQUENCE|TYPE|WAREHOUSE|FUNCTION|PROCEDURE|INDEX|SESSION|SYSTEM))\b",
    re.IGNORECASE,
)
_PREFIX = re.compile(
    r"\s*(?P<explain>EXPLAIN(?:\s+(?P<analyze>ANALY[ZS]E)|\s+(?:VERBOSE|EXTENDED|LOGICAL|QUERY\s+PLAN|PLAN\s+FOR|PIPELINE"
    r"|AST|SYNTAX|PLAN|USING\s+\w+)|\s*FORMAT\s*=\s*\w+|\s*\((?P<options>[^()]*)\))*)\s+(?P<rest>\S.*)\Z"
    r"|\s*PREPARE\s+\w+(?:\s*\([^()]*\))?\s+AS\s+(?P<prepared>.*)\Z"
    r"|\s*DECLARE\s+\w+[\w\s]*?\bCURSOR\b[\w\s]*?\bFOR\s+(?P<cursor>.*)\Z"
    r"|\s*REPLACE\s+(?:LOW_PRIORITY\s+|DELAYED\s+)?(?P<replaced>INTO\s.*)\Z",
    re.IGNORECASE | re.DOTALL,
)
_TAIL = re.compile(
    r"\bON\s+COMMIT\s+(?:DROP|DELETE\s+ROWS|PRESERVE\s+ROWS)\b|\bWITH\s+(?:NO\s+)?DATA\b|\bINCLUDING\s+\w+\b"
    r"|\bTABLESPACE\s+\w+\b|\bNOT\s+LOGGED\b",
    re.IGNORECASE,
)
_WRITES = re.compile(
    rf"\s*(?:REFRESH\s+(?:MATERIALIZED\s+VIEW|DYNAMIC\s+TABLE|TABLE)\s+(?:CONCURRENTLY\s+)?(?P<refreshed>{_NAME})"
    rf"|RENAME\s+TABLES?\s+(?P<renamed>.*)\Z"
    rf"|ALTER\s+TABLE\s+(?P<appended>{_NAME})\s+APPEND\s+FROM\s+(?P<emptied>{_NAME})"
    rf"|ALTER\s+(?:MATERIALIZED\s+|DYNAMIC\s+)?(?:TABLE|VIEW)\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(?P<altered>{_NAME})"
    rf"|LOAD\s+DATA\s.*?\bINTO\s+TABLE\s+(?P<loaded>{_NAME})"
    rf"|CREATE\s+VIRTUAL\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?P<virtual>{_NAME})"
    rf"|OPTIMIZE\s+(?:TABLE\s+)?(?P<optimized>{_NAME})"
    rf"|UNDROP\s+(?:TABLE|VIEW)\s+(?P<undropped>{_NAME})"
    rf"|COPY\s+(?P<copied>{_NAME})\s*(?:\([^()]*\)\s*)?FROM\b)",
    re.IGNORECASE | re.DOTALL,
)
_QUOTED_QUERY = re.compile(r"\s*(?:UNLOAD\s*\(\s*(?:'(?P<text>(?:''|[^'])*)'|\$\$(?P<body>.*?)\$\$))", re.I | re.S)
_COPIED_QUERY = re.compile(r"\s*\\?COPY\s*\(", re.IGNORECASE)
_PAIR = re.compile(rf"({_NAME})\s+TO\s+({_NAME})", re.IGNORECASE)
_MISREAD = re.compile(r"\s*(?:UNDROP|UNLOAD|RENAME|LOAD\s+DATA|OPTIMIZE)\b", re.IGNORECASE)
_NO_STATEMENTS = (exp.Condition, exp.Alias, exp.Tuple)
logging.getLogger("sqlglot").addFilter(lambda record: "falling back" not in record.getMessage().lower())


@dataclass(frozen=True, slots=True)
class SqlFacts:
    """What one SQL text does, with places: offsets into the text of `parsed`.

    `changed`: names of those relations in `writes` that keep something of what they held (INSERT, UPDATE, DROP).
    """

    parsed: ParsedSql
    reads: tuple[RelationUse, ...]
    writes: tuple[RelationUse, ...]
    unknown: tuple[tuple[str, int, int], ...]
    changed: frozenset[str]


def analyze_sql(sql: str, dialect: str | None = None) -> SqlAnalysis:
    """The relations a SQL text reads and writes, names as written without quotes. Never raises.

    `dialect` is one of sqlglot's names; None means DuckDB's. Relations that only the text itself makes are not read.
    """
    facts = sql_facts(sql, dialect)
    problems = list(facts.parsed.problems)
    problems += [Problem("sql-unknown", text, span_of(sql, start, end)) for text, start, end in facts.unknown]
    return SqlAnalysis(
        reads=frozenset(use.name for use in facts.reads),
        writes=frozenset(use.name for use in facts.writes),
        unknown=bool(problems),
        parameters=frozenset(parameter.text for parameter in facts.parsed.parameters),
        problems=tuple(problems),
    )


@lru_cache(maxsize=2_000)
def sql_facts(sql: str, dialect: str | None = None) -> SqlFacts:
    """Like `analyze_sql`, with the place of every relation."""
    parsed = split_parameters(sql)
    masked = parsed.masked()
    name = dialect or DEFAULT_DIALECT
    reads: list[RelationUse] = []
    writes: list[RelationUse] = []
    unknown: list[tuple[str, int, int]] = []
    made: set[str] = set()
    changed: set[str] = set()
    for start, end in parsed.statements():
        try:
            found = _statement(masked[start:end], name)
        except RecursionError:
            found = _Found(unknown=["This statement nests too deeply to be understood."])
        hidden = _identifier_parameters(parsed, found)
        unknown += [(text, start, end) for text in (*found.unknown, *hidden)]
        reads += [_moved(use, start) for use in found.reads if use.name.lower() not in made]
        writes += [_moved(use, start) for use in found.writes]
        made |= found.made
        changed |= {use.name for use in found.writes if use.name.lower() not in made}
    return SqlFacts(parsed, _visible(reads), _visible(writes), tuple(unknown), frozenset(changed))


def _moved(use: RelationUse, by: int) -> RelationUse:
    return RelationUse(use.parts, use.start + by, use.end + by) if use.start >= 0 else use


def _visible(uses: list[RelationUse]) -> tuple[RelationUse, ...]:
    return tuple(use for use in uses if not any(part.startswith("__p") for part in use.parts))


class _Found:
    """What one statement does."""

    def __init__(self, unknown: list[str] | None = None) -> None:
        self.reads: list[RelationUse] = []
        self.writes: list[RelationUse] = []
        self.made: set[str] = set()
        self.unknown: list[str] = unknown or []

    def add(self, other: _Found, *, runs: bool = True) -> None:
        """Take over what another statement (inside this one) does; `runs` false: it is only planned."""
        self.reads += other.reads
        self.unknown += other.unknown
        if runs:
            self.writes += other.writes
            self.made |= other.made


def _identifier_parameters(parsed: ParsedSql, found: _Found) -> list[str]:
    if any(part.startswith("__p") for use in (*found.reads, *found.writes) for part in use.parts):
        return ["A table named by a parameter is not known before it runs."]
    return []


def _statement(text: str, dialect: str, depth: int = 0) -> _Found:
    """One statement; commands and what does not parse are opened by their first words."""
    if depth > 8:
        return _Found(unknown=["This statement nests too deeply to be understood."])
    opened = _opened(text, dialect, depth)
    if opened is not None:
        return opened
    trees = _parsed(text, dialect)
    if trees is not None and any(isinstance(tree, _NO_STATEMENTS) for tree in trees):
        trees = None  # `SELEC * FRM df` parses as a product with an alias
    if trees is None or any(tree.find(exp.Command) for tree in trees):
        return _by_words(text, dialect, depth, failed=trees is None)
    found = _Found()
    for tree in trees:
        walk = Walk(text, dialect)
        try:
            walk.visit(tree, {})
        except (AttributeError, TypeError, KeyError, IndexError):  # a tree of a shape sqlglot does not promise
            return _by_words(text, dialect, depth, failed=False)
        found.reads += walk.uses.reads
        found.writes += walk.uses.writes
        found.made |= walk.uses.made
        for code, _ in walk.uses.code:
            found.add(_text(code, dialect, depth))
    return found


def _text(code: str, dialect: str, depth: int) -> _Found:
    """SQL inside a string of the statement: relations without places."""
    inner = _statement(code.replace("''", "'"), dialect, depth + 1)
    for uses in (inner.reads, inner.writes):
        uses[:] = [RelationUse(use.parts, -1, -1) for use in uses]
    return inner


def _parsed(text: str, dialect: str) -> list[exp.Expression] | None:
    try:
        return [tree for tree in sqlglot.parse(text, read=dialect) if isinstance(tree, exp.Expression)]
    except (SqlglotError, ValueError, AttributeError, TypeError, IndexError, KeyError):
        return None  # sqlglot's own slips on strange input count as "not understood" too


def _opened(text: str, dialect: str, depth: int) -> _Found | None:
    """EXPLAIN, PREPARE, DECLARE CURSOR and REPLACE: what stands behind the first words, at its place."""
    match = _PREFIX.match(text)
    if match is None:
        return _by_words(text, dialect, depth, failed=False) if _MISREAD.match(text) else None
    found = _Found()
    if match["explain"]:
        options = match["options"] or ""
        runs = bool(match["analyze"]) or bool(re.search(r"\bANALY[ZS]E\b(?!\s+(?:false|off|0))", options, re.I))
        found.add(_statement(_kept(text, match, "rest"), dialect, depth + 1), runs=runs)
    elif match["replaced"]:
        start = match.start("replaced")
        found.add(
            _statement(text[: start - 8].ljust(start - 7)[: start - 7] + "INSERT " + text[start:], dialect, depth + 1)
        )
    else:
        group = "prepared" if match["prepared"] else "cursor"
        found.add(_statement(_kept(text, match, group), dialect, depth + 1), runs=group == "cursor")
    return found


def _kept(text: str, match: re.Match[str], group: str) -> str:
    """The group alone, everything before it blanked (so that places stay right)."""
    start = match.start(group)
    return re.sub(r"[^\n]", " ", text[:start]) + text[start:]


def _by_words(text: str, dialect: str, depth: int, *, failed: bool) -> _Found:
    """What sqlglot kept as a raw command, or could not parse."""
    found = _Found()
    trimmed = _TAIL.sub(lambda match: " " * len(match[0]), text)
    if trimmed != text:
        inner = _statement(trimmed, dialect, depth + 1)
        if not inner.unknown:
            return inner
    quoted = _QUOTED_QUERY.match(text)
    if quoted is not None:
        found.add(_text(quoted["text"] or quoted["body"] or "", dialect, depth))
        return found
    copied = _COPIED_QUERY.match(text)
    if copied is not None:
        found.add(_statement(_bracketed(text, copied.end() - 1), dialect, depth + 1))
        return found
    match = _WRITES.match(text)
    if match is not None:
        return _named(match)
    if _HARMLESS.match(text):
        return found
    word = (text.split() or ["This"])[0].upper()
    found.unknown.append(f"{word}: this statement was not {'parsed' if failed else 'understood'}")
    return found


def _named(match: re.Match[str]) -> _Found:
    found = _Found()
    if match["renamed"] is not None:
        for pair in _PAIR.finditer(match["renamed"]):
            found.writes += [_use(pair, group, match.start("renamed")) for group in (1, 2)]
        return found
    groups = ("refreshed", "appended", "emptied", "altered", "loaded", "virtual", "optimized", "undropped", "copied")
    found.writes += [_use(match, group, 0) for group in groups if match[group] is not None]
    if match["emptied"] is not None:
        found.reads.append(_use(match, "emptied", 0))
    return found


def _use(match: re.Match[str], group: str | int, offset: int) -> RelationUse:
    parts = re.findall(r"""[^.\s"`\[\]]+|"[^"]+"|`[^`]+`|\[[^\]]+\]""", match[group])
    names = tuple(part.strip('"`[]') for part in parts)
    if match.re is _PAIR:
        offset = 0  # found in a piece of the text: its place is not known
        return RelationUse(names, -1, -1)
    return RelationUse(names, match.start(group) + offset, match.end(group) + offset)


def _bracketed(text: str, start: int) -> str:
    """What the bracket at `start` encloses, at its place, everything else blanked."""
    depth, end = 0, len(text)
    for number, character in enumerate(text[start:], start):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            end = number
            break
    return re.sub(r"[^\n]", " ", text[: start + 1]) + text[start + 1 : end]
