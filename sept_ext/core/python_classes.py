"""Classes: the body runs when the class is defined; its methods are known to whoever has the class or an object."""

from __future__ import annotations

import ast

from .python_calls import SPECIAL_FUNCTIONS
from .python_fields import attribute_part
from .python_frame import Frame
from .python_functions import decorated, type_parameters
from .python_names import words
from .python_results import CallSite
from .python_scopes import block_bindings
from .python_values import FRESH, PART, Summary, Value, holding, shaped
from .python_walk import evaluate, look, run

# docs.python.org: base classes that keep nothing of what their subclasses are given.
_PLAIN_BASES = words("object ABC Protocol Generic Enum IntEnum StrEnum NamedTuple TypedDict Mapping Sequence")
_RECORDS = words("dataclass NamedTuple define frozen attrs")


def define_class(frame: Frame, node: ast.ClassDef) -> None:
    """`class`: the body runs now, in a namespace of its own; methods are functions of the scope around it."""
    decorators = [look(frame, decorator) for decorator in node.decorator_list]
    with_parameters = type_parameters(frame, node)
    bases = [look(frame, base) for base in node.bases]
    keywords = {keyword.arg or "**": evaluate(frame, keyword.value) for keyword in node.keywords}
    inner = Frame("class", frame, bindings=block_bindings(node.body, walrus=frame.walrus), class_name=node.name)
    inner.inherited = _inherited(bases)
    run(inner, node.body)
    members = _members(inner)
    if any(_name(part) in _RECORDS for part in (*node.bases, *node.decorator_list)) and "__init__" not in members:
        members["__init__"] = _record_maker(frame, _fields(node))
    if with_parameters:
        frame.overlays.pop()
    inherited = [Value(inner=base.inner - base.origins) for base in bases if base.members]
    held = holding([*inner.state.env.values(), *inherited])
    made = shaped(Value(inner=held.inner, members=members, is_class=True), None, _attributes(node, bases, inner))
    _tell_others(frame, node, bases, keywords, made)
    for decorator, written in zip(reversed(decorators), reversed(node.decorator_list), strict=True):
        made = decorated(frame, made, decorator, written)
    frame.bind(node.name, made, node)


def _inherited(bases: list[Value]) -> dict[str, Summary]:
    members: dict[str, Summary] = {}
    for base in reversed(bases):
        members.update(base.members or {})
    return members


def _members(inner: Frame) -> dict[str, Summary]:
    members = dict(inner.inherited or {})
    for name, value in inner.state.env.items():
        for function in reversed(value.functions):
            members[f"{name}=" if function.kind == "setter" else name] = function
    return members


def _attributes(node: ast.ClassDef, bases: list[Value], inner: Frame) -> dict[object, Value] | None:
    """What the class keeps under its attributes; None if a base class may keep anything."""
    keys: dict[object, Value] = {}
    for base, written in zip(reversed(bases), reversed(node.bases), strict=True):
        if base.keys is not None and base.is_class:
            keys.update(base.keys)
        elif _name(written) not in _PLAIN_BASES:
            return None
    keys.update({f".{name}": value for name, value in inner.state.env.items() if not value.functions})
    return keys


def _name(node: ast.expr) -> str:
    """The last word of a base class or decorator (`typing.Generic[T]`, `dataclass(frozen=True)`)."""
    while isinstance(node, ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _fields(node: ast.ClassDef) -> list[str]:
    targets = [part.target for part in node.body if isinstance(part, ast.AnnAssign)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _namedtuple(frame: Frame, site: CallSite) -> Value | None:
    """`namedtuple("P", "x y")`, `namedtuple("P", ["x", "y"])`."""
    listed = site.node.args[1] if len(site.node.args) > 1 else None
    if isinstance(listed, ast.List | ast.Tuple):
        texts = [part.value for part in listed.elts if isinstance(part, ast.Constant)]
        names = [text for text in texts if isinstance(text, str)]
    else:
        text = site.argument(1, "field_names")
        names = (text.text or "").replace(",", " ").split() if text is not None else []
    return Value(members={"__init__": _record_maker(frame, names)}, is_class=True, keys={}) if names else None


def _made_class(frame: Frame, site: CallSite) -> Value | None:
    """`type("K", (Base,), {"x": 1})`."""
    if len(site.arguments) != 3:
        return None
    bases, body = site.arguments[1].parts or (), site.arguments[2]
    members = _inherited(list(bases))
    for key, value in (body.keys or {}).items():
        members.update({str(key): function for function in value.functions})
    keys: dict[object, Value] = {f".{key}": value for key, value in (body.keys or {}).items() if not value.functions}
    return shaped(Value(inner=body.inner, members=members, is_class=True), None, keys)


SPECIAL_FUNCTIONS["type"] = _made_class
SPECIAL_FUNCTIONS.update(dict.fromkeys(("collections.namedtuple", "namedtuple"), _namedtuple))


def _record_maker(frame: Frame, names: list[str]) -> Summary:
    """The `__init__` that Python writes for a dataclass: every field keeps its argument."""
    summary = Summary("__init__", ("self", *names), frame.depth + 1)
    keys: dict[object, Value] = {}
    for name in names:
        own = summary.parameter(name)
        keys[f".{name}"] = Value(frozenset((own,)), frozenset((own + PART,)))
    held = holding(list(keys.values()))
    summary.fills = {"self": shaped(Value(inner=held.inner), None, keys)}
    return summary


def _tell_others(
    frame: Frame, node: ast.ClassDef, bases: list[Value], keywords: dict[str, Value], made: Value
) -> None:
    """What Python calls when a class is made: `__init_subclass__`, the metaclass, `__set_name__`."""
    where = frame.at(node)
    for base in bases:
        hook = (base.members or {}).get("__init_subclass__")
        if hook is not None:
            frame.apply(hook, (made,), keywords, where)
            break
    metaclass = keywords.get("metaclass", FRESH)
    for method in ("__new__", "__init__"):
        if metaclass.members and method in metaclass.members:
            frame.apply(metaclass.members[method], (metaclass, FRESH, FRESH, FRESH), {}, where)
    for name in made.keys or {}:
        part = attribute_part(made, str(name)[1:])
        if part is not None and part.members is not None and "__set_name__" in part.members:
            frame.apply(part.members["__set_name__"], (part, made, FRESH), {}, where)
