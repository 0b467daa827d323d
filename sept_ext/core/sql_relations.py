"""Which relations one parsed SQL statement reads, writes and makes: a walk that knows the scopes of CTEs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlglot import exp

from .sql_uses import CORRELATED_PATHS, RESERVED, RelationUse, Uses, is_file

# A CTE may name itself without RECURSIVE in these.
_IMPLICITLY_RECURSIVE = frozenset(("sqlite", "tsql", "oracle", "snowflake", "teradata", "fabric"))
# Parts of a table that name no relation, though the parser gives them tables.
NO_SOURCES = ("db", "catalog", "alias", "indexed", "format", "pattern", "hints")


class Misread(Exception):
    """The tree cannot be what the text means."""


Ctes = Mapping[str, exp.Expression]
Handler = Callable[["Walk", exp.Expression, Ctes, frozenset[str]], None]


class Walk:
    """One statement being walked; `text` is what was parsed, `handlers` know nodes that are more than their parts."""

    def __init__(self, text: str, dialect: str, handlers: Mapping[type[exp.Expression], Handler]) -> None:
        self.text = text
        self.dialect = dialect
        self.handlers = handlers
        self.uses = Uses()

    def visit(self, node: exp.Expression, ctes: Ctes, aliases: frozenset[str] = frozenset()) -> None:
        """Walk a node with the CTEs visible to it; `aliases` are the names FROM gives around it."""
        ctes = self._with(node, ctes)
        if isinstance(node, exp.Select):
            aliases = aliases | _from_aliases(node)
        handler = self.handlers.get(type(node))
        if handler is not None:
            handler(self, node, ctes, aliases)
        else:
            self.children(node, ctes, aliases)

    def children(self, node: exp.Expression, ctes: Ctes, aliases: frozenset[str], skip: tuple[str, ...] = ()) -> None:
        """Walk all parts of a node except the named ones (and its WITH, which is walked already)."""
        for key, value in node.args.items():
            if key in skip or key in ("with_", "with"):
                continue
            for child in value if isinstance(value, list) else (value,):
                if isinstance(child, exp.Expression):
                    self.visit(child, ctes, aliases)

    def _with(self, node: exp.Expression, ctes: Ctes) -> Ctes:
        clause = node.args.get("with_") or node.args.get("with")
        if not isinstance(clause, exp.With):
            return ctes
        visible = dict(ctes)
        if clause.recursive:  # these may name each other whatever their order
            visible.update((cte.alias_or_name.lower(), cte) for cte in clause.expressions)
        for cte in clause.expressions:
            name = cte.alias_or_name.lower()
            own = visible
            if self.dialect in _IMPLICITLY_RECURSIVE and isinstance(cte.this, exp.SetOperation):
                own = {**visible, name: cte}
            self.visit(cte.this, own)
            visible[name] = cte
        return visible

    def use(self, table: exp.Table) -> RelationUse | None:
        """The relation a table node stands for; None if it is a file, a stage or a function."""
        parts = [part for part in table.parts if isinstance(part, exp.Identifier)]
        if not parts or len(parts) != len(table.parts):
            return None
        start = min((part.meta.get("start", -1) for part in parts), default=-1)
        end = max((part.meta.get("end", -1) for part in parts), default=-1) + 1
        name = [part.name for part in parts]
        if table.args.get("catalog") and not table.db:  # T-SQL's `database..table`
            name.insert(1, "")
        if len(parts) == 1 and not parts[0].args.get("quoted") and name[0].upper() in RESERVED:
            raise Misread(name[0])
        if start >= 0:
            if self.text[start] == "'" and any(mark in name[0] for mark in "./*\\:"):
                return None
            if self.text[start - 1 : start] == "#" and start > 0:
                hashes = "##" if self.text[start - 2 : start] == "##" else "#"
                name[0], start = hashes + name[0].lstrip("#"), start - len(hashes)
        return RelationUse(tuple(name), start, end)

    def write(self, target: exp.Expression | None, ctes: Ctes, *, makes: bool = False) -> None:
        """The relation under `target` is changed (made anew for certain, with `makes`)."""
        table = target.this if isinstance(target, exp.Schema) else target
        if not isinstance(table, exp.Table):
            if table is not None:
                self.visit(table, ctes)
            return
        cte = ctes.get(table.name.lower()) if not table.args.get("db") else None
        if cte is not None:  # T-SQL: changing a CTE changes the table it selects from
            for inner in cte.find_all(exp.Table):
                self.write(inner, {})
            return
        found = self.use(table)
        if found is not None and not is_file(found.parts):
            self.uses.writes.append(found)
            if makes:
                self.uses.made.add(found.name.lower())
        self.children(table, ctes, frozenset(), skip=("this", *NO_SOURCES))

    def read(self, table: exp.Table, ctes: Ctes, aliases: frozenset[str]) -> None:
        """A table in FROM: a CTE, a path into another table, a function, a file, or a relation."""
        self.children(table, ctes, aliases, skip=NO_SOURCES)
        if not table.args.get("db") and table.name.lower() in ctes:
            return
        parts = table.parts
        if len(parts) > 1 and self.dialect in CORRELATED_PATHS and parts[0].name.lower() in aliases:
            return
        found = self.use(table)
        if found is not None and not is_file(found.parts):
            self.uses.reads.append(found)


def from_clause(node: exp.Expression) -> exp.From | None:
    """FROM, whatever the version of sqlglot calls it."""
    clause = node.args.get("from_") or node.args.get("from")
    return clause if isinstance(clause, exp.From) else None


def _from_aliases(select: exp.Select) -> frozenset[str]:
    clause = from_clause(select)
    sources = [clause.this] if clause is not None else []
    sources += [join.this for join in select.args.get("joins") or ()]
    names = {source.alias_or_name.lower() for source in sources if isinstance(source, exp.Table | exp.Subquery)}
    return frozenset(name for name in names if name)
