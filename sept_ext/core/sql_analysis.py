"""`analyze_sql`: the relations a SQL text reads and writes, in any dialect sqlglot knows.

Statements that sqlglot keeps as raw commands or cannot parse are read word by word (`sql_commands.py`); what makes no
sense to either is reported as unknown, never as empty.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from sqlglot import exp

from .cells import Problem, SqlAnalysis
from .sql_batches import DIALECTS as BATCHES
from .sql_batches import split_batch
from .sql_commands import read_words
from .sql_parameters import span_of, split_parameters
from .sql_parse import DEFAULT_DIALECT, parse_trees
from .sql_parsed import ParsedSql
from .sql_relations import Misread
from .sql_scripts import Block, split_code, without_variables
from .sql_statements import walk_tree
from .sql_tokens import keys
from .sql_uses import UNNAMED, RelationUse, Uses

MAX_DEPTH = 16
_FIRST = re.compile(r"(?:\s|--[^\n]*(?:\n|\Z)|/\*.*?\*/)*(\\?\w+|\S)", re.DOTALL)
# What the parser is asked first about; all else begins with the words.
_PARSED = keys(
    "SELECT WITH FROM VALUES TABLE PIVOT UNPIVOT INSERT UPDATE DELETE MERGE CREATE DROP ALTER TRUNCATE COPY COMMENT"
    " USE SET PRAGMA GRANT REVOKE SUMMARIZE ("
)
_ERROR_LOG = re.compile(r"\bLOG\s+ERRORS\b", re.IGNORECASE)  # the parser takes it for names
_NO_STATEMENTS = (exp.Condition, exp.Alias, exp.Tuple)


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
        unknown=any(problem.kind != "sql-name" for problem in problems),
        parameters=frozenset(one.reading for one in (*facts.parsed.parameters, *facts.parsed.controls)),
        problems=tuple(problems),
    )


@lru_cache(maxsize=2_000)
def sql_facts(sql: str, dialect: str | None = None) -> SqlFacts:
    """Like `analyze_sql`, with the place of every relation."""
    name = dialect or DEFAULT_DIALECT
    parsed = split_parameters(sql, dialect=name)
    found = [_facts(parsed, reading, name) for reading in parsed.readings]
    return found[0] if len(found) == 1 else _together(parsed, found)


def _together(parsed: ParsedSql, found: list[SqlFacts]) -> SqlFacts:
    """What the readings of a template say.

    One that is not understood may be a text that never comes to be; but each branch must be understood in one.
    """
    understood = [reading for reading in parsed.readings if not found[reading].unknown]
    known = {branch for reading in understood for branch in parsed.branches(reading)}
    missing = [
        reading
        for reading in parsed.readings
        if found[reading].unknown and (not understood or parsed.branches(reading) - known)
    ]
    facts = [found[reading] for reading in (*understood, *missing)]
    return SqlFacts(
        parsed,
        tuple(dict.fromkeys(use for one in facts for use in one.reads)),
        tuple(dict.fromkeys(use for one in facts for use in one.writes)),
        tuple(dict.fromkeys(text for one in facts for text in one.unknown)),
        frozenset().union(*(one.changed for one in facts)),
    )


def _facts(parsed: ParsedSql, reading: int, name: str) -> SqlFacts:
    masked = parsed.masked(reading)
    reads: list[RelationUse] = []
    writes: list[RelationUse] = []
    unknown: list[tuple[str, int, int]] = []
    block = Block()
    made: set[str] = set()
    changed: set[str] = set()
    for start, end in parsed.statements(reading):
        try:
            found = _statement(masked[start:end], name, block)
        except RecursionError:
            found = Uses(unknown=["This statement nests too deeply to be understood."])
        hidden = _identifier_parameters(parsed, found)
        unknown += [(text, start, end) for text in (*found.unknown, *hidden)]
        reads += [_moved(use, start) for use in found.reads if use.name.lower() not in made | block.hidden]
        writes += [_moved(use, start) for use in found.writes]
        made |= found.made
        changed |= {use.name for use in found.writes if use.name.lower() not in made}
    return SqlFacts(parsed, _visible(reads, parsed), _visible(writes, parsed), tuple(unknown), frozenset(changed))


def _moved(use: RelationUse, by: int) -> RelationUse:
    return RelationUse(use.parts, use.start + by, use.end + by) if use.start >= 0 else use


def _visible(uses: list[RelationUse], parsed: ParsedSql) -> tuple[RelationUse, ...]:
    return tuple(use for use in uses if not _is_unnamed(use, parsed))


def _identifier_parameters(parsed: ParsedSql, found: Uses) -> list[str]:
    if any(_is_unnamed(use, parsed) for use in (*found.reads, *found.writes)):
        return ["A table named by a parameter is not known before it runs."]
    return []


def _is_unnamed(use: RelationUse, parsed: ParsedSql) -> bool:
    """Whether a parameter is (a part of) the name."""
    has_parts = any(parameter.kind == "part" for parameter in parsed.parameters)
    return any(part.startswith(UNNAMED) or "{{" in part or (has_parts and UNNAMED in part) for part in use.parts)


@dataclass(frozen=True, slots=True)
class _Pieces:
    """The pieces inside a statement, for the reader of words (`sql_reader.Inner`)."""

    dialect: str
    block: Block
    depth: int

    def query(self, text: str, scope: frozenset[str]) -> Uses | None:
        return _by_parser(text, self.dialect, self.depth, scope)

    def statement(self, text: str) -> Uses:
        return _statement(text, self.dialect, self.block, self.depth + 1)

    def code(self, code: str, *, is_body: bool) -> Uses:
        return _text(code, self.dialect, self.depth, is_body=is_body)


def _statement(text: str, dialect: str, block: Block, depth: int = 0) -> Uses:
    """One statement: by the parser, or by its words if the parser does not know it."""
    if depth > MAX_DEPTH:
        return Uses(unknown=["This statement nests too deeply to be understood."])
    first = _FIRST.match(text)
    word = first[1].upper() if first is not None else ""
    text = without_variables(text, dialect, block)
    is_parsed = word in _PARSED and not (dialect == "oracle" and _ERROR_LOG.search(text))
    found = _by_parser(text, dialect, depth) if is_parsed else None
    if found is None and dialect in BATCHES:
        found = _batch(text, dialect, block, depth)
    if found is None:
        found = read_words(text, dialect, _Pieces(dialect, block, depth))
    return found or Uses(unknown=[f"{word}: this statement was not understood"])


def _batch(text: str, dialect: str, block: Block, depth: int) -> Uses | None:
    """Several statements without semicolons; None if it is one."""
    pieces = split_batch(text, dialect)
    if len(pieces) < 2:
        return None
    found = Uses()
    for start, end in pieces:
        uses = _statement(text[start:end], dialect, block, depth + 1)
        uses.reads = [_moved(use, start) for use in uses.reads]
        uses.writes = [_moved(use, start) for use in uses.writes]
        found.follow(uses)
    return found


def _by_parser(text: str, dialect: str, depth: int, scope: frozenset[str] = frozenset()) -> Uses | None:
    """What the parser's tree says; None if there is no tree, or one that holds raw text."""
    trees = parse_trees(text, dialect)
    if not trees or any(isinstance(tree, _NO_STATEMENTS) or tree.find(exp.Command) for tree in trees):
        return None
    ctes = {name: exp.Select() for name in scope}
    found = Uses()
    for tree in trees:
        try:
            uses = walk_tree(tree, text, dialect, ctes)
        except (
            Misread,
            AttributeError,
            TypeError,
            KeyError,
            IndexError,
        ):  # a tree of a shape sqlglot does not promise
            return None
        found.add(uses)
        for code in uses.code:
            found.add(_text(code, dialect, depth))
    return found


def _text(code: str, dialect: str, depth: int, *, is_body: bool = False) -> Uses:
    """SQL inside a string of the statement: relations without places."""
    block = Block(is_body=is_body)
    inner = Uses()
    for text in split_code(code, dialect):
        inner.follow(_statement(text, dialect, block, depth + 1))
    for uses in (inner.reads, inner.writes):
        uses[:] = [RelationUse(use.parts, -1, -1) for use in uses]
    return inner
