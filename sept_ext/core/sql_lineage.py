"""`column_lineage`: the source columns of every result column of a SQL text, through the cells that made relations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sqlglot import exp

from .sql_columns import Resolver
from .sql_commands import query_text
from .sql_parameters import split_parameters
from .sql_parse import DEFAULT_DIALECT, parse_trees
from .sql_scopes import Columns, Origins

Schema = Mapping[str, Iterable[str]]


def column_lineage(
    sql: str, dialect: str | None = None, schema: Schema | None = None, upstream: Mapping[str, str] | None = None
) -> Mapping[str, Origins]:
    """For every result column the (relation, column) pairs its values are computed from. Never raises.

    The result is that of the last statement that has one: a query, or what CREATE ... AS and INSERT take their rows
    from. `schema` gives the columns of relations, `upstream` the SQL of the cell that made a relation, which is
    followed in turn. Names are compared without case and come back as they are written.

    - A result column without a name is `_col_0`, `_col_1`, ... by position.
    - Columns of window frames, filters of aggregates and scalar sub-queries count; WHERE, GROUP BY, JOIN do not.
    - An unqualified column belongs to every relation in FROM whose columns are known to have it; else to the one
      whose columns are not known; if there are several of these, the origin is `(None, column)`.
    - `SELECT *` over a relation whose columns are not known is the result column `*` from `(relation, "*")`.
    - A text that cannot be parsed gives an empty mapping.
    """
    try:
        columns = _Lineage(dialect or DEFAULT_DIALECT, schema or {}, upstream or {}).of(sql)
    except (RecursionError, AttributeError, TypeError, KeyError, IndexError, ValueError):
        return {}  # a tree of a shape sqlglot does not promise counts as "not understood"
    if columns is None:
        return {}
    found = dict(columns.named.values())
    others = Columns(relation=columns.relation, rest=columns.rest, all=columns.all).every()
    return {**found, "*": others} if others else found


class _Lineage:
    """One question: the texts of cells are read once each."""

    def __init__(self, dialect: str, schema: Schema, upstream: Mapping[str, str]) -> None:
        self.dialect = dialect
        self.schema = {name.lower(): list(columns) for name, columns in schema.items()}
        self.upstream = {name.lower(): sql for name, sql in upstream.items()}
        self.known: dict[str, Columns] = {}
        self.open: set[str] = set()

    def of(self, sql: str, target: str | None = None) -> Columns | None:
        """The columns that a text results in; with `target`, of that relation, which it may make among others."""
        made: dict[str, Columns] = {}
        result: Columns | None = None
        resolver = Resolver(lambda name: made.get(name.lower()) or self.relation(name), self.dialect)
        for tree in self._trees(sql):
            query, names = _query(tree)
            if query is None:
                continue
            columns = resolver.query(query, _outer_ctes(tree, resolver)).renamed(names)
            result = columns
            relation = _made(tree)
            if relation is not None:
                made[relation] = columns
        return made.get(target, result) if target is not None else result

    def _trees(self, sql: str) -> Iterator[exp.Expression]:
        """The statements of a text; of those that do not parse as a whole, the query in them."""
        parsed = split_parameters(sql, dialect=self.dialect)
        masked = parsed.masked()
        for start, end in parsed.statements():
            trees = parse_trees(masked[start:end], self.dialect)
            if trees is None or any(isinstance(tree, exp.Command) for tree in trees):
                query = query_text(masked[start:end], self.dialect)
                trees = parse_trees(query, self.dialect) if query else None
            yield from trees or ()

    def relation(self, name: str) -> Columns:
        """The columns of a relation: of the cell that made it, of the schema, or not known."""
        key = name.lower()
        if key in self.upstream and key not in self.open:
            if key not in self.known:
                self.open.add(key)  # a cell that reads what it makes: the relation as it was
                made = self.of(self.upstream[key], key)
                self.open.discard(key)
                self.known[key] = made if made is not None else self._from_schema(name)
            return self.known[key]
        return self._from_schema(name)

    def _from_schema(self, name: str) -> Columns:
        columns = self._columns(name.lower())
        if columns is None:
            return Columns(relation=name)
        found = Columns()
        for column in columns:
            found.add(column, frozenset({(name, column)}))
        return found

    def _columns(self, key: str) -> list[str] | None:
        """The schema's columns; it may name the relation with more or fewer parts than the text, if that is clear."""
        if key in self.schema:
            return self.schema[key]
        alike = [name for name in self.schema if name.endswith("." + key) or key.endswith("." + name)]
        return self.schema[alike[0]] if len(alike) == 1 else None


def _query(tree: exp.Expression) -> tuple[exp.Expression | None, list[str]]:
    """The query whose rows a statement gives or stores, and the names its columns get."""
    if isinstance(tree, exp.Create | exp.Insert):
        names = [column.name for column in tree.this.expressions] if isinstance(tree.this, exp.Schema) else []
        body: exp.Expression | None = tree.args.get("expression")
        return (body if isinstance(body, exp.Query) else None), names
    if isinstance(tree, exp.Describe | exp.Command):
        return None, []
    is_query = isinstance(tree, exp.Query | exp.Pivot | exp.Table)
    return (tree if is_query else None), []


def _outer_ctes(tree: exp.Expression, resolver: Resolver) -> Mapping[str, Columns]:
    """`WITH ... INSERT`: CTEs of the statement around the query."""
    return resolver.ctes(tree) if isinstance(tree, exp.Insert | exp.Create) else {}


def _made(tree: exp.Expression) -> str | None:
    """The relation that a statement makes, in lower case."""
    if not isinstance(tree, exp.Create):
        return None
    table = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    return ".".join(part.name for part in table.parts).lower() if isinstance(table, exp.Table) else None
