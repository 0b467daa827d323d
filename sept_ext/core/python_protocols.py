"""Methods that Python itself calls on an object of a class of this cell: operators, `len`, truth, iteration."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from .python_frame import Frame
from .python_names import words
from .python_values import FRESH, Value

_ITERATE = words("__iter__ __next__ __getitem__")
_SHOWN = words(
    "__repr__ _repr_html_ _repr_mimebundle_ _repr_markdown_ _repr_latex_ _repr_svg_ _repr_png_ _repr_json_ "
    "_ipython_display_ _repr_pretty_"
)
_TEXT = words("__format__ __str__ __repr__")
# docs.python.org, data model: which methods a built-in function calls on its arguments.
PROTOCOLS: Mapping[str, frozenset[str]] = {
    "len": words("__len__"),
    "bool": words("__bool__ __len__"),
    "hash": words("__hash__"),
    "abs": words("__abs__"),
    "round": words("__round__"),
    "int": words("__int__ __index__"),
    "float": words("__float__"),
    "iter": words("__iter__"),
    "next": words("__next__"),
    "reversed": words("__reversed__"),
    "vars": words("__dict__"),
    "dir": words("__dir__"),
    **dict.fromkeys(("str", "print", "repr", "format", "display"), _TEXT),
    **dict.fromkeys(
        words("list tuple set dict frozenset sorted sum min max any all enumerate zip map filter"), _ITERATE
    ),
    **dict.fromkeys(("deque", "Counter", "OrderedDict"), _ITERATE),
}
_COMPARISONS: Mapping[type[ast.cmpop], str] = {
    ast.Lt: "__lt__",
    ast.LtE: "__le__",
    ast.Gt: "__gt__",
    ast.GtE: "__ge__",
    ast.Eq: "__eq__",
    ast.NotEq: "__ne__",
}
_UNARY: Mapping[type[ast.unaryop], str] = {ast.USub: "__neg__", ast.UAdd: "__pos__", ast.Invert: "__invert__"}


def special_method(
    frame: Frame,
    value: Value,
    name: str,
    arguments: tuple[Value, ...],
    node: ast.AST,
    keywords: Mapping[str, Value] | None = None,
) -> Value:
    """What Python's own call of a method does (`with`, `+`, `x[k]`, `for`), if the object's class is of this cell."""
    method = value.members.get(name) if value.members is not None and not value.is_class else None
    if method is None:
        return FRESH
    return frame.apply(method, (value, *arguments), keywords or {}, frame.at(node))


OPERATORS: Mapping[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "truediv",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
    ast.MatMult: "matmul",
    ast.LShift: "lshift",
    ast.RShift: "rshift",
    ast.BitAnd: "and",
    ast.BitOr: "or",
    ast.BitXor: "xor",
}


def call_protocol(frame: Frame, name: str | None, arguments: tuple[Value, ...], node: ast.AST) -> None:
    """`len(x)`, `str(x)`, `list(x)`: the built-in function asks its arguments."""
    for value in arguments:
        if value.members is not None and name is not None and name in PROTOCOLS:
            for method in value.members.keys() & PROTOCOLS[name]:
                special_method(frame, value, method, (), node)


def truth_of(frame: Frame, value: Value, node: ast.AST) -> None:
    """A condition asks the object for its truth."""
    if value.members is not None:
        call_protocol(frame, "bool", (value,), node)


def show(frame: Frame, node: ast.Expr) -> None:
    """The last expression of a cell is shown: IPython asks the object for its forms."""
    value = frame.shown
    if value is not None and value.members is not None:
        for method in sorted(value.members.keys() & _SHOWN):
            special_method(frame, value, method, (), node.value)


def text_of(frame: Frame, value: Value, node: ast.AST) -> None:
    """An f-string asks the object for its text."""
    if value.members is not None:
        call_protocol(frame, "str", (value,), node)


def compared(frame: Frame, node: ast.Compare, values: list[Value]) -> None:
    """`a < b`, `k in box`: the objects compare themselves."""
    for operator, left, right in zip(node.ops, values, values[1:], strict=False):
        if isinstance(operator, ast.In | ast.NotIn):
            found = right.members is not None and "__contains__" in right.members
            special_method(frame, right, "__contains__" if found else "__iter__", (left,) if found else (), node)
        elif type(operator) in _COMPARISONS:
            special_method(frame, left, _COMPARISONS[type(operator)], (right,), node)


def negated(frame: Frame, node: ast.UnaryOp, value: Value) -> Value:
    """`-a`, `~a`, `not a`."""
    if isinstance(node.op, ast.Not):
        truth_of(frame, value, node)
        return FRESH
    return special_method(frame, value, _UNARY[type(node.op)], (), node)
