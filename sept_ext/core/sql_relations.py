"""Which relations one parsed SQL statement reads, writes and makes: a walk that knows the scopes of CTEs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlglot import exp

from .sql_uses import (
    CORRELATED_PATHS,
    IDENTIFIERS,
    RESERVED,
    UNNAMED,
    UPDATABLE_CTES,
    RelationUse,
    Uses,
    is_cte,
    is_file,
    spellings,
)

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

    def check_alias(self, alias: object) -> None:
        """What looks like an alias may be the next statement of a batch: `FROM t EXEC ('...')`."""
        name = alias.name if isinstance(alias, exp.TableAlias) else ""
        if name.upper() in ("EXEC", "EXECUTE") and self.dialect in ("tsql", "fabric"):
            raise Misread(name)

    def use(self, table: exp.Table) -> RelationUse | None:
        """The relation a table node stands for; None if it is a file, a stage or a function."""
        worked_out = _worked_out(table, self.dialect)
        if worked_out is not None:
            return worked_out
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
            last = parts[-1].meta.get("start", 0)
            hashes = len(self.text[:last]) - len(self.text[:last].rstrip("#"))
            if hashes:
                name[-1] = "#" * hashes + name[-1].lstrip("#")
                start -= hashes if len(parts) == 1 else 0
        return RelationUse(tuple(name), start, end)

    def write(
        self, target: exp.Expression | None, ctes: Ctes, *, makes: bool = False, is_temporary: bool = False
    ) -> None:
        """The relation under `target` is changed (made anew for certain, with `makes`)."""
        table = _target(target, self.dialect)
        if not isinstance(table, exp.Table):
            if table is not None:
                self.visit(table, ctes)
            return
        cte = ctes.get(table.name.lower()) if self.dialect in UPDATABLE_CTES and not table.args.get("db") else None
        if cte is not None:
            for inner in cte.find_all(exp.Table):
                self.write(inner, {})
            return
        found = self.use(table)
        if found is not None and not is_file(found.parts):
            self.uses.writes.append(found)
            if makes:
                self.uses.made |= spellings(found.name, self.dialect, is_temporary=is_temporary)
        self.children(table, ctes, frozenset(), skip=("this", *NO_SOURCES))

    def read(self, table: exp.Table, ctes: Ctes, aliases: frozenset[str]) -> None:
        """A table in FROM: a CTE, a path into another table, a function, a file, or a relation."""
        self.check_alias(table.args.get("alias"))
        is_worked_out = _worked_out(table, self.dialect) is not None
        self.children(table, ctes, aliases, skip=("this", *NO_SOURCES) if is_worked_out else NO_SOURCES)
        if is_cte(tuple(part.name for part in table.parts), ctes):
            return
        parts = table.parts
        if len(parts) > 1 and self.dialect in CORRELATED_PATHS and parts[0].name.lower() in aliases:
            return
        found = self.use(table)
        if found is not None and not is_file(found.parts):
            self.uses.reads.append(found)


def _target(node: exp.Expression | None, dialect: str) -> exp.Expression | None:
    """The table that a change names; `IDENTIFIER('a')` as a target may look like a table with a list of columns."""
    if not isinstance(node, exp.Schema):
        return node
    table: exp.Expression = node.this
    if dialect in IDENTIFIERS and isinstance(table, exp.Table) and table.name.upper() == "IDENTIFIER":
        return exp.Table(this=exp.Anonymous(this="IDENTIFIER", expressions=[*node.expressions]))
    return table


def _worked_out(table: exp.Table, dialect: str) -> RelationUse | None:
    """The relation of `IDENTIFIER(...)` and of a placeholder; None if a table is named as usual."""
    parts: list[str] = []
    is_named = True
    for part in table.parts:
        if isinstance(part, exp.Identifier):
            parts.append(part.name)
            continue
        arguments = _arguments(part, dialect)
        if arguments is None:
            return None
        is_named = False
        text = _constant(arguments[0]) if len(arguments) == 1 else None
        parts += text.split(".") if text is not None else [UNNAMED]
    return None if is_named else RelationUse(tuple(parts), -1, -1)


def _arguments(part: object, dialect: str) -> list[exp.Expression] | None:
    if isinstance(part, exp.Placeholder):
        return [part]
    if isinstance(part, exp.Func) and type(part).__name__ == "DynamicIdentifier":  # not in all versions of sqlglot
        return [part.this]
    if isinstance(part, exp.Anonymous) and str(part.this).upper() == "IDENTIFIER" and dialect in IDENTIFIERS:
        return list(part.expressions)
    return None


def _constant(node: exp.Expression) -> str | None:
    """The text of strings, perhaps put together."""
    if isinstance(node, exp.Literal) and node.is_string:
        return str(node.name)
    if isinstance(node, exp.DPipe | exp.Add | exp.Concat):
        pieces = [_constant(piece) for piece in node.iter_expressions()]
        return "".join(piece for piece in pieces if piece is not None) if None not in pieces else None
    return None


def from_clause(node: exp.Expression) -> exp.From | None:
    """FROM, whatever the version of sqlglot calls it."""
    clause = node.args.get("from_") or node.args.get("from")
    return clause if isinstance(clause, exp.From) else None


def _from_aliases(select: exp.Select) -> frozenset[str]:
    clause = from_clause(select)
    sources = [clause.this] if clause is not None else []
    joins = [join for node in (select, *sources) for join in node.args.get("joins") or ()]
    sources += [join.this for join in joins] + (select.args.get("laterals") or [])
    return frozenset(name.lower() for source in sources for name in _aliases(source) if name)


def _aliases(source: exp.Expression) -> list[str]:
    """The names of one source; BigQuery's UNNEST gives its own to the element."""
    if not isinstance(source, exp.Unnest):
        return [source.alias_or_name]
    alias = source.args.get("alias")
    return [source.alias, *(column.name for column in (alias.args.get("columns") or () if alias else ()))]
