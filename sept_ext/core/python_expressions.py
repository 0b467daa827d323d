"""Walking expressions: what each kind reads, binds and may share, in the order Python evaluates it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import replace

from .python_calls import call, with_receiver
from .python_conditions import condition
from .python_fields import index_of, keyed
from .python_frame import Frame
from .python_functions import generator, lambda_function
from .python_lazy import awaited, consume
from .python_objects import attribute_of, global_item, hand_on
from .python_protocols import OPERATORS, compared, negated, special_method, text_of
from .python_scopes import mangle
from .python_targets import bind_target
from .python_values import FRESH, GENERATOR, SLICE, VIEW, Value, holding, row, shaped, text_value, union
from .python_walk import EXPRESSIONS, evaluate, look, misplaced

_PERCENT_NAME = re.compile(r"%\(([^\W\d]\w*)\)")
_COPIES = frozenset(("loc", "iloc", "at", "iat"))


def _name(frame: Frame, node: ast.Name, used: bool) -> Value:
    value = frame.load(node.id, node)
    if value.functions:
        frame.escape(value, frame.at(node))
    return value


def _constant(frame: Frame, node: ast.Constant, used: bool) -> Value:
    return text_value(node.value) if type(node.value) is str else FRESH


def _attribute(frame: Frame, node: ast.Attribute, used: bool) -> Value:
    base = look(frame, node.value)
    value = attribute_of(frame, base, node)
    if value.functions and base.members is not None:
        return _member(frame, base, value, node)
    if value.functions:
        frame.escape(value, frame.at(node))
    return value


def _member(frame: Frame, base: Value, value: Value, node: ast.Attribute) -> Value:
    """A property runs now; a method keeps its object and may be called by whoever gets it."""
    (method,) = value.functions
    receiver = with_receiver(method, base, ())
    if method.kind == "property":
        return frame.apply(method, receiver, {}, frame.at(node))
    bound = value._replace(functions=(replace(method, leading=(*receiver, *method.leading)),))
    frame.escape(bound, frame.at(node))
    return bound


def _subscript(frame: Frame, node: ast.Subscript, used: bool) -> Value:
    base = look(frame, node.value)
    index = node.slice
    key = evaluate(frame, index)
    if base.path == "globals()":
        return global_item(frame, key, node)
    if base.path == "sys.modules" and (key.text == "__main__" or _is_own_name(index)):
        return Value(path="__main__")
    if isinstance(node.value, ast.Attribute) and node.value.attr in _COPIES:
        return FRESH  # pandas >= 3 copies on write
    if isinstance(index, ast.Compare | ast.List | ast.BinOp | ast.UnaryOp) and not _is_number(index):
        return FRESH  # a mask or a list of keys copies
    if isinstance(index, ast.Slice):
        whole = index.lower is None and index.upper is None and index.step is None
        return base.holder() if whole else base.part()._replace(path=SLICE)
    if isinstance(index, ast.Tuple):
        return _many_indices(base, index)
    if base.members is not None:
        return special_method(frame, base, "__getitem__", (key,), node)
    place = index_of(index) if base.parts is not None else None
    if base.parts is not None and place is not None:
        return base.parts[place] if -len(base.parts) <= place < len(base.parts) else base.element()
    if base.keys and isinstance(index, ast.Constant):
        return keyed(base, index.value) or base.element()
    return base.element()


def _is_own_name(index: ast.expr) -> bool:
    return isinstance(index, ast.Name) and index.id == "__name__"


def _many_indices(base: Value, index: ast.Tuple) -> Value:
    """`a[:, 0]` is a view; `a[:, [0, 1]]` and `a[:, mask > 0]` copy."""
    if any(isinstance(part, ast.List | ast.Compare | ast.ListComp) for part in index.elts):
        return FRESH
    sliced = any(isinstance(part, ast.Slice) or _is_nothing(part) for part in index.elts)
    return base.part()._replace(path=VIEW) if sliced and base.origins else base.part()


def _is_nothing(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in (None, ...)


def _is_number(index: ast.expr) -> bool:
    return isinstance(index, ast.UnaryOp) and isinstance(index.operand, ast.Constant)


def _slice(frame: Frame, node: ast.Slice, used: bool) -> Value:
    for part in (node.lower, node.upper, node.step):
        if part is not None:
            evaluate(frame, part)
    return FRESH


def _binary(frame: Frame, node: ast.BinOp, used: bool) -> Value:
    """A chain of operators is walked without recursion: generated code nests thousands deep."""
    operands: list[ast.expr] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp):
        operands.append(left.right)
        left = left.left
    values = [evaluate(frame, left)]
    values += [evaluate(frame, operand) for operand in reversed(operands)]
    if values[-1].path == "globals()":
        if values[0].name is None or len(values) > 2:
            hand_on(frame, node)
        for name in _PERCENT_NAME.findall(values[0].name or ""):
            frame.load_global(name, frame.at(node))
        return FRESH
    if isinstance(node.op, ast.Add) and len(values) == 2:
        first, second = values
        if first.text is not None and second.text is not None:
            return Value(text=first.text + second.text)
    if any(value.members is not None for value in values):
        return _overloaded(frame, node, values)
    inner = frozenset().union(*(value.inner for value in values if value.inner))
    is_concatenation = isinstance(node.op, ast.Add | ast.BitOr) and any(map(_is_container, (left, *operands)))
    return Value(frozenset(), inner) if inner and is_concatenation else FRESH


def _is_container(node: ast.expr) -> bool:
    """Whether the text shows a container: sums of names are numbers far more often."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in ("list", "dict", "tuple", "set", "sorted")
    return isinstance(node, ast.List | ast.Tuple | ast.Dict | ast.Set | ast.ListComp)


