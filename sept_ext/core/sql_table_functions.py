"""Functions and operators whose arguments are relations, by name or as SQL in a string."""

from __future__ import annotations

from sqlglot import exp

from .sql_relations import Ctes, Handler, Walk
from .sql_uses import IN_TABLE, UNNAMED, RelationUse

_NO: frozenset[str] = frozenset()


def _named(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    """TABLE('t'), TABLE($variable), and TABLE(t) where it is no source itself but the argument of a function."""
    _table_of(walk, node.this, ctes, is_source=isinstance(node.parent, exp.From | exp.Join))
    walk.children(node, ctes, aliases)


def _table_of(walk: Walk, argument: exp.Expression | None, ctes: Ctes, *, is_source: bool) -> None:
    if isinstance(argument, exp.Literal) and argument.is_string:
        walk.uses.reads.append(RelationUse(tuple(argument.name.split(".")), -1, -1))
    elif isinstance(argument, exp.Placeholder | exp.Parameter):
        walk.uses.reads.append(RelationUse((UNNAMED,), -1, -1))
    elif isinstance(argument, exp.Column) and not is_source:
        walk.read(exp.table_(argument.this, db=argument.args.get("table"), catalog=argument.args.get("db")), ctes, _NO)


def _predict(walk: Walk, node: exp.Expression, ctes: Ctes, aliases: frozenset[str]) -> None:
    """BigQuery's functions of a model: the model is no relation."""
    walk.children(node, ctes, aliases, skip=("this",))


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
        walk.uses.code.append(arguments[0].name)
    elif name == "stream":  # Databricks
        walk.uses.reads += [
            RelationUse(tuple(part.name for part in argument.parts), -1, -1)
            for argument in node.expressions
            if isinstance(argument, exp.Column)
        ]
    elif name == "query_table":
        for argument in [*arguments, *(a for array in node.expressions for a in array.find_all(exp.Literal))]:
            use = RelationUse(tuple(argument.name.split(".")), -1, -1)
            if use not in walk.uses.reads:
                walk.uses.reads.append(use)
    elif name == "table" and len(node.expressions) == 1:
        _table_of(walk, node.expressions[0], ctes, is_source=isinstance(node.parent, exp.Table))


HANDLERS: dict[type[exp.Expression], Handler] = {exp.In: _in, exp.Anonymous: _function}
for _name, _handler in (("TableFromRows", _named), ("Predict", _predict)):
    _type = getattr(exp, _name, None)  # not in every version of sqlglot we allow
    if _type is not None:
        HANDLERS[_type] = _handler
