"""Chaining: a query over the results of other SQL cells becomes one statement, each of them a CTE inside it.

The rewrite is decided on the syntax tree and made in the user's own text, so that literals, comments and parameters
stay as they were: a `WITH` of the user's gets the new CTEs before its own, and a CTE's own `WITH` stays nested in it.
What would mean something else is refused, with the reason. The texts are those of `ParsedSql.masked`, in which every
character stands where it stood in the cell's text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from .python_names import words
from .sql_analysis import sql_facts
from .sql_parse import parse_trees
from .sql_uses import RelationUse

# Functions whose value is another at each call, or that read or change what is not a relation.
_VOLATILE = words(
    "random rand randn randomblob uuid gen_random_uuid uuid_generate_v4 newid sysdate systimestamp getdate getutcdate "
    "now current_timestamp current_date current_time localtime localtimestamp clock_timestamp statement_timestamp "
    "transaction_timestamp timeofday today utc_timestamp utc_date utc_time unix_timestamp sysdatetime nextval currval "
    "lastval setval last_insert_id last_insert_rowid changes total_changes rownum row_number_over set_config "
    "current_setting pg_backend_pid connection_id txid_current pg_sleep sleep generateuuidv4 rand64 seq4 seq8 "
    "datetime_now date_now julianday_now setseed"
)
_VOLATILE_WORD = re.compile(rf"\b(?:{'|'.join(sorted(_VOLATILE))})\b|'\s*now\s*'", re.IGNORECASE)
_NOW = re.compile(r"'\s*now\s*'", re.IGNORECASE)  # SQLite's datetime('now')
_WITH = re.compile(
    r"(?:\s|--[^\n]*(?:\n|\Z)|/\*.*?\*/)*(?P<with>WITH\b(?:\s+RECURSIVE\b)?)", re.IGNORECASE | re.DOTALL
)
_START = re.compile(r"(?:\s|--[^\n]*(?:\n|\Z)|/\*.*?\*/)*", re.DOTALL)
# A CTE cannot hold a WITH of its own in these.
_FLAT = frozenset(("tsql", "fabric", "teradata"))


@dataclass(frozen=True, slots=True)
class Edit:
    """Text to put in place of `[start, end)`."""

    start: int
    end: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """How to make one statement: insert the CTEs at `at` (behind `lead`, before `tail`), then make the `edits`.

    `names`: upstream result -> the CTE's name as it has to be written.
    """

    at: int
    lead: str
    tail: str
    names: dict[str, str]
    edits: tuple[Edit, ...] = ()


def why_not_upstream(masked: str, dialect: str) -> str | None:
    """Why a statement cannot become a CTE of another one; None when it can."""
    tree, reason = _query(masked, dialect)
    if tree is None:
        return reason
    if dialect in _FLAT and tree.args.get("with_"):
        return f"its own WITH cannot stand inside another in {dialect}"
    facts = sql_facts(masked, dialect)
    if facts.unknown:
        return "it was not understood"
    if facts.writes:
        return "it changes data"
    volatile = _volatile(tree, masked)
    if volatile is not None:
        return f"{volatile} may give something else each time"
    if _limits_without_order(tree):
        return "LIMIT without ORDER BY may give other rows each time"
    if any(_is_locking(node) for node in tree.find_all(exp.Select)):
        return "it locks rows"
    return None


def chain(masked: str, dialect: str, names: Iterable[str]) -> Chain | str:
    """The rewrite of a query over the upstream results `names`; where there is none, the reason."""
    wanted = set(names)
    tree, reason = _query(masked, dialect)
    if tree is None:
        return reason
    facts = sql_facts(masked, dialect)
    if facts.unknown or facts.writes:
        return "it changes data" if facts.writes else "it was not understood"
    uses = [use for use in facts.reads if len(use.parts) == 1 and use.name in wanted]
    if any(use.start < 0 for use in uses) or {use.name for use in uses} != wanted:
        return "a name stands where it cannot be replaced"
    if _takes_first(tree, wanted):
        return "LIMIT without ORDER BY takes the first rows as they are"
    own = {cte.alias_or_name.lower() for cte in tree.find_all(exp.CTE)}
    cte_names, edits = {}, []
    for name in sorted(wanted):
        mine = [use for use in uses if use.name == name]
        written = {masked[use.start : use.end] for use in mine}
        if len(written) == 1 and name.lower() not in own:
            cte_names[name] = written.pop()
            continue
        fresh = _fresh(name, own | {other.lower() for other in wanted} | {use.name.lower() for use in facts.reads})
        cte_names[name] = fresh
        edits += [Edit(use.start, use.end, _renamed(tree, use, masked, fresh)) for use in mine]
    match = _WITH.match(masked)
    if match is not None and tree.args.get("with_"):
        return Chain(match.end("with"), " ", ", ", cte_names, tuple(edits))
    start = _START.match(masked)
    return Chain(start.end() if start else 0, "WITH ", " ", cte_names, tuple(edits))


def body_end(masked: str) -> int:
    """Where a statement's text ends, without the blanks and the `;` behind it."""
    return len(masked.rstrip().rstrip(";").rstrip())