def _overloaded(frame: Frame, node: ast.BinOp, values: list[Value]) -> Value:
    """Operators of a class of this cell."""
    name = OPERATORS[type(node.op)]
    first = special_method(frame, values[0], f"__{name}__", tuple(values[1:2]), node)
    second = special_method(frame, values[-1], f"__r{name}__", tuple(values[:1]), node)
    return union(first, second)


def _unary(frame: Frame, node: ast.UnaryOp, used: bool) -> Value:
    value = evaluate(frame, node.operand)
    return negated(frame, node, value) if value.members is not None else FRESH


def _boolean(frame: Frame, node: ast.BoolOp, used: bool) -> Value:
    value = evaluate(frame, node.values[0], used=False)
    killed = frame.state.killed.copy()
    for operand in node.values[1:]:
        value = union(value, evaluate(frame, operand, used=False))
    frame.state.killed = killed
    return value


def _choice(frame: Frame, node: ast.IfExp, used: bool) -> Value:
    holds, killed = condition(frame, node.test)
    frame.state.killed = holds
    first = evaluate(frame, node.body, used)
    after_first, frame.state.killed = frame.state.killed, killed
    second = evaluate(frame, node.orelse, used)
    frame.state.killed = after_first & frame.state.killed
    return union(first, second)


def _compare(frame: Frame, node: ast.Compare, used: bool) -> Value:
    left = evaluate(frame, node.left)
    right = evaluate(frame, node.comparators[0])
    if len(node.comparators) > 1:
        killed = frame.state.killed.copy()
        others = [evaluate(frame, operand) for operand in node.comparators[1:]]
        frame.state.killed = killed
        compared(frame, node, [left, right, *others])
        right = others[-1]
    elif left.members is not None or right.members is not None:
        compared(frame, node, [left, right])
    if right.functions and isinstance(node.ops[-1], ast.In | ast.NotIn):
        consume(frame, right, frame.at(node))
    if right.path == "globals()" and left.name is not None and isinstance(node.ops[0], ast.In | ast.NotIn):
        frame.load_global(left.name, frame.at(node))
    return FRESH


def _sequence(frame: Frame, node: ast.List | ast.Tuple | ast.Set, used: bool) -> Value:
    values = [evaluate(frame, element) for element in node.elts]
    if isinstance(node, ast.Set) or any(isinstance(element, ast.Starred) for element in node.elts):
        return holding(values)
    return row(values)


def _dict(frame: Frame, node: ast.Dict, used: bool) -> Value:
    values = []
    keys: dict[object, Value] | None = {}
    for key, item in zip(node.keys, node.values, strict=True):
        if key is not None:
            evaluate(frame, key)
        value = evaluate(frame, item)
        if key is None:
            value = shaped(value.holder(), None, value.keys) if value.keys else value.holder()
        values.append(value)
        if keys is not None:
            keys = _with_key(keys, key, value)
    return shaped(holding(values), None, keys) if keys is not None else holding(values)


def _with_key(keys: dict[object, Value], key: ast.expr | None, value: Value) -> dict[object, Value] | None:
    """The entries of a dict display so far; None if a key is not known."""
    if key is None and (value.keys is not None or not (value.inner or value.deep)):
        keys.update(value.keys or {})
    elif isinstance(key, ast.Constant):
        keys[key.value] = value
    else:
        return None
    return keys


