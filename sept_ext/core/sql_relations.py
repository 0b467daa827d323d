"""Which relations one parsed SQL statement reads, writes and makes: a walk that knows the scopes of CTEs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from .sql_tokens import keys

# A CTE may name itself without RECURSIVE in these.
_IMPLICITLY_RECURSIVE = frozenset(("sqlite", "tsql", "oracle", "snowflake", "teradata", "fabric"))
# `FROM t, t.items` walks an array of `t` in these.
CORRELATED_PATHS = frozenset(("bigquery", "redshift", "snowflake", "databricks", "spark"))
# `x IN t` looks into the relation `t` in these.
IN_TABLE = frozenset(("sqlite", "clickhouse"))
_NO_SOURCES = ("db", "catalog", "alias", "indexed", "format", "pattern", "hints")
_RELATION_KINDS = frozenset(
    ("DICTIONARY", "TABLE", "VIEW", "MATERIALIZED VIEW", "DYNAMIC TABLE", "EXTERNAL TABLE", "STREAM")
)


# A table of such a name, without quotes, is a keyword that the parser took for one.
RESERVED = keys(
    "SELECT FROM WHERE ON GROUP ORDER JOIN AND OR SET INTO USING UNION HAVING WHEN THEN AS IN FOR WITH INFILE"
)
_FILE_FORMATS = keys("parquet csv json orc delta avro text binaryfile iceberg")


class Misread(Exception):
    """The tree cannot be what the text means."""


def is_file(parts: tuple[str, ...]) -> bool:
    """Spark's path tables: parquet.`/data/x`."""
    return len(parts) == 2 and parts[0].lower() in _FILE_FORMATS and ("/" in parts[1] or ":" in parts[1])


@dataclass(frozen=True, slots=True)
class RelationUse:
    """A relation where it stands in the text: its parts as written, quotes removed; offsets into the text."""

    parts: tuple[str, ...]
    start: int
    end: int

    @property
    def name(self) -> str:
        """The parts joined by dots."""
        return ".".join(self.parts)


