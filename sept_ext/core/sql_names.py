"""Names of columns in a parsed statement that nothing in sight has; told only where all that is in sight is known.

A walk with the scopes of SQL: CTEs, the sources of FROM, what the select list names, and the query around. A source
whose columns are not known (a table function, a PIVOT, a relation that is not in the schema) makes every name that
might be one of its columns pass; so does any clause that this walk does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from .sql_tokens import keys

Columns = tuple[str, ...] | None
"""Names as they are written; None: there may be any."""
ColumnsOf = Callable[[exp.Table], Columns]
_Ctes = Mapping[str, Columns]

# Clauses that give no columns of their own.
_PARTS = keys(
    "with_ with expressions from_ from joins where group having qualify windows order limit offset distinct hint"
    " sample locks"
)
# Not the WINDOW clause: a window that nobody uses is not looked at by all engines.
_VISITED = ("expressions", "where", "group", "having", "qualify", "order", "distinct")
_TABLE_PARTS = keys("this db catalog alias joins hints only sample")
_SUBQUERY_PARTS = keys("this alias with_ with joins")
_JOIN_PARTS = keys("this side kind on using method global natural")
_UNION_PARTS = keys("this expression distinct with_ with order limit offset by_name side kind on")
# What engines know without a relation; written without brackets it looks like a column.
_PSEUDO = keys(
    "ROWID OID CTID XMIN XMAX CMIN CMAX TABLEOID ROWNUM LEVEL RANK FILENAME FILE_ROW_NUMBER FILE_INDEX ALL DEFAULT"
    " USER CURRENT_USER SESSION_USER SYSTEM_USER CURRENT_ROLE CURRENT_CATALOG CURRENT_SCHEMA CURRENT_DATE CURRENT_TIME"
    " CURRENT_TIMESTAMP LOCALTIME LOCALTIMESTAMP SYSDATE SYSTIMESTAMP TODAY NOW VALUE EXCLUDED NEW OLD"
    " INSERTED DELETED CONNECT_BY_ISLEAF CONNECT_BY_ISCYCLE NEXTVAL CURRVAL TRUE FALSE UNKNOWN NULL NAN INFINITY"
    # Parts of dates, which functions take as bare words.
    " MICROSECOND MICROSECONDS MILLISECOND MILLISECONDS SECOND SECONDS MINUTE MINUTES HOUR HOURS DAY DAYS WEEK WEEKS"
    " MONTH MONTHS QUARTER QUARTERS YEAR YEARS DECADE CENTURY EPOCH DOW DOY ISODOW ISOWEEK ISOYEAR DAYOFWEEK DAYOFYEAR"
    " WEEKDAY"
)


@dataclass(frozen=True, slots=True)
class UnknownColumn:
    """A name, its offsets into the text, and where it was looked for: (name, columns) of each source.

    `is_doubtful`: it stands where an engine may take a word for something else than a column.
    """

    name: str
    start: int
    end: int
    sources: tuple[tuple[str, tuple[str, ...]], ...]
    is_doubtful: bool


@dataclass(slots=True)
class _Sight:
    """The names in sight: sources by alias (lower case) as (name, columns), other names, and what is around."""

    outer: _Sight | None = None
    sources: dict[str, tuple[str, Columns]] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    is_open: bool = False

    def levels(self) -> Iterator[_Sight]:
        """This one and those around it."""
        sight: _Sight | None = self
        while sight is not None:
            yield sight
            sight = sight.outer

    def may_be(self, name: str) -> bool:
        """Whether a name without a qualifier may mean something."""
        return any(
            level.is_open
            or name in level.named
            or name in level.sources
            or any(columns is None or _has(columns, name) for _, columns in level.sources.values())
            for level in self.levels()
        )

    def source(self, alias: str) -> tuple[str, Columns] | None:
        """What an alias stands for; None if that is not certain."""
        for level in self.levels():
            if level.is_open:
                return None
            if alias in level.sources:
                return level.sources[alias]
        return None

    def is_field(self, name: str) -> bool:
        """Whether a qualifier may be a column itself, a structure."""
        return any(
            columns is not None and _has(columns, name)
            for level in self.levels()
            for _, columns in level.sources.values()
        )

    def nearest(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The sources of the nearest FROM, each once."""
        level = next((level for level in self.levels() if level.sources), None)
        found = level.sources.values() if level is not None else ()
        return tuple({name: (name, columns) for name, columns in found if columns is not None}.values())


def unknown_columns(tree: exp.Expression, columns_of: ColumnsOf, dialect: str) -> list[UnknownColumn]:
    """The columns of one parsed statement that nothing in sight has, each place once."""
    check = _Check(columns_of, dialect)
    check.statement(tree)
    return sorted({column.start: column for column in check.found}.values(), key=lambda column: column.start)


