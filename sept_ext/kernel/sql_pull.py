"""Runs a query over frames and a database's relations in DuckDB: the relations are fetched, as little as will do.

Columns that the query does not name and rows that its WHERE throws away stay where they are, as far as the syntax tree
shows that they are not needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from sqlglot import exp

from sept_ext.connectors.arrow_frames import frame_from_arrow
from sept_ext.connectors.base import QueryResult, Session
from sept_ext.connectors.duckdb import DuckdbSession
from sept_ext.core.errors import BadInput
from sept_ext.core.sql_parse import parse_trees

from .frames import registered
from .sql_statement import Parts, values_of

_MARK = re.compile(r"\$sept(\d+)\b")


@dataclass(frozen=True, slots=True)
class Fetch:
    """One relation to bring here: the query for the database, and the name it gets in DuckDB."""

    relation: str
    query: str
    alias: str


def run_here(
    parts: Parts,
    dialect: str,
    *,
    session: Session,
    here: DuckdbSession,
    frames: Iterable[str],
    namespace: Mapping[str, Any],
    output: str,
    run: Callable[[Session, Callable[[], QueryResult]], QueryResult],
) -> tuple[QueryResult, str]:
    """Run a query of `dialect` in `here`; gives the result and a note on what was moved. Raises BadInput, SqlError.

    `run` runs a statement of a session so that it can be interrupted.
    """
    tree = _parsed(parts, dialect)
    fetches = plan_fetches(tree, dialect, frozenset(frames), session.relations())
    moved: dict[str, Any] = {}
    notes = []
    for fetch in fetches:
        query = fetch.query
        table: Any = run(session, lambda query=query: session.execute(query, [], "arrow")).frame  # type: ignore[misc]
        moved[fetch.alias] = table
        notes.append(f"{table.num_rows:,} rows of `{fetch.relation}` moved here")
    text, order = _for_duckdb(tree)
    values = values_of(parts)
    names = {**{name: namespace[name] for name in frames}, **moved}
    with registered(here, names, names):
        bound = [values[number] for number in order]
        # As the database's own rows would be: DuckDB's frames make floats of decimals and of sums of whole numbers.
        is_exact = output == "pandas" and not isinstance(session, DuckdbSession)
        made = run(here, lambda: here.execute(text, bound, "arrow" if is_exact else output))
    if is_exact and made.frame is not None:
        made = replace(made, frame=frame_from_arrow(_whole(made.frame)))
    return made, ", ".join(notes)


def _whole(table: Any) -> Any:
    """The table with its sums of whole numbers as such, where they fit: Arrow has them as decimals of 38 digits."""
    import pyarrow as pa

    for place, column in enumerate(table.columns):
        if column.type == pa.decimal128(38, 0):
            with suppress(pa.ArrowInvalid):  # larger than 64 bits
                table = table.set_column(place, table.field(place).with_type(pa.int64()), column.cast(pa.int64()))
    return table


def _parsed(parts: Parts, dialect: str) -> exp.Expression:
    """The tree, with `:septN` for the N-th value."""
    pieces, number = [], 0
    for part in parts:
        if isinstance(part, str):
            pieces.append(part)
        else:
            pieces.append(f":sept{number}")
            number += 1
    trees = parse_trees("".join(pieces).rstrip().rstrip(";"), dialect)
    if not trees or len(trees) != 1 or not isinstance(trees[0], exp.Query):
        raise BadInput(
            "A dataframe can only be read by a query here: write the frame into the database first, or read it in a"
            " cell without --connection."
        )
    return trees[0]


def _for_duckdb(tree: exp.Expression) -> tuple[str, list[int]]:
    """The text for DuckDB, and which value each of its placeholders stands for."""
    order: list[int] = []

    def place(match: re.Match[str]) -> str:
        order.append(int(match[1]))
        return f"${len(order)}"

    return _MARK.sub(place, tree.sql("duckdb")), order


def plan_fetches(
    tree: exp.Expression, dialect: str, frames: frozenset[str], columns: Mapping[str, tuple[str, ...]]
) -> list[Fetch]:
    """What to fetch of which relation; the tables of `tree` are renamed to what they are called in DuckDB."""
    found: dict[str, list[exp.Table]] = {}
    for table in tree.find_all(exp.Table):
        is_frame = not table.args.get("db") and (table.name in frames or _is_cte(table))
        if isinstance(table.this, exp.Identifier) and not is_frame:
            written = ".".join(part.name for part in table.parts)
            found.setdefault(written, []).append(table)
    fetches = []
    for number, (relation, tables) in enumerate(found.items()):
        known = columns.get(relation, ())  # those of another schema are not known: then all are fetched
        query = exp.select(*_columns(tree, tables, known)).from_(_bare(tables[0]))
        condition = _condition(tree, tables, known, columns) if len(tables) == 1 else None
        if condition is not None:
            query = query.where(condition)
        alias = f"sept_{number}_{re.sub(r'[^0-9a-zA-Z_]', '_', relation)}"
        fetches.append(Fetch(relation, query.sql(dialect, identify=False), alias))
        for table in tables:
            _rename(table, alias)
    for column in tree.find_all(exp.Column):  # `public.orders.id`: the table has no schema here
        column.set("db", None)
        column.set("catalog", None)
    return fetches


def _is_cte(table: exp.Table) -> bool:
    """Whether a name means a CTE where it stands: in the text of one, without RECURSIVE, its own name does not."""
    node: Any = table
    name = table.name.lower()
    around: set[int] = set()
    while node is not None:
        around.add(id(node))
        bound: Any = node.args.get("with_")
        for cte in bound.expressions if bound is not None else ():
            if id(cte) in around and not bound.recursive:
                break  # those behind it are not in sight either
            if cte.alias_or_name.lower() == name:
                return True
        node = node.parent
    return False


def _bare(table: exp.Table) -> Any:
    bare = exp.Table(
        **{key: value.copy() for key, value in table.args.items() if key in ("this", "db", "catalog") and value}
    )
    return bare if not table.alias else exp.alias_(bare, table.args["alias"].this.copy(), table=True)


def _rename(table: exp.Table, alias: str) -> None:
    if not table.alias:
        table.set("alias", exp.TableAlias(this=table.this.copy()))
    table.set("this", exp.to_identifier(alias))
    table.set("db", None)
    table.set("catalog", None)


def _columns(tree: exp.Expression, tables: list[exp.Table], known: tuple[str, ...]) -> list[exp.Expression]:
    """The columns that the query names, or all: of those not known, where a star takes them all, or a whole row."""
    is_all = any(not isinstance(star.parent, exp.Count) for star in tree.find_all(exp.Star))
    is_all = is_all or any(join.args.get("method") == "NATURAL" for join in tree.find_all(exp.Join))
    named = {column.name.lower() for column in tree.find_all(exp.Column)}
    is_all = is_all or tree.find(exp.Columns) is not None
    is_all = is_all or not named.isdisjoint(table.alias_or_name.lower() for table in tables)
    if is_all or not known:
        return [exp.Star()]
    named |= {name.name.lower() for join in tree.find_all(exp.Join) for name in join.args.get("using") or ()}
    wanted = [column for column in known if column.lower() in named] or [known[0]]
    return [
        exp.column(exp.to_identifier(column, quoted=not column.islower() or not column.isidentifier()))
        for column in wanted
    ]


def _condition(
    tree: exp.Expression,
    tables: list[exp.Table],
    known: tuple[str, ...],
    columns: Mapping[str, tuple[str, ...]],
) -> Any | None:
    """Those parts of the WHERE that speak of this relation alone, where throwing rows away early changes nothing."""
    table = tables[0]
    select: Any = table.find_ancestor(exp.Select)
    where = select.args.get("where") if select is not None else None
    is_source = table.parent is not None and table.parent.parent is select
    if (
        where is None
        or not is_source
        or any(join.side or join.kind in ("SEMI", "ANTI", "ASOF") for join in select.args.get("joins") or ())
    ):
        return None
    others = {column.lower() for name, listed in columns.items() if name != table.name for column in listed}
    mine = {column.lower() for column in known} - others
    name = table.alias_or_name
    conjuncts = list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
    own = [part.copy() for part in conjuncts if _speaks_of(part, name, mine)]
    return exp.and_(*own) if own else None


def _speaks_of(condition: Any, name: str, mine: set[str]) -> bool:
    if condition.find(exp.Subquery, exp.Select, exp.Placeholder, exp.Anonymous, exp.AggFunc, exp.Window):
        return False
    found = list(condition.find_all(exp.Column))
    return bool(found) and all(
        column.table.lower() == name.lower() if column.table else column.name.lower() in mine for column in found
    )
