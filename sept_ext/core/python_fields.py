"""What containers and objects hold, by key where keys are known: `frames["a"]`, `self.items`, `pair[0]`."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from .python_frame import Frame
from .python_scopes import mangle
from .python_state import LOCAL
from .python_values import FRESH, NOTHING, Value, shaped, union


def key_of(node: ast.expr) -> object:
    """The key by which a subscript or attribute names a part; None where the text does not tell."""
    if isinstance(node, ast.Attribute):
        return f".{node.attr}"
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return node.slice.value
    return None


def index_of(node: ast.expr) -> int | None:
    """The number an index is, if it is written out (`pair[1]`, `pair[-1]`)."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        return -node.operand.value if type(node.operand.value) is int else None
    return node.value if isinstance(node, ast.Constant) and type(node.value) is int else None


def put_inside(frame: Frame, target: ast.expr, value: Value, key: object = None) -> None:
    """Note that the container `target` now holds `value` (under `key`), so that changes show through."""
    if type(target) is ast.Name and frame.parent is None:  # `df["x"] = 1`: mostly nothing to note
        known = frame.state.env.get(target.id) or FRESH
        if known.parts is None and known.keys is None and _is_nothing(value):
            return
    path: list[object] = []
    root = target
    while isinstance(root, ast.Attribute | ast.Subscript):
        path.append(key_of(root))
        root = root.value
    own = root.id if isinstance(root, ast.Name) else first_parameter(frame) if _is_super(root) else None
    if own is None:
        return
    env, name = _place(frame, own)
    old = env.get(name)
    if old is None and frame.kind == "module" and name[0] != LOCAL:
        old = frame.before(name)
    if old is None or _matters_not(old, value):
        return
    path.reverse()
    env[name] = _with(old, path, value, key)


def first_parameter(frame: Frame) -> str | None:
    """The name a method gives its object."""
    summary = frame.global_frame().summary
    return summary.parameters[0] if summary is not None and summary.parameters else None


def _is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def _place(frame: Frame, name: str) -> tuple[dict[str, Value], str]:
    name = mangle(name, frame.class_name)
    owner = frame.owner(name)
    if owner is not None:
        return owner.state.env, LOCAL + name
    return (frame if frame.kind == "class" else frame.global_frame()).state.env, name


def _matters_not(old: Value, value: Value) -> bool:
    return old.parts is None and old.keys is None and _is_nothing(value)


def _is_nothing(value: Value) -> bool:
    return not (value.keys or value.origins or value.inner or value.functions or value.deep)


def _with(old: Value, path: list[object], value: Value, key: object) -> Value:
    """`old` with `value` put under `key` into the part that `path` leads to."""
    shared = value.origins | value.inner
    functions = old.functions + tuple([one for one in value.functions if one not in old.functions])
    if not path:
        inner, deep = old.inner | shared, old.deep | value.deep
        return shaped(old._replace(inner=inner, deep=deep, functions=functions), None, _keys(old, value, key))
    inner, deep = old.inner, old.deep | value.deep | shared
    keys: Mapping[object, Value] | None = None
    if old.keys is not None and path[0] in old.keys:
        keys = {**old.keys, path[0]: _with(old.keys[path[0]], path[1:], value, key)}
    elif not shared and not value.functions and not value.deep:
        keys = old.keys
    return shaped(old._replace(inner=inner, deep=deep, functions=functions), None, keys)


def _keys(old: Value, value: Value, key: object) -> Mapping[object, Value] | None:
    if key is not None and (old.keys is not None or (isinstance(key, str) and key[:1] == ".")):
        return {**(old.keys or {}), key: value}
    if value.keys:  # what a function put into its argument's attributes
        merged = dict(old.keys or {})
        for name, part in value.keys.items():
            merged[name] = union(merged[name], part) if name in merged else part
        return merged
    if old.keys is not None and not (value.origins or value.inner or value.functions or value.deep):
        return dict(old.keys)
    return None


def keyed(base: Value, key: object) -> Value | None:
    """The part under a key that is known."""
    return base.keys.get(key) if base.keys else None


def attribute_part(base: Value, name: str) -> Value | None:
    """An attribute whose value is known: changing it changes the object as well."""
    found = keyed(base, f".{name}")
    if found is None:
        return None
    if not base.origins:
        return found
    return found._replace(origins=found.origins | base.origins, inner=found.inner | (base.origins or NOTHING))