def _query(masked: str, dialect: str) -> tuple[Any | None, str]:
    trees = parse_trees(masked, dialect)
    if trees is None:
        return None, "it was not understood"
    if len(trees) != 1:
        return None, "it is several statements"
    tree = trees[0]
    if isinstance(tree, exp.Subquery | exp.Select | exp.SetOperation):
        return tree, ""
    return None, "it is no query"


def _volatile(tree: exp.Expression, text: str) -> str | None:
    nodes: Iterable[Any] = tree.find_all(exp.Func, exp.Column)
    for node in nodes:
        if isinstance(node, exp.Column):  # CURRENT_TIMESTAMP without brackets, in dialects that parse it as a name
            if (
                node.name.lower() in _VOLATILE
                and not node.table
                and node.name.lower().startswith(("current_", "local"))
            ):
                return node.name
            continue
        name = node.name if isinstance(node, exp.Anonymous) else node.sql_name()
        if name.lower() in _VOLATILE:
            return name.upper()
    if tree.find(exp.TableSample):
        return "TABLESAMPLE"
    return "'now'" if _NOW.search(text) else None


def volatile_word(text: str) -> str | None:
    """A word of a text that may stand for another value each time; of a view that nobody needs to parse."""
    found = _VOLATILE_WORD.search(text)
    return found[0] if found else None


def own_functions(masked: str, dialect: str) -> frozenset[str]:
    """The functions of a query, in lower case, that sqlglot does not know: the database's own, or the user's."""
    tree, _ = _query(masked, dialect)
    if tree is None:
        return frozenset()
    return frozenset(node.name.lower() for node in tree.find_all(exp.Anonymous, exp.AnonymousAggFunc))


def _limits_without_order(tree: exp.Expression) -> bool:
    return next(_limiting(tree), None) is not None


def _limiting(tree: exp.Expression) -> Iterator[Any]:
    """The queries that keep some of their rows, and do not say which."""
    for node in tree.walk():
        if isinstance(node, exp.Query) and not node.args.get("order"):
            distinct = node.args.get("distinct")
            is_first_of_each = isinstance(distinct, exp.Distinct) and distinct.args.get("on")
            if node.args.get("limit") or node.args.get("offset") or is_first_of_each:
                yield node


def _takes_first(tree: exp.Expression, wanted: set[str]) -> bool:
    """Whether rows of upstream results alone are cut off in the order they have: MariaDB, say, gives a CTE none."""
    for node in _limiting(tree):
        ctes = {cte.alias_or_name.lower() for cte in tree.find_all(exp.CTE)}
        sources = {table.name for table in node.find_all(exp.Table) if table.name.lower() not in ctes - _low(wanted)}
        if sources and sources <= wanted and node.find(exp.Join) is None:
            return True
    return False


def _low(names: Iterable[str]) -> set[str]:
    return {name.lower() for name in names}


def _is_locking(select: exp.Select) -> bool:
    return bool(select.args.get("locks"))


def _fresh(name: str, taken: set[str]) -> str:
    base, number = f"sept_{re.sub(r'[^a-z0-9_]', '_', name.lower())}", 1
    fresh = base
    while fresh in taken:
        number += 1
        fresh = f"{base}_{number}"
    return fresh


def _renamed(tree: exp.Expression, use: RelationUse, masked: str, fresh: str) -> str:
    """The fresh name, going by the old one for the columns that name it."""
    for table in tree.find_all(exp.Table):
        if isinstance(table.this, exp.Identifier) and table.this.meta.get("start") == use.start:
            return fresh if table.alias else f"{fresh} AS {masked[use.start : use.end]}"
    return f"{fresh} AS {masked[use.start : use.end]}"


def normal_form(masked: str, dialect: str) -> str | None:
    """The same text for queries that differ in white space, comments and the case of keywords.

    None for what is no single query, changes or locks something, or may give something else each time.
    """
    tree, _ = _query(masked, dialect)
    if tree is None or _volatile(tree, masked) is not None or any(map(_is_locking, tree.find_all(exp.Select))):
        return None
    facts = sql_facts(masked, dialect)
    return None if facts.unknown or facts.writes else str(tree.sql(dialect, comments=False))
