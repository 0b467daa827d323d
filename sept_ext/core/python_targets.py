"""Assignment targets: names are bound, anything else changes the object it belongs to."""

from __future__ import annotations

import ast
from collections.abc import Callable

from .python_fields import key_of, put_inside
from .python_frame import Frame
from .python_lazy import consume
from .python_protocols import special_method
from .python_values import FRESH, Value
from .python_walk import evaluate, look

Binder = Callable[[str, Value, ast.AST], None]


def bind_target(frame: Frame, target: ast.expr, value: Value, bind: Binder | None = None) -> None:
    """Assign `value` to `target`; `bind` says where names go (default: the frame's scope)."""
    if isinstance(target, ast.Name):
        (bind or frame.bind)(target.id, value, target)
    elif isinstance(target, ast.Tuple | ast.List):
        if value.functions:
            value = consume(frame, value, frame.at(target))
        values = _shape(target.elts, value)
        for number, part in enumerate(target.elts):
            bind_target(frame, part, values[number], bind)
    elif isinstance(target, ast.Starred):
        bind_target(frame, target.value, Value(frozenset(), value.inner), bind)
    else:
        change_part(frame, target, value)


def _shape(targets: list[ast.expr], value: Value) -> list[Value]:
    """What each target gets: the part at its place if the shape is known, else anything the value holds."""
    starred = any(isinstance(target, ast.Starred) for target in targets)
    if value.parts is not None and len(value.parts) == len(targets) and not starred:
        return list(value.parts)
    return [value.element()] * len(targets)


def assign(frame: Frame, targets: list[ast.expr], node: ast.expr) -> None:
    """`targets = node`; a tuple on both sides is matched element by element."""
    target = targets[0]
    if len(targets) == 1 and _pairs_up(target, node):
        values = [look(frame, part) for part in node.elts]  # type: ignore[attr-defined]
        for part, value in zip(target.elts, values, strict=True):  # type: ignore[attr-defined]
            bind_target(frame, part, value)
        return
    value = look(frame, node)
    for target in targets:
        bind_target(frame, target, value)


def _pairs_up(target: ast.expr, node: ast.expr) -> bool:
    return (
        isinstance(target, ast.Tuple | ast.List)
        and isinstance(node, ast.Tuple | ast.List)
        and len(target.elts) == len(node.elts)
        and not any(isinstance(part, ast.Starred) for part in (*target.elts, *node.elts))
    )


def change_part(frame: Frame, target: ast.expr, value: Value) -> None:
    """`x[k] = v`, `x.a = v`: changes the object `x` (a write of a global, when x is `globals()`)."""
    if isinstance(target, ast.Subscript):
        base = look(frame, target.value)
        key = evaluate(frame, target.slice)
        if base.path == "globals()":
            _bind_global_item(frame, key, value, target)
            return
    elif isinstance(target, ast.Attribute):
        base = look(frame, target.value)
        if base.path == "__main__":
            frame.bind_global(target.attr, value, frame.at(target))
            return
    else:
        return
    if base.members is not None and isinstance(target, ast.Subscript):
        special_method(frame, base, "__setitem__", (FRESH, value), target)
    if base.members is not None and isinstance(target, ast.Attribute):
        special_method(frame, base, f"{target.attr}=", (value,), target)
    frame.mutate(base, target)
    put_inside(frame, target.value, value, key_of(target))


def _bind_global_item(frame: Frame, key: Value, value: Value, node: ast.AST) -> None:
    if key.name is None:
        frame.effects.opaque.setdefault("globals() is written by a name that is not in the text", frame.at(node))
    else:
        frame.bind_global(key.name, value, frame.at(node))


def delete_target(frame: Frame, target: ast.expr) -> None:
    """`del x`, `del x[k]`, `del x.a`."""
    if isinstance(target, ast.Name):
        frame.delete(target.id, target)
    elif isinstance(target, ast.Tuple | ast.List):
        for part in target.elts:
            delete_target(frame, part)
    elif isinstance(target, ast.Subscript) and look(frame, target.value).path == "globals()":
        key = evaluate(frame, target.slice)
        if key.name is None:
            frame.effects.opaque.setdefault("globals() is written by a name that is not in the text", frame.at(target))
        else:
            frame.delete_global(key.name, frame.at(target))
    else:
        change_part(frame, target, FRESH)
