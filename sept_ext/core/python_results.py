"""What the value of a call may share with its receiver or its arguments."""

from __future__ import annotations

import ast
from typing import NamedTuple

from . import python_mutations as tables
from .python_fields import keyed
from .python_values import FRESH, SLICE, VIEW, Value, holding, made, row, shaped, union


class CallSite(NamedTuple):
    """One call with its parts walked. `name` is the function's bare name, `path` its dotted one if known."""

    node: ast.Call
    name: str | None
    path: str | None
    base: Value | None
    function: Value
    arguments: tuple[Value, ...]
    keywords: dict[str, Value]
    used: bool

    def argument(self, place: int, keyword: str | None = None) -> Value | None:
        """An argument by position, else by keyword."""
        if place < len(self.arguments):
            return self.arguments[place]
        return self.keywords.get(keyword) if keyword else None


def _keeper(values: list[Value]) -> Value:
    """An object that changes what it was given when it is changed itself."""
    held = holding(values)
    return Value(held.inner, held.inner, deep=held.deep)


def holding_rows(values: list[Value]) -> Value:
    """An iterable whose elements are rows of these values."""
    element = row(values)
    return (
        shaped(Value(inner=element.inner, functions=element.functions), (element,)) if element is not FRESH else FRESH
    )


def _method_result(site: CallSite, base: Value) -> Value:
    """What a method of an object returns of it."""
    if site.name in tables.ARRAY_VIEWS:
        return base._replace(path=VIEW) if base.origins else base
    if base.path is not None:
        return FRESH
    if site.name in tables.SELF_METHODS:
        return base
    if site.name in tables.FIGURE_PARTS:
        return base.part()
    if site.name == "items" and not site.arguments:
        return holding_rows([FRESH, base.element()])
    if site.name in tables.PART_METHODS:
        return _part(site, base)
    if site.name in tables.HOLDER_METHODS:
        return shaped(base.holder(), base.parts, base.keys)
    return FRESH


def _part(site: CallSite, base: Value) -> Value:
    """`d.get("k")`, `d.pop("k")`, `d.values()`: one thing the container holds, or all."""
    if site.name == "values" and base.keys:
        return row(list(base.keys.values()))
    key = site.node.args[0] if site.node.args else None
    found = keyed(base, key.value) if isinstance(key, ast.Constant) else None
    value = base.element() if found is None else found
    default = site.argument(1, "default")
    return union(value, default) if default is not None and site.name in ("get", "setdefault", "pop") else value


def result(site: CallSite) -> Value:
    """What the value of a call may share with its receiver or arguments."""
    path = f"{site.path}()" if site.path is not None and "." in site.path else None
    if site.base is not None and site.name is not None and site.base.path in (None, SLICE, VIEW):
        return _method_result(site, site.base)
    key = site.path or site.name or ""
    if site.name in _MAKERS or key == "dict":
        return _made(site)
    if site.arguments:
        first = site.arguments[0]
        if key in tables.VIEW_FUNCTIONS:
            return first._replace(path=VIEW) if key.startswith("numpy.") and first.origins else first
        if key in tables.HOLDER_FUNCTIONS:
            return holding([argument.holder() for argument in site.arguments])
        if key in tables.PART_FUNCTIONS:
            return first.element()
        if key in tables.ROW_MAKERS:
            return _rows(site, key.rpartition(".")[2])
    return Value(path=path) if path is not None else FRESH


_MAKERS = tables.FIGURE_MAKERS | tables.KEEPERS | tables.KEEPERS_OF_FIRST | tables.RECORDS


def _made(site: CallSite) -> Value:
    """An object that keeps what it is made of."""
    name = site.name
    if name in tables.FIGURE_MAKERS:
        return Value(inner=made(f"{name}:{site.node.lineno}").origins)  # its figure and axes are one object
    if name in tables.KEEPERS or name in tables.KEEPERS_OF_FIRST:
        kept = site.arguments[:1] if name in tables.KEEPERS_OF_FIRST else site.arguments
        return _keeper([*kept, *site.keywords.values()])
    return _record(site) if name in tables.RECORDS else _dict(site)


def _rows(site: CallSite, name: str) -> Value:
    """`zip`, `enumerate` and those of itertools that give tuples."""
    first = site.arguments[0]
    if name == "zip":
        return holding_rows([argument.element() for argument in site.arguments])
    if name == "enumerate":
        return holding_rows([FRESH, first.element()])
    if name == "groupby":
        return holding_rows([FRESH, first.holder()])
    if name == "from_iterable":
        return first.element().holder()
    element = holding([argument.element() for argument in site.arguments])
    return shaped(Value(inner=element.inner, deep=element.deep), (element,))


def _record(site: CallSite) -> Value:
    held = holding([*site.arguments, *site.keywords.values()])
    return shaped(held, None, {f".{name}": value for name, value in site.keywords.items()})


def _dict(site: CallSite) -> Value:
    held = holding([*site.keywords.values(), *(argument.holder() for argument in site.arguments)])
    keys: dict[object, Value] | None = {}
    for argument in site.arguments:
        if keys is not None:
            keys = {**keys, **argument.keys} if argument.keys is not None else None
    if keys is None or "**" in site.keywords:
        return held
    keys.update(site.keywords.items())
    return shaped(held, None, keys)