@dataclass(slots=True)
class Uses:
    """What statements do, collected in the order of the text."""

    reads: list[RelationUse] = field(default_factory=list)
    writes: list[RelationUse] = field(default_factory=list)
    made: set[str] = field(default_factory=set)
    code: list[tuple[str, str | None]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def add(self, other: Uses, *, runs: bool = True) -> None:
        """Take over what another statement (inside this one) does; `runs` false: it is only planned."""
        self.reads += other.reads
        self.unknown += other.unknown
        if runs:
            self.writes += other.writes
            self.made |= other.made


Ctes = Mapping[str, exp.Expression]


class Walk:
    """One statement being walked; `text` is what was parsed."""

    def __init__(self, text: str, dialect: str) -> None:
        self.text = text
        self.dialect = dialect
        self.uses = Uses()

    def visit(self, node: exp.Expression, ctes: Ctes, aliases: frozenset[str] = frozenset()) -> None:
        """Walk a node with the CTEs visible to it; `aliases` are the names FROM gives around it."""
        ctes = self._with(node, ctes)
        if isinstance(node, exp.Select):
            aliases = aliases | _from_aliases(node)
        handler = _HANDLERS.get(type(node))
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
        if found is not None:
            self.uses.writes.append(found)
            if makes:
                self.uses.made.add(found.name.lower())
        self.children(table, ctes, frozenset(), skip=("this", *_NO_SOURCES))

    def read(self, table: exp.Table, ctes: Ctes, aliases: frozenset[str]) -> None:
        """A table in FROM: a CTE, a path into another table, a function, a file, or a relation."""
        self.children(table, ctes, aliases, skip=_NO_SOURCES)
        if not table.args.get("db") and table.name.lower() in ctes:
            return
        parts = table.parts
        if len(parts) > 1 and self.dialect in CORRELATED_PATHS and parts[0].name.lower() in aliases:
            return
        found = self.use(table)
        if found is not None and not is_file(found.parts):
            self.uses.reads.append(found)


def _from_clause(node: exp.Expression) -> exp.From | None:
    clause = node.args.get("from_") or node.args.get("from")
    return clause if isinstance(clause, exp.From) else None


def _from_aliases(select: exp.Select) -> frozenset[str]:
    clause = _from_clause(select)
    sources = [clause.this] if clause is not None else []
    sources += [join.this for join in select.args.get("joins") or ()]
    names = {source.alias_or_name.lower() for source in sources if isinstance(source, exp.Table | exp.Subquery)}
    return frozenset(name for name in names if name)


def _table(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    assert isinstance(node, exp.Table)
    walk.read(node, ctes, aliases)


def _insert(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    walk.write(node.this, ctes)
    walk.children(node, ctes, aliases, skip=("this",))


def _target_in_from(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    """UPDATE and MERGE; T-SQL may name an alias of its FROM as the target."""
    target, skip = node.this, ("this",)
    if isinstance(target, exp.Table) and target.args.get("joins"):
        _update_several(walk, node, ctes, aliases)
        return
    clause = _from_clause(node)
    if isinstance(target, exp.Table) and clause is not None and not target.args.get("db"):
        for table in clause.find_all(exp.Table):
            if table.alias and table.alias.lower() == target.name.lower():
                walk.write(table, ctes)
                table.set("this", None)
                table.set("db", None)
                walk.children(node, ctes, aliases, skip=skip)
                return
    walk.write(target, ctes)
    walk.children(node, ctes, aliases, skip=skip)


def _update_several(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    """MySQL's UPDATE of joined tables: those whose columns SET names are written, the others read."""
    target = node.this
    named = {
        assigned.this.table.lower()
        for assigned in node.expressions
        if isinstance(assigned, exp.EQ) and isinstance(assigned.this, exp.Column)
    }
    joins = target.args["joins"]
    for join in joins:
        if isinstance(join.this, exp.Table) and join.this.alias_or_name.lower() in named:
            walk.write(join.this, ctes)
            walk.children(join, ctes, aliases, skip=("this",))
        else:
            walk.visit(join, ctes, aliases)
    joined = {join.this.alias_or_name.lower() for join in joins}
    if "" in named or target.alias_or_name.lower() in named or not named & joined:
        walk.write(_alone(target), ctes)
    else:
        walk.read(_alone(target), ctes, aliases)
    walk.children(node, ctes, aliases, skip=("this",))


def _alone(table: exp.Table) -> exp.Table:
    """The table without what is joined to it."""
    table.set("joins", None)
    return table


def _delete(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    tables = node.args.get("tables") or []
    if not isinstance(node.this, exp.Expression):
        for table in tables:
            walk.write(table, ctes)
        walk.children(node, ctes, aliases, skip=("tables",))
        return
    if not tables and node.this.args.get("joins") and node.args.get("using"):  # MySQL's DELETE FROM a, b USING ...
        raise Misread("DELETE")
    if not tables:
        _target_in_from(walk, node, ctes, aliases)
        return
    named = {table.alias_or_name.lower() for table in tables}
    if any(table.name.upper() in ("QUICK", "TOP") for table in tables):
        raise Misread("DELETE")
    sources = [node.this, *(node.args.get("using") or []), *(node.args.get("joins") or [])]
    for source in sources:
        _deleted_from(walk, source, named, ctes, aliases)
    walk.children(node, ctes, aliases, skip=("this", "tables", "joins", "using"))


def _deleted_from(walk: Walk, source: exp.Expression, named: set[str], ctes: Ctes, aliases: frozenset[str]) -> None:
    """One source of a DELETE that names its targets: written if it is one of them, else read."""
    if isinstance(source, exp.Join):
        _deleted_from(walk, source.this, named, ctes, aliases)
        walk.children(source, ctes, aliases, skip=("this",))
    elif isinstance(source, exp.Table):
        joins = source.args.get("joins") or []
        table = _alone(source)
        if table.alias_or_name.lower() in named or table.name.lower() in named:
            walk.write(table, ctes)
        else:
            walk.read(table, ctes, aliases)
        for join in joins:
            _deleted_from(walk, join, named, ctes, aliases)
    elif isinstance(source, exp.Expression):
        walk.visit(source, ctes, aliases)


def _create(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    assert isinstance(node, exp.Create)
    kind = (node.kind or "").upper()
    if kind.endswith("INDEX"):
        index = node.this
        walk.write(index.args.get("table"), ctes)
    elif kind in _RELATION_KINDS:
        exists = bool(node.args.get("exists"))
        before = len(walk.uses.reads)
        walk.children(node, ctes, aliases, skip=("this",))
        if isinstance(node.this, exp.Schema):
            walk.children(node.this, ctes, aliases, skip=("this",))
        walk.write(node.this, ctes, makes=not exists)
        name = (node.this.this if isinstance(node.this, exp.Schema) else node.this).name.lower()
        if node.args.get("properties") is not None and kind == "VIEW" and "recursive" in node.sql().lower()[:40]:
            walk.uses.reads[before:] = [use for use in walk.uses.reads[before:] if use.name.lower() != name]
    else:
        walk.children(node, ctes, aliases, skip=("this",))


def _drop(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    kind = str(node.args.get("kind") or "").upper()
    if kind == "INDEX" and isinstance(node.args.get("cluster"), exp.OnProperty):
        walk.write(node.args["cluster"].this, {})
    if kind not in _RELATION_KINDS:
        return
    for table in [*(node.args.get("tables") or []), node.this, *node.expressions]:
        if isinstance(table, exp.Table):
            walk.write(table, {})


def _alter(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    walk.write(node.this, {})
    for action in node.args.get("actions") or ():
        if isinstance(action, exp.AlterRename | exp.SwapTable):
            walk.write(_qualified_like(action.this, node.this), {}, makes=isinstance(action, exp.AlterRename))
        else:
            walk.visit(action, ctes, aliases)


def _qualified_like(new: exp.Expression, old: exp.Expression) -> exp.Expression:
    """`ALTER TABLE s.a RENAME TO b` makes `s.b`."""
    if isinstance(new, exp.Table) and isinstance(old, exp.Table) and not new.args.get("db"):
        for part in ("db", "catalog"):
            if old.args.get(part) is not None:
                new.set(part, old.args[part].copy())
    return new


def _truncate(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    if not node.args.get("is_database"):
        for table in node.expressions:
            walk.write(table, {})


def _copy(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    """`kind` is true for COPY ... FROM (into a table); with a query the way is out."""
    incoming = bool(node.args.get("kind"))
    target = node.this
    if incoming and isinstance(target, exp.Table | exp.Schema):
        walk.write(target, ctes)
    elif target is not None:
        walk.visit(target.this if isinstance(target, exp.Schema) else target, ctes, aliases)
    walk.children(node, ctes, aliases, skip=("this", "credentials", "params"))


def _into(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    if isinstance(node.this, exp.Table):
        walk.write(node.this, {}, makes=True)


def _to_table(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    walk.write(node.this, {})


def _named(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    """Snowflake's IDENTIFIER('t') and TABLE('t')."""
    if isinstance(node.this, exp.Literal) and node.this.is_string:
        walk.uses.reads.append(RelationUse(tuple(node.this.name.split(".")), -1, -1))
    else:
        walk.children(node, ctes, aliases)


def _predict(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    """BigQuery's functions of a model: the model is no relation."""
    walk.children(node, ctes, aliases, skip=("this",))


def _written(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    if isinstance(node.this, exp.Column):  # COMMENT ON COLUMN
        column = node.this
        walk.write(exp.Table(this=column.args.get("table"), db=column.args.get("db")), {})
        return
    walk.write(node.this, {})
    walk.children(node, ctes, aliases, skip=("this",))


def _none(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    """Names in these are no relations that are read (USE, GRANT, REFERENCES ...)."""


def _misread(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    raise Misread(type(node).__name__)


def _command(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    walk.uses.unknown.append(str(node.this).upper())


def _in(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    """`x IN t` names a relation in some dialects."""
    walk.children(node, ctes, aliases)
    column = node.args.get("field")
    if walk.dialect in IN_TABLE and isinstance(column, exp.Column):
        walk.read(exp.table_(column.this, db=column.args.get("table"), catalog=column.args.get("db")), ctes, aliases)


def _function(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    """Functions whose argument is SQL or the name of a table."""
    walk.children(node, ctes, aliases)
    arguments = [argument for argument in node.expressions if isinstance(argument, exp.Literal) and argument.is_string]
    name = str(node.this).lower()
    if name in ("query", "crosstab") and arguments:
        walk.uses.code.append((arguments[0].name, name))
    elif name == "query_table":
        for argument in [*arguments, *(a for array in node.expressions for a in array.find_all(exp.Literal))]:
            use = RelationUse(tuple(argument.name.split(".")), -1, -1)
            if use not in walk.uses.reads:
                walk.uses.reads.append(use)
    elif name == "identifier" and arguments:
        walk.uses.reads.append(RelationUse(tuple(arguments[0].name.split(".")), -1, -1))


Handler = Callable[[Walk, exp.Expression, Ctes, frozenset[str]], None]
_HANDLERS: dict[type[exp.Expression], Handler] = {
    exp.Table: _table,
    exp.Insert: _insert,
    exp.Update: _target_in_from,
    exp.Merge: _target_in_from,
    exp.Delete: _delete,
    exp.Create: _create,
    exp.Drop: _drop,
    exp.Alter: _alter,
    exp.TruncateTable: _truncate,
    exp.Copy: _copy,
    exp.Into: _into,
    exp.LoadData: _written,
    exp.Comment: _written,
    exp.Use: _none,
    exp.Reference: _none,
    exp.Show: _none,
    exp.Attach: _none,
    exp.Detach: _none,
    exp.Command: _command,
    exp.Hint: _none,
    exp.Lock: _none,
    exp.In: _in,
    exp.Anonymous: _function,
}
for _name, _handler in (
    ("Undrop", _written),
    ("ToTableProperty", _to_table),
    ("Grant", _none),
    ("Revoke", _none),
    ("Pragma", _none),
    ("Refresh", _written),
    ("UserDefinedFunction", _none),
    ("Analyze", _none),
    ("DynamicIdentifier", _named),
    ("TableFromRows", _named),
    ("Predict", _predict),
    ("ExecuteAsProperty", _misread),
    ("Execute", _misread),
):
    _type = getattr(exp, _name, None)  # not in every version of sqlglot we allow
    if _type is not None:
        _HANDLERS[_type] = _handler
