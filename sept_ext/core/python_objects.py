"""Parts of objects: attributes, and the namespace reached as an object (`globals()`, `__main__`)."""

from __future__ import annotations

import ast

from .python_arguments import parameter_of
from .python_fields import attribute_part
from .python_frame import Frame
from .python_values import FIELD, FRESH, PART, SLICE, VIEW, Value

_VIEWS = frozenset(("T", "flat", "real", "imag", "mT", "H"))


def attribute_of(frame: Frame, base: Value, node: ast.Attribute) -> Value:
    """`base.name`: a method of a class we know, a thing of a module, or a part of the object."""
    if base.members is not None and node.attr in base.members:
        method = base.members[node.attr]
        return Value(base.origins, base.inner, (method,))
    if node.attr in _VIEWS and base.members is None and base.path in (None, SLICE, VIEW) and base.origins:
        return base.part()._replace(path=VIEW)
    if base.path is not None and base.path != SLICE and base.path != VIEW:
        return _of_module(frame, base, node)
    kept = attribute_part(base, node.attr) if base.keys else None
    if kept is not None:
        return kept
    if base.members is None:
        own = parameter_of(base)
        if own is not None:
            return _parameter_part(base, own, node.attr)
    elif not base.is_class:
        for hook in ("__getattr__", "__getattribute__"):
            if hook in base.members:
                return frame.apply(base.members[hook], (base, Value(text=node.attr)), {}, frame.at(node))
    shared = base.origins | base.inner
    return Value(shared, shared | base.deep, bound=node.attr) if shared or base.deep else FRESH


def _of_module(frame: Frame, base: Value, node: ast.Attribute) -> Value:
    """A thing of a module, or a global name where the module is the notebook's own."""
    path = f"{base.path}.{node.attr}"
    if path in ("globals().__dict__", "__main__.__dict__", "get_ipython().user_ns"):
        return Value(path="globals()")
    if base.path == "__main__" or path.startswith("sys.modules.__main__."):
        return frame.load_global(node.attr, frame.at(node))
    return Value(base.origins, base.inner, path=path)


def _parameter_part(base: Value, own: str, name: str) -> Value:
    """An attribute of a parameter: what it is shows where the function is called."""
    field = f"{own}{FIELD}{name}"
    others = base.inner - {own + PART}
    origins = base.origins | {field} | others
    return Value(origins, origins | {field + PART} | base.deep, bound=name)


def global_item(frame: Frame, key: Value, node: ast.AST) -> Value:
    """`globals()[key]` read."""
    if key.name is None:
        frame.effects.opaque.setdefault("globals() is read by a name that is not in the text", frame.at(node))
        return FRESH
    return frame.load_global(key.name, frame.at(node))


def hand_on(frame: Frame, node: ast.AST) -> None:
    """The namespace itself goes somewhere (`f(globals())`): nobody can tell what becomes of it."""
    frame.effects.opaque.setdefault("globals() is handed on, so any name may be read", frame.at(node))
