"""Where the columns of a parsed query come from: names resolved scope by scope, down to relations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from sqlglot import exp

from .sql_scopes import Columns, Origins, Scope
from .sql_tokens import keys

# The items of a select list that have names; all others get theirs from the engine.
_NAMED = (exp.Alias, exp.Column, exp.Dot)
_NONE: Origins = frozenset()
# A column of the select list may use an alias given before it in these.
_LATERAL_ALIASES = keys("duckdb snowflake redshift databricks spark spark2 teradata clickhouse")


class Resolver:
    """Queries to columns; `relation` gives the columns of a relation by its dotted name."""

    def __init__(self, relation: Callable[[str], Columns], dialect: str) -> None:
        self.relation = relation
        self.dialect = dialect

    def query(self, node: exp.Expression, ctes: Mapping[str, Columns], outer: Scope | None = None) -> Columns:
        """The columns of a query."""
        ctes = self._with(node, ctes, outer)
        if isinstance(node, exp.Subquery):
            return self._select_from_subquery(node, ctes, outer)
        if isinstance(node, exp.SetOperation):
            left = self.query(node.args["this"], ctes, outer)
            if isinstance(node, exp.Except):  # the other rows only say which are left out
                return left
            right = self.query(node.args["expression"], ctes, outer)
            return _united(left, right, by_name=bool(node.args.get("by_name")))
        if isinstance(node, exp.Select):
            return self._select(node, ctes, outer)
        if isinstance(node, exp.Pivot):
            scope = Scope(ctes, outer)
            self._source(node.this, scope)
            return _opened(next(iter(scope.sources.values()), Columns()), node, scope, self)
        scope = Scope(ctes, outer)
        if isinstance(node, exp.Table | exp.Values | exp.Unnest):
            self._source(node, scope)
        return next(iter(scope.sources.values()), Columns())

    def _select_from_subquery(self, node: exp.Subquery, ctes: Mapping[str, Columns], outer: Scope | None) -> Columns:
        scope = Scope(ctes, outer)
        self._source(node, scope)
        return next(iter(scope.sources.values()), Columns())

    def ctes(self, node: exp.Expression) -> Mapping[str, Columns]:
        """The CTEs that a statement has around its query."""
        return self._with(node, {}, None)

    def _with(self, node: exp.Expression, ctes: Mapping[str, Columns], outer: Scope | None) -> Mapping[str, Columns]:
        clause = node.args.get("with_") or node.args.get("with")
        if not isinstance(clause, exp.With):
            return ctes
        visible = dict(ctes)
        for cte in clause.expressions:
            names = [column.name for column in cte.args["alias"].args.get("columns") or ()]
            name = cte.alias_or_name.lower()
            body = cte.this
            if isinstance(body, exp.SetOperation):  # perhaps recursive: what it begins with, then all of it
                first: exp.Expression = body
                while isinstance(first, exp.SetOperation):
                    first = first.args["this"]
                visible[name] = self.query(first, visible, outer).renamed(names)
            visible[name] = self.query(body, visible, outer).renamed(names)
        return visible

    def _select(self, node: exp.Select, ctes: Mapping[str, Columns], outer: Scope | None) -> Columns:
        scope = Scope(ctes, outer, is_alias_first=self.dialect == "clickhouse")
        scope.windows = {window.name.lower(): window for window in node.args.get("windows") or ()}
        clause = node.args.get("from_") or node.args.get("from")
        if clause is not None:
            self._source(clause.this, scope)
        for join in node.args.get("joins") or ():
            self._join(join, scope)
        for lateral in node.args.get("laterals") or ():
            self._source(lateral, scope)
        found = Columns()
        for number, item in enumerate(node.expressions):
            star = _star(item)
            if star is not None:
                self._star(star, item, scope, found)
                continue
            name = item.alias_or_name if isinstance(item, _NAMED) else ""
            origins = self.expression(item, scope)
            found.add(name or f"_col_{number}", origins)
            if item.alias and self.dialect in _LATERAL_ALIASES and not _is_exchanged(item, node):
                scope.aliases.setdefault(name.lower(), origins)
        return found

    def _join(self, join: exp.Expression, scope: Scope) -> None:
        scope.joined |= {column.name.lower() for column in join.args.get("using") or ()}
        self._source(join.this, scope)

    def _source(self, node: exp.Expression, scope: Scope) -> None:
        """One source of FROM, under its alias."""
        name = node.alias_or_name
        names = [column.name for column in _alias_columns(node)]
        if isinstance(node, exp.Lateral) and isinstance(node.this, exp.Subquery):
            columns = self.query(node.this, scope.ctes, scope)
        elif isinstance(node, exp.Subquery):
            columns = self._inner(node, scope)
        elif isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
            columns = self._table(node, scope)
        elif isinstance(node, exp.Values):
            columns = Columns(all=_NONE)
        else:  # a table function: each column may come from all arguments
            columns = Columns(all=self.expression(node, scope))
        for pivot in node.args.get("pivots") or ():
            columns = _opened(columns, pivot, scope, self)
            name = pivot.alias or name
        if isinstance(node, exp.Unnest) and not name and names:  # BigQuery's alias of UNNEST
            name = names[0]
        columns = columns.renamed(names)
        if names and isinstance(node, exp.Lateral | exp.Table) and isinstance(node.this, exp.Func):
            columns.all = None  # a table function, all of whose columns are named
        scope.sources[name.lower() or f"_source_{len(scope.sources)}"] = columns
        for join in node.args.get("joins") or ():
            self._join(join, scope)

    def _inner(self, node: exp.Subquery, scope: Scope) -> Columns:
        inner = node.this
        if isinstance(inner, exp.Table | exp.Subquery) and not isinstance(inner, exp.Query):
            self._source(inner, scope)
            return Columns()
        return self.query(inner, self._with(node, scope.ctes, scope.outer), scope)

    def _table(self, node: exp.Table, scope: Scope) -> Columns:
        parts = [part.name for part in node.parts]
        cte = scope.ctes.get(parts[0].lower()) if len(parts) == 1 else None
        return cte if cte is not None else self.relation(".".join(parts))

    def _star(self, star: exp.Star, item: exp.Expression, scope: Scope, found: Columns) -> None:
        """The columns of `*` or `t.*`, without those that EXCEPT takes out."""
        table = item.table.lower() if isinstance(item, exp.Column) else ""
        sources = [scope.sources[table]] if table in scope.sources else list(scope.sources.values())
        left_out = {column.name.lower() for column in _clause(star, "except")}
        renamed = {alias.this.name.lower(): alias.alias for alias in _clause(star, "rename")}
        replaced = {alias.alias.lower(): self.expression(alias.this, scope) for alias in _clause(star, "replace")}
        for source in sources:
            for key, (name, origins) in source.named.items():
                if key not in left_out:
                    is_taken = key in found.named and key not in scope.joined
                    shown = renamed.get(key, name)
                    found.add(shown, _NONE if is_taken else replaced.get(key, origins))
            if source.is_open:
                found.rest.append(Columns(relation=source.relation, rest=source.rest, all=source.all))
        if any(source.is_open for source in sources):
            for key, origins in replaced.items():
                found.add(key, origins)

    def expression(self, node: exp.Expression, scope: Scope) -> Origins:
        """The origins of all columns in an expression, those its sub-queries give included."""
        found = set(_NONE)
        for part in _parts(node):
            if isinstance(part, exp.Column):
                found |= self._column(part, scope)
            elif isinstance(part, exp.Identifier):
                found |= self._window(part.name.lower(), scope)
            else:
                found |= self.query(part, scope.ctes, scope).every()
        return frozenset(found)

    def _window(self, name: str, scope: Scope) -> Origins:
        """The origins of the columns in a definition of the WINDOW clause, which may go on from another one."""
        window = scope.windows.get(name)
        if window is None:
            return _NONE
        inner = replace(scope, windows={key: other for key, other in scope.windows.items() if key != name})
        return self.expression(window, inner)

    def _column(self, node: exp.Column, scope: Scope) -> Origins:
        parts = [part.name for part in node.parts]
        if len(parts) > 2 and parts[0].lower() in scope.sources:  # `t.structure.field`
            return scope.column(parts[1], parts[0])
        return scope.column(node.name or "$" + node.this.name, node.table)  # `t.$1` of a staged file


def _clause(star: exp.Star, name: str) -> list[exp.Expression]:
    return star.args.get(f"{name}_") or star.args.get(name) or []


def _star(item: exp.Expression) -> exp.Star | None:
    star = item.this if isinstance(item, exp.Column) else item
    return star if isinstance(star, exp.Star) else None


def _alias_columns(node: exp.Expression) -> Iterable[exp.Expression]:
    alias = node.args.get("alias")
    return (alias.args.get("columns") or ()) if isinstance(alias, exp.TableAlias) else ()


def _is_exchanged(item: exp.Expression, select: exp.Select) -> bool:
    """Whether an alias renames a column whose name goes to another one: `a AS b, b AS a` means columns alone."""
    renamed = item.this
    if not isinstance(renamed, exp.Column):
        return False
    return any(other is not item and other.alias.lower() == renamed.name.lower() for other in select.expressions)


def _parts(node: exp.Expression) -> Iterator[exp.Expression]:
    """The columns, the outermost sub-queries and the named windows of an expression."""
    if isinstance(node, exp.Column | exp.Query):
        if not isinstance(node.this, exp.Star):
            yield node
        return
    if isinstance(node, exp.Window):
        yield from (node.args[part] for part in ("alias", "first") if isinstance(node.args.get(part), exp.Identifier))
    for value in node.args.values():
        for child in value if isinstance(value, list) else (value,):
            if isinstance(child, exp.Expression):
                yield from _parts(child)


def _without(columns: Columns, left_out: set[str]) -> Columns:
    named = {key: value for key, value in columns.named.items() if key not in left_out}
    return Columns(named, columns.relation, columns.rest, columns.all)


def _united(left: Columns, right: Columns, *, by_name: bool) -> Columns:
    """The columns of a set operation: by position, or by name if positions are not known."""
    found = Columns(dict(left.named), rest=[*left.rest, *right.rest])
    if left.relation or left.all is not None or right.relation or right.all is not None:
        found.rest += [columns for columns in (left, right) if columns.relation or columns.all is not None]
    if by_name or left.is_open or right.is_open:
        for name, origins in right.named.values():
            found.add(name, origins)
        return found
    for (name, _), (_, origins) in zip(left.named.values(), right.named.values(), strict=False):
        found.add(name, origins)
    return found


def _opened(columns: Columns, pivot: exp.Expression, scope: Scope, resolver: Resolver) -> Columns:
    """What PIVOT and UNPIVOT make: columns they name stay hidden, new ones come from them."""
    inner = Scope(scope.ctes, scope.outer, {"": columns})
    group = pivot.args.get("group")
    kept = {part.name for part in _parts(group)} if isinstance(group, exp.Expression) else set()
    used = [part.name for part in _parts(pivot) if isinstance(part, exp.Column) and part.name not in kept]
    origins = _NONE.union(*(inner.column(name) for name in used))
    found = _without(columns, {name.lower() for name in used})
    made = [name.name for name in pivot.args.get("columns") or ()]
    if pivot.args.get("unpivot"):
        made = [item.name for item in (*pivot.expressions, *(into.this for into in pivot.args.get("fields") or ()))]
    result = Columns(dict(found.named), columns.relation, columns.rest, origins)
    for name in made:
        result.add(name, origins)
    return result