class _Check:
    """One statement being checked."""

    def __init__(self, columns_of: ColumnsOf, dialect: str) -> None:
        self.columns_of = columns_of
        self.dialect = dialect
        self.found: list[UnknownColumn] = []
        self.scalars: set[str] = set()  # ClickHouse's WITH expression AS name

    def statement(self, tree: exp.Expression) -> None:
        """Queries, what stores the rows of one, and changes of one relation; of all else nothing is known."""
        if isinstance(tree, exp.Query):
            self.query(tree, {}, None)
        elif isinstance(tree, exp.Create | exp.Insert):
            body = tree.args.get("expression")
            is_macro = isinstance(tree, exp.Create) and str(tree.kind).upper() not in ("TABLE", "VIEW")
            if isinstance(body, exp.Query) and not is_macro:
                self.query(body, self._with(tree, {}, None), None)
        elif isinstance(tree, exp.Update | exp.Delete) and isinstance(tree.this, exp.Table):
            parts = {"this", "expressions", "where"}
            if not any(value for key, value in tree.args.items() if key not in parts):
                sight = _Sight()
                self._source(tree.this, sight, {})
                self._visit_all([*tree.expressions, tree.args.get("where")], sight, {})

    def query(self, node: exp.Expression | exp.Query, ctes: _Ctes, outer: _Sight | None) -> Columns:
        """Check a query; the names of its columns."""
        ctes = self._with(node, ctes, outer)
        if isinstance(node, exp.Select):
            return self._select(node, ctes, outer)
        if isinstance(node, exp.SetOperation):
            left, right = node.args["this"], node.args["expression"]
            columns = self.query(left, ctes, outer)
            self.query(right, ctes, outer)
            is_by_name = any(node.args.get(part) for part in ("by_name", "side", "kind", "on"))
            return None if is_by_name or _others(node, _UNION_PARTS) else columns
        if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Query):
            columns = self.query(node.this, ctes, outer)
            return None if _others(node, _SUBQUERY_PARTS | {"order", "limit", "offset"}) else columns
        return None

    def _with(self, node: exp.Expression | exp.Query, ctes: _Ctes, outer: _Sight | None) -> _Ctes:
        clause = node.args.get("with_") or node.args.get("with")
        if not isinstance(clause, exp.With):
            return ctes
        visible: dict[str, Columns] = dict(ctes)
        if clause.recursive or self.dialect == "sqlite":  # these may name each other whatever their order
            visible |= {cte.alias_or_name.lower(): None for cte in clause.expressions}
        for cte in clause.expressions:
            name = cte.alias_or_name.lower()
            if not isinstance(cte.this, exp.Query):
                self.scalars.add(name)
            if isinstance(cte.this, exp.SetOperation):  # it may name itself, RECURSIVE or not
                visible[name] = None
            columns = self.query(cte.this, visible, outer)
            visible[name] = None if clause.args.get("search") else _renamed(columns, cte)
        return visible

    def _select(self, node: exp.Select, ctes: _Ctes, outer: _Sight | None) -> Columns:
        sight = _Sight(outer, is_open=_others(node, _PARTS))
        clause = node.args.get("from_") or node.args.get("from")
        if clause is not None:
            self._source(clause.this, sight, ctes)
        for join in node.args.get("joins") or ():
            self._join(join, sight, ctes)
        sight.named |= {item.alias.lower() for item in node.expressions if item.alias}
        sight.named |= {window.name.lower() for window in node.args.get("windows") or ()}
        for part in _VISITED:
            value = node.args.get(part)
            self._visit_all(value if isinstance(value, list) else [value], sight, ctes)
        return _outputs(node, sight)

    def _join(self, join: exp.Expression, sight: _Sight, ctes: _Ctes) -> None:
        sight.is_open |= _others(join, _JOIN_PARTS) or str(join.args.get("kind") or "").upper() in ("ARRAY", "PASTE")
        self._source(join.this, sight, ctes)
        self._visit_all([join.args.get("on")], sight, ctes)

    def _source(self, node: exp.Expression, sight: _Sight, ctes: _Ctes) -> None:
        """One source of FROM, with what is joined to it inside of brackets."""
        alias = node.alias_or_name.lower() or f"_source_{len(sight.sources)}"
        inner = node.this
        if isinstance(node, exp.Table) and isinstance(inner, exp.Identifier):
            is_cte = not node.args.get("db") and node.name.lower() in ctes
            columns = ctes[node.name.lower()] if is_cte else self.columns_of(node)
            columns = None if _others(node, _TABLE_PARTS) else _renamed(columns, node)
            sight.sources[alias] = (node.name, columns)
        elif isinstance(node, exp.Subquery) and isinstance(inner, exp.Query):
            columns = self.query(inner, self._with(node, ctes, sight), sight)
            columns = None if _others(node, _SUBQUERY_PARTS) else _renamed(columns, node)
            sight.sources[alias] = (node.alias or "the query", columns)
        elif isinstance(node, exp.Subquery) and isinstance(inner, exp.Table) and not node.alias:
            self._source(inner, sight, ctes)
        else:
            sight.sources[alias] = (alias, None)
        for join in node.args.get("joins") or ():
            self._join(join, sight, ctes)

    def _visit_all(self, nodes: list[exp.Expression | None], sight: _Sight, ctes: _Ctes) -> None:
        for node in nodes:
            if isinstance(node, exp.Expression):
                self._visit(node, sight, ctes)

    def _visit(self, node: exp.Expression, sight: _Sight, ctes: _Ctes) -> None:
        if isinstance(node, exp.Query):
            self.query(node, ctes, sight)
            return
        if isinstance(node, exp.Column):
            self._column(node, sight)
            return
        if isinstance(node, exp.Lambda):
            sight = _Sight(sight, named={name.name.lower() for name in node.expressions})
            self._visit_all([node.this], sight, ctes)
        elif isinstance(node, exp.PropertyEQ | exp.Kwarg | exp.Collate):
            self._visit_all([node.this if isinstance(node, exp.Collate) else node.expression], sight, ctes)
        elif not isinstance(node, exp.Comprehension | exp.Star | exp.WindowSpec):
            children = [child for key, child in _children(node) if not (isinstance(node, exp.In) and key == "field")]
            self._visit_all([*children], sight, ctes)

    def _column(self, node: exp.Column, sight: _Sight) -> None:
        word = node.this
        if not isinstance(word, exp.Identifier) or node.args.get("db") or not self._is_certain(word):
            return
        name, table = word.name.lower(), node.table.lower()
        if table:
            source = sight.source(table)
            if source is None or source[1] is None or _has(source[1], name) or sight.is_field(table):
                return
            sources: tuple[tuple[str, tuple[str, ...]], ...] = ((source[0], source[1]),)
        else:
            sources = sight.nearest()
            if not sources or sight.may_be(name) or name in self.scalars:
                return
        is_doubtful = isinstance(node.parent, exp.Anonymous | exp.AnonymousAggFunc)
        self.found.append(UnknownColumn(word.name, word.meta["start"], word.meta["end"] + 1, sources, is_doubtful))

    def _is_certain(self, word: exp.Identifier) -> bool:
        """Whether a word has a place, and can be nothing but the name of a column."""
        if word.args.get("quoted") and self.dialect == "sqlite":  # what is no column is a text there
            return False
        is_pseudo = word.name.upper() in _PSEUDO or word.name.startswith("_") or "$" in word.name
        return "start" in word.meta and not is_pseudo


