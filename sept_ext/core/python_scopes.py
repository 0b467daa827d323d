"""Which names a function binds: Python's own scoping rules, checked in the tests against the compiler's `symtable`.

The walk stops at nested functions, classes and lambdas (their names are their own); a walrus inside a comprehension
binds in the function around it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

_NESTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(slots=True)
class Bindings:
    """Names bound in one block, and those it declares to live elsewhere."""

    bound: set[str] = field(default_factory=set)
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)

    @property
    def local(self) -> frozenset[str]:
        """The names that live in the block itself."""
        return frozenset(self.bound - self.globals - self.nonlocals)


def mangle(name: str, class_name: str | None) -> str:
    """The name Python really uses for `name` inside a class (`__x` becomes `_Class__x`)."""
    if class_name is None or not name.startswith("__") or name.endswith("__") or "." in name:
        return name
    stripped = class_name.lstrip("_")
    return f"_{stripped}{name}" if stripped else name


def parameter_names(arguments: ast.arguments) -> tuple[str, ...]:
    """All parameters in the order of positions, then `*args`, keyword-only ones, `**kwargs`."""
    names = [a.arg for a in arguments.posonlyargs]
    names += [a.arg for a in arguments.args]
    if arguments.vararg:
        names.append(arguments.vararg.arg)
    names += [a.arg for a in arguments.kwonlyargs]
    if arguments.kwarg:
        names.append(arguments.kwarg.arg)
    return tuple(names)


def block_bindings(
    body: list[ast.stmt] | ast.expr, parameters: tuple[str, ...] = (), *, walrus: bool = True
) -> Bindings:
    """The names a block (a function's body, a lambda's expression) binds.

    With `walrus` false (the text holds no `:=`) expressions are passed over: they bind nothing.
    """
    bindings = Bindings(set(parameters))
    stack: list[ast.AST] = list(body) if isinstance(body, list) else [body]
    if not walrus:
        _statements_only(stack, bindings)
    while stack:
        _bind(stack.pop(), bindings, stack)
    return bindings


def _statements_only(stack: list[ast.AST], bindings: Bindings) -> None:
    nothing: list[ast.AST] = []
    while stack:
        node = stack.pop()
        kind = type(node)
        if kind is ast.Name:
            if type(node.ctx) is not ast.Load:  # type: ignore[attr-defined]
                bindings.bound.add(node.id)  # type: ignore[attr-defined]
            continue
        handler = _HANDLERS.get(kind)
        if handler is not None:
            handler(node, bindings, nothing)
        for name in _BINDING_FIELDS.get(kind, ()):
            part = getattr(node, name)
            if type(part) is list:
                stack.extend(part)
            elif part is not None:
                stack.append(part)
    nothing.clear()


_BINDING_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {
    ast.Assign: ("targets",),
    ast.AugAssign: ("target",),
    ast.AnnAssign: ("target",),
    ast.Delete: ("targets",),
    ast.For: ("target", "body", "orelse"),
    ast.AsyncFor: ("target", "body", "orelse"),
    ast.While: ("body", "orelse"),
    ast.If: ("body", "orelse"),
    ast.With: ("items", "body"),
    ast.AsyncWith: ("items", "body"),
    ast.withitem: ("optional_vars",),
    ast.Try: ("body", "handlers", "orelse", "finalbody"),
    ast.TryStar: ("body", "handlers", "orelse", "finalbody"),
    ast.ExceptHandler: ("body",),
    ast.Match: ("cases",),
    ast.match_case: ("pattern", "body"),
    ast.MatchAs: ("pattern",),
    ast.MatchOr: ("patterns",),
    ast.MatchSequence: ("patterns",),
    ast.MatchMapping: ("patterns",),
    ast.MatchClass: ("patterns", "kwd_patterns"),
    ast.Tuple: ("elts",),
    ast.List: ("elts",),
    ast.Starred: ("value",),
}


def _bind(node: ast.AST, bindings: Bindings, stack: list[ast.AST]) -> None:
    kind = type(node)
    if kind is ast.Name:
        if type(node.ctx) is not ast.Load:  # type: ignore[attr-defined]
            bindings.bound.add(node.id)  # type: ignore[attr-defined]
        return
    if kind is ast.Constant:
        return
    handler: Callable[[ast.AST, Bindings, list[ast.AST]], None] | None = _HANDLERS.get(kind)
    if handler is not None:
        handler(node, bindings, stack)
    else:
        stack.extend(ast.iter_child_nodes(node))


def _definition(node: ast.AST, bindings: Bindings, stack: list[ast.AST]) -> None:
    assert isinstance(node, _NESTED)
    bindings.bound.add(node.name)
    stack.extend(node.decorator_list)
    if isinstance(node, ast.ClassDef):
        stack.extend(node.bases)
        stack.extend(node.keywords)
    else:
        _signature(node.args, stack)
        stack.extend([node.returns] if node.returns else [])


def _signature(arguments: ast.arguments, stack: list[ast.AST]) -> None:
    stack.extend(arguments.defaults)
    stack.extend(default for default in arguments.kw_defaults if default is not None)
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        stack.extend([argument.annotation] if argument.annotation is not None else [])


def _lambda(node: ast.AST, bindings: Bindings, stack: list[ast.AST]) -> None:
    assert isinstance(node, ast.Lambda)
    _signature(node.args, stack)


def _comprehension(node: ast.AST, bindings: Bindings, stack: list[ast.AST]) -> None:
    """Only walrus targets leave a comprehension; its first iterable belongs to the block around it."""
    inner: list[ast.AST] = list(ast.iter_child_nodes(node))
    while inner:
        child = inner.pop()
        if isinstance(child, ast.NamedExpr):
            bindings.bound.add(child.target.id)
            inner.append(child.value)
        elif isinstance(child, ast.Lambda):
            _signature(child.args, inner)
        else:
            inner.extend(ast.iter_child_nodes(child))


def _imported(node: ast.AST, bindings: Bindings, stack: list[ast.AST]) -> None:
    assert isinstance(node, ast.Import | ast.ImportFrom)
    for alias in node.names:
        if alias.name != "*":
            bindings.bound.add(alias.asname or alias.name.partition(".")[0])


def _named(attribute: str, node: ast.AST, bindings: Bindings, stack: list[ast.AST]) -> None:
    """Nodes that bind the name in an attribute of theirs (`except E as e`, match captures)."""
    name = getattr(node, attribute)
    if name is not None:
        bindings.bound.add(name)
    stack.extend(ast.iter_child_nodes(node))


def _declared_global(node: ast.AST, bindings: Bindings, stack: list[ast.AST]) -> None:
    assert isinstance(node, ast.Global)
    bindings.globals.update(node.names)


def _declared_nonlocal(node: ast.AST, bindings: Bindings, stack: list[ast.AST]) -> None:
    assert isinstance(node, ast.Nonlocal)
    bindings.nonlocals.update(node.names)


def _type_alias(node: ast.AST, bindings: Bindings, stack: list[ast.AST]) -> None:
    stack.append(node.name)  # type: ignore[attr-defined]


_HANDLERS: dict[type[ast.AST], Callable[[ast.AST, Bindings, list[ast.AST]], None]] = {
    ast.FunctionDef: _definition,
    ast.AsyncFunctionDef: _definition,
    ast.ClassDef: _definition,
    ast.Lambda: _lambda,
    **dict.fromkeys(_COMPREHENSIONS, _comprehension),
    ast.Import: _imported,
    ast.ImportFrom: _imported,
    ast.Global: _declared_global,
    ast.Nonlocal: _declared_nonlocal,
    ast.ExceptHandler: partial(_named, "name"),
    ast.MatchAs: partial(_named, "name"),
    ast.MatchStar: partial(_named, "name"),
    ast.MatchMapping: partial(_named, "rest"),
}
if hasattr(ast, "TypeAlias"):  # Python >= 3.12
    _HANDLERS[ast.TypeAlias] = _type_alias