def _starred(frame: Frame, node: ast.Starred, used: bool) -> Value:
    value = evaluate(frame, node.value)
    return consume(frame, value, frame.at(node)).element() if value.functions else value.element()


def _walrus(frame: Frame, node: ast.NamedExpr, used: bool) -> Value:
    value = look(frame, node.value)
    frame.bind(node.target.id, value, node.target)
    return value


def _joined(frame: Frame, node: ast.JoinedStr, used: bool) -> Value:
    """An f-string; a hole becomes a NUL in the text, for readers of SQL in it."""
    pieces = []
    for part in node.values:
        if isinstance(part, ast.Constant):
            pieces.append(str(part.value))
        else:
            value = evaluate(frame, part)
            pieces.append(value.text if value.text is not None else "\0")
    return Value(text="".join(pieces))


def _formatted(frame: Frame, node: ast.FormattedValue, used: bool) -> Value:
    value = evaluate(frame, node.value)
    if value.members is not None:
        text_of(frame, value, node)
    if node.format_spec is not None:
        evaluate(frame, node.format_spec)
        return FRESH
    return Value(text=value.text)


def _template(frame: Frame, node: ast.AST, used: bool) -> Value:
    for part in node.values:  # type: ignore[attr-defined]
        evaluate(frame, part.value if hasattr(part, "value") else part)
    return FRESH


def _await(frame: Frame, node: ast.Await, used: bool) -> Value:
    value = look(frame, node.value) if isinstance(node.value, ast.Name) else evaluate(frame, node.value, used)
    return awaited(frame, value, frame.at(node)) if value.functions else value


def _yield_from(frame: Frame, node: ast.YieldFrom, used: bool) -> Value:
    value = look(frame, node.value)
    if value.functions:
        value = consume(frame, value, frame.at(node), certain=True)
    if frame.summary is not None:
        frame.summary.lazy = GENERATOR
        frame.summary.returns = union(frame.summary.returns, value.holder())
    return value


def _yield(frame: Frame, node: ast.Yield, used: bool) -> Value:
    if frame.summary is None:
        raise misplaced(node, "'yield' outside function")
    frame.summary.lazy = GENERATOR
    if node.value is not None:
        value = evaluate(frame, node.value)
        frame.summary.returns = union(frame.summary.returns, row([value]))
    return FRESH


def _comprehension(frame: Frame, node: ast.ListComp | ast.SetComp | ast.DictComp, used: bool) -> Value:
    killed = frame.state.killed.copy()
    depth = len(frame.overlays)
    walk_clauses(frame, node.generators)
    if isinstance(node, ast.DictComp):
        evaluate(frame, node.key)
        value = evaluate(frame, node.value)
    else:
        value = evaluate(frame, node.elt, used=False)
    del frame.overlays[depth:]
    frame.state.killed = killed
    return row([value])


def walk_clauses(frame: Frame, clauses: list[ast.comprehension], first: Value | None = None) -> None:
    """The `for` and `if` parts; the first iterable belongs to the scope around (given in `first` if walked)."""
    overlay: dict[str, Value] = {}
    for number, clause in enumerate(clauses):
        iterable = first if number == 0 and first is not None else evaluate(frame, clause.iter)
        if iterable.functions:
            iterable = consume(frame, iterable, frame.at(clause.iter))
        if number == 0:
            frame.overlays.append(overlay)

        def bind(name: str, value: Value, node: ast.AST) -> None:
            overlay[mangle(name, frame.class_name)] = value

        bind_target(frame, clause.target, iterable.element(), bind)
        for test in clause.ifs:
            frame.state.killed = condition(frame, test)[0]


def _generator(frame: Frame, node: ast.GeneratorExp, used: bool) -> Value:
    return generator(frame, node, walk_clauses)


HANDLERS: dict[type[ast.AST], Callable[..., Value]] = {
    ast.Name: _name,
    ast.Constant: _constant,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Call: call,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolean,
    ast.IfExp: _choice,
    ast.Compare: _compare,
    ast.List: _sequence,
    ast.Tuple: _sequence,
    ast.Set: _sequence,
    ast.Dict: _dict,
    ast.Starred: _starred,
    ast.NamedExpr: _walrus,
    ast.JoinedStr: _joined,
    ast.FormattedValue: _formatted,
    ast.Await: _await,
    ast.YieldFrom: _yield_from,
    ast.Yield: _yield,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.DictComp: _comprehension,
    ast.GeneratorExp: _generator,
    ast.Lambda: lambda_function,
}
if hasattr(ast, "TemplateStr"):  # Python >= 3.14
    HANDLERS[ast.TemplateStr] = _template
EXPRESSIONS.update(HANDLERS)
