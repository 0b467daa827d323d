"""What the nodes of sqlglot's trees do to relations: one function for each kind of statement."""

from __future__ import annotations

from sqlglot import exp

from . import sql_table_functions as table_functions
from .sql_relations import Ctes, Handler, Misread, Walk, from_clause
from .sql_uses import BY_ALIAS, Uses

_RELATION_KINDS = frozenset(
    ("DICTIONARY", "TABLE", "VIEW", "MATERIALIZED VIEW", "DYNAMIC TABLE", "EXTERNAL TABLE", "STREAM")
)


def walk_tree(tree: exp.Expression, text: str, dialect: str, ctes: Ctes) -> Uses:
    """What one parsed statement does, with these CTEs around it. Raises `Misread` if the tree cannot be right."""
    walk = Walk(text, dialect, _HANDLERS)
    walk.visit(tree, ctes)
    return walk.uses


def _table(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    assert isinstance(node, exp.Table)
    walk.read(node, ctes, aliases)


def _insert(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    walk.write(node.this, ctes)
    walk.children(node, ctes, aliases, skip=("this",))


def _target_in_from(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    """UPDATE and MERGE; T-SQL may name an alias of its FROM as the target."""
    target, skip = node.this, ("this",)
    if isinstance(node, exp.Update) and not node.expressions:
        raise Misread("UPDATE")
    if isinstance(target, exp.Table) and target.args.get("joins"):
        _update_several(walk, node, ctes, aliases)
        return
    clause = from_clause(node)
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
    if isinstance(node.this, exp.Subquery):
        raise Misread("DELETE")
    if not isinstance(node.this, exp.Expression):
        for table in tables:
            walk.write(table, ctes)
        walk.children(node, ctes, aliases, skip=("tables",))
        return
    if not tables and node.args.get("using") and walk.dialect in BY_ALIAS:  # MySQL's DELETE FROM a, b USING ...
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
    if kind in ("TRIGGER", "DICTIONARY"):
        raise Misread(kind)
    if kind.endswith("INDEX"):
        index = node.this
        walk.write(index.args.get("table"), ctes)
    elif kind in _RELATION_KINDS:
        exists = bool(node.args.get("exists"))  # then it may hold what it held; a view has no rows of its own
        walk.children(node, ctes, aliases, skip=("this",))
        if isinstance(node.this, exp.Schema):
            walk.children(node.this, ctes, aliases, skip=("this",))
        walk.write(node.this, ctes, makes=not exists or kind == "VIEW", is_temporary=_is_temporary(node))
    else:
        walk.children(node, ctes, aliases, skip=("this",))


def _is_temporary(node: exp.Create) -> bool:
    properties = node.args.get("properties")
    kinds = properties.expressions if properties is not None else []
    return any(isinstance(kind, exp.TemporaryProperty) for kind in kinds)


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
    if any(table.name.upper() == "DATABASE" and table.alias for table in node.find_all(exp.Table)):
        raise Misread("COPY")
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


def _written(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    if isinstance(node.this, exp.Column):  # COMMENT ON COLUMN
        column = node.this
        walk.write(exp.Table(this=column.args.get("table"), db=column.args.get("db")), {})
        return
    walk.write(node.this, {})
    walk.children(node, ctes, aliases, skip=("this",))


def _none(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    """Names in these are no relations that are read (USE, GRANT, REFERENCES ...)."""


def _returning(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    """T-SQL's OUTPUT ... INTO another table."""
    into = node.args.get("into")
    if isinstance(into, exp.Identifier) and walk.dialect in ("tsql", "fabric"):
        walk.write(exp.Table(this=into), {})
    walk.children(node, ctes, aliases, skip=("into",))


def _alias(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    walk.check_alias(node)


def _misread(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    raise Misread(type(node).__name__)


def _command(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    walk.uses.unknown.append(str(node.this).upper())


_HANDLERS: dict[type[exp.Expression], Handler] = {
    **table_functions.HANDLERS,
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
    exp.Show: _misread,
    exp.TableAlias: _alias,
    exp.Attach: _none,
    exp.Detach: _none,
    exp.Command: _command,
    exp.Hint: _none,
    exp.Lock: _none,
    exp.Returning: _returning,
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
    ("ExecuteAsProperty", _misread),
    ("Execute", _misread),
    ("ExecuteSql", _misread),
):
    _type = getattr(exp, _name, None)  # not in every version of sqlglot we allow
    if _type is not None:
        _HANDLERS[_type] = _handler