def _outputs(node: exp.Select, sight: _Sight) -> Columns:
    """The names of a select list; None when one of its columns has a name that the engine makes."""
    names: list[str] = []
    for item in node.expressions:
        if isinstance(item, exp.Star) and not any(item.args.values()):
            found = [columns for _, columns in sight.sources.values()]
        elif isinstance(item, exp.Column) and isinstance(item.this, exp.Star) and not any(item.this.args.values()):
            found = [sight.sources.get(item.table.lower(), ("", None))[1]]
        elif isinstance(item, exp.Alias) or (isinstance(item, exp.Column) and isinstance(item.this, exp.Identifier)):
            found = [(item.alias_or_name,)]
        else:
            return None
        for columns in found:
            if columns is None:
                return None
            names += columns
    return None if sight.is_open or not names else tuple(names)


def _renamed(columns: Columns, node: exp.Expression) -> Columns:
    """The columns under the names that an alias gives them; not known when it names only some."""
    alias = node.args.get("alias")
    names = [column.name for column in alias.args.get("columns") or ()] if isinstance(alias, exp.TableAlias) else []
    if not names or columns is None:
        return columns if not names else None
    return tuple(names) if len(names) == len(columns) else None


def _others(node: exp.Expression, known: frozenset[str]) -> bool:
    """Whether a node has parts besides those that are known."""
    return any(value for key, value in node.args.items() if key not in known)


def _children(node: exp.Expression) -> Iterator[tuple[str, exp.Expression]]:
    for key, value in node.args.items():
        for child in value if isinstance(value, list) else (value,):
            if isinstance(child, exp.Expression):
                yield key, child


def _has(columns: tuple[str, ...], name: str) -> bool:
    return any(column.lower() == name for column in columns)
