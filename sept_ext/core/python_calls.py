"""Walking calls: what runs, what it changes, and what its value may be."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import replace

from . import python_mutations as tables
from .python_arguments import bind_arguments, substitute
from .python_callables import CALLERS, callables, hand_over, higher_order
from .python_fields import first_parameter, put_inside
from .python_flat import apply_any
from .python_frame import Frame
from .python_lazy import RESUMING, RUNNERS, awaited, consume, suspended
from .python_names import words
from .python_objects import attribute_of, hand_on
from .python_protocols import PROTOCOLS, call_protocol, special_method
from .python_results import CallSite, result
from .python_values import FRESH, PARAMETER, PART, SLICE, VIEW, Call, Summary, Value, holding, row, shaped, union
from .python_walk import evaluate, look

Special = Callable[[Frame, CallSite], Value | None]
# Filled by python_strings: functions whose arguments are code, or names of variables.
SPECIAL_FUNCTIONS: dict[str, Special] = {}
SPECIAL_METHODS: dict[str, Special] = {}
_SWITCHES = frozenset(("eval", "to", "cuda", "cpu", "half", "double"))
# Builtins that look at a value and call nothing that is in it.
_ONLY_LOOK = words("len type id isinstance issubclass callable print bool")
_TAKE_FUNCTIONS = frozenset(("map", "filter", "starmap", "partial", "reduce"))


def call(frame: Frame, node: ast.Call, used: bool) -> Value:
    """A call expression."""
    site = _site(frame, node, used)
    special = SPECIAL_FUNCTIONS.get(site.path) if site.path is not None else None
    if special is None and site.base is not None and site.name is not None:
        special = SPECIAL_METHODS.get(site.name)
    if special is not None:
        value = special(frame, site)
        if value is not None:
            return value
    for value in (*site.arguments, *site.keywords.values()):
        if value.path == "globals()":
            hand_on(frame, node)
    return _run(frame, site)


def _run(frame: Frame, site: CallSite) -> Value:
    """A call whose arguments are no code: by what is known of the function."""
    if site.function.is_class or site.function.functions:
        return _known(frame, site)
    if site.function.members is not None:
        return special_method(frame, site.function, "__call__", site.arguments, site.node, site.keywords)
    if site.name == "pipe" and site.base is not None and site.arguments and site.arguments[0].functions:
        return _piped(frame, site, site.base)
    if site.arguments and (site.path in tables.CALLS_ITS_ARGUMENT or site.name in _TAKE_FUNCTIONS):
        functions = callables(site.arguments[0])
        if functions:
            return higher_order(frame, site, functions)
    return _unknown(frame, site)


def _unknown(frame: Frame, site: CallSite) -> Value:
    """A function that is not of this cell: by its name."""
    if site.name in _CALLING or "target" in site.keywords:
        value = _calling(frame, site)
        if value is not None:
            return value
    _remember(frame, site)
    _mutations(frame, site)
    if site.base is None and site.name in ("cls", frame.class_name) and site.name is not None:
        return holding([*site.arguments, *site.keywords.values()])  # an object of the class being defined
    return result(site)


_CALLING = RESUMING | RUNNERS | CALLERS | PROTOCOLS.keys()


def _calling(frame: Frame, site: CallSite) -> Value | None:
    """What calls functions or methods of this cell: `g.send(x)`, `asyncio.run(f())`, `submit(f, x)`, `len(box)`."""
    if site.base is not None and site.base.functions and site.name in RESUMING:
        return consume(frame, site.base, frame.at(site.node)).element()
    if site.name in RUNNERS:
        return _awaited_arguments(frame, site)
    if site.base is None:
        call_protocol(frame, site.name, site.arguments, site.node)
    hand_over(frame, site)
    return None


def _awaited_arguments(frame: Frame, site: CallSite) -> Value:
    """`asyncio.run(main())`, `asyncio.gather(a(), b())`: the coroutines have run when it is through."""
    where = frame.at(site.node)
    results = [awaited(frame, value, where) if value.functions else value for value in site.arguments]
    _remember(frame, site)
    _mutations(frame, site)
    return row(results) if len(results) != 1 else results[0] if site.arguments[0].functions else result(site)


def _site(frame: Frame, node: ast.Call, used: bool) -> CallSite:
    target = node.func
    base: Value | None = None
    name: str | None = None
    path: str | None = None
    if isinstance(target, ast.Name):
        name = target.id
        function = frame.load(name, target)
        path = function.path or (name if name in function.origins else None)
    elif isinstance(target, ast.Attribute):
        name = target.attr
        base = look(frame, target.value)
        function = attribute_of(frame, base, target)
        path = function.path
    else:
        function = look(frame, target)
    if name in _ONLY_LOOK and path == name:
        arguments = tuple([look(frame, argument) for argument in node.args])
    elif name in _TAKE_FUNCTIONS and node.args:  # they call it later, or with what they are given
        arguments = (look(frame, node.args[0]), *[_argument(frame, argument) for argument in node.args[1:]])
    else:
        arguments = tuple([_argument(frame, argument) for argument in node.args])
    keywords = {keyword.arg or "**": _argument(frame, keyword.value) for keyword in node.keywords}
    return CallSite(node, name, path, base, function, arguments, keywords, used)


def _argument(frame: Frame, node: ast.expr) -> Value:
    value = evaluate(frame, node)
    if value.functions and not isinstance(node, ast.Name | ast.Attribute):
        frame.escape(value, frame.at(node))
    return value


def _known(frame: Frame, site: CallSite) -> Value:
    """A function or class of this very cell."""
    where = frame.at(site.node)
    function, arguments = site.function, site.arguments
    if function.is_class:
        return _instance(frame, site)
    if len(function.functions) > 1 and frame.budget.is_spent:
        return apply_any(frame, function.functions, (*_receiver(site), *arguments), site.keywords, where)
    value: Value | None = None
    for summary in function.functions:
        certain = len(function.functions) == 1
        passed = with_receiver(summary, site.base, arguments)
        if summary.lazy:
            returned = suspended(frame, summary, passed, site.keywords, summary.lazy)
        else:
            returned = frame.apply(summary, passed, site.keywords, where, certain=certain)
        value = returned if value is None else union(value, returned)
        _filled(frame, site, summary, passed)
        if summary.rebinds and site.base is None:
            frame.mutate(function, site.node)
    return value or FRESH


def _receiver(site: CallSite) -> tuple[Value, ...]:
    return (site.base,) if site.base is not None and site.base.members is not None else ()


def _instance(frame: Frame, site: CallSite) -> Value:
    """An object of a class of this cell: it holds what its `__init__` keeps, or else what it is given."""
    function, members = site.function, site.function.members or {}
    given = holding([*site.arguments, *site.keywords.values(), Value(inner=function.inner)])
    instance = given._replace(members=function.members)
    if function.keys is not None and "__init__" in members:
        instance = shaped(Value(inner=function.inner, members=function.members), None, function.keys)
    for method in ("__new__", "__init__", "__post_init__"):
        if method in members:
            summary = members[method]
            passed = (instance, *site.arguments) if method != "__post_init__" else (instance,)
            frame.apply(summary, passed, site.keywords, frame.at(site.node))
            instance = _kept(frame, summary, instance, passed, site.keywords)
    return instance


def _kept(
    frame: Frame, summary: Summary, instance: Value, passed: tuple[Value, ...], keywords: Mapping[str, Value]
) -> Value:
    """The object with what a method put into it."""
    stored = summary.fills.get(summary.parameters[0]) if summary.parameters else None
    if stored is None:
        return instance
    found = substitute(stored, bind_arguments(summary, passed, keywords), frame)
    keys = {**(instance.keys or {}), **_unbound(found.keys)} if found.keys else instance.keys
    if found.keys is None and (found.inner or found.deep):
        keys = None
    kept = instance._replace(inner=instance.inner | found.inner | found.origins, deep=instance.deep | found.deep)
    return shaped(kept, instance.parts, keys)


def _unbound(keys: Mapping[object, Value]) -> dict[object, Value]:
    """Functions kept in attributes are no methods: they are called without the object."""
    return {
        key: value._replace(functions=tuple([replace(one, kind="static") for one in value.functions]))
        if value.functions
        else value
        for key, value in keys.items()
    }


def _super(frame: Frame, site: CallSite) -> Value | None:
    """`super()` in a method: the object, with the methods of the base classes."""
    outer: Frame | None = frame
    while outer is not None and outer.kind != "class":
        outer = outer.parent
    own = first_parameter(frame)
    if outer is None or outer.inherited is None or own is None or site.arguments:
        return None
    return frame.load(own, site.node)._replace(members=outer.inherited)


SPECIAL_FUNCTIONS["super"] = _super


def _piped(frame: Frame, site: CallSite, base: Value) -> Value:
    """`df.pipe(f, x)` is `f(df, x)`."""
    passed = (base, *site.arguments[1:])
    where = frame.at(site.node)
    results = [frame.apply(summary, passed, site.keywords, where) for summary in site.arguments[0].functions]
    return results[0] if len(results) == 1 else holding(results)


def with_receiver(summary: Summary, base: Value | None, arguments: tuple[Value, ...]) -> tuple[Value, ...]:
    """The arguments with the object (or class) before them that Python passes to a method."""
    if base is None or base.members is None or summary.kind == "static":
        return arguments
    if base.is_class and summary.kind != "class":
        return arguments
    return (base, *arguments)


def _filled(frame: Frame, site: CallSite, summary: Summary, arguments: tuple[Value, ...]) -> None:
    """What the function put into its arguments, they hold from now on."""
    if not summary.fills:
        return
    nodes: list[ast.expr] = list(site.node.args)
    if len(arguments) > len(nodes) and isinstance(site.node.func, ast.Attribute):
        nodes.insert(0, site.node.func.value)
    actual = bind_arguments(summary, arguments, site.keywords)
    for parameter, node in zip(summary.parameters, nodes, strict=False):
        if parameter in summary.fills:
            put_inside(frame, node, substitute(summary.fills[parameter], actual, frame))


def _remember(frame: Frame, site: CallSite) -> None:
    """Inside a function, a call of something not known yet is looked up again where the function is called."""
    summary = frame.global_frame().summary
    if summary is None or site.name is None:
        return
    if site.base is None:
        called = [origin for origin in site.function.origins if origin == site.name or origin[0] == PARAMETER]
        summary.calls.extend(
            Call(origin, site.arguments, site.keywords) for origin in called if not origin.endswith(PART)
        )
    elif len(site.base.origins) == 1:
        (origin,) = site.base.origins
        if origin[0] == PARAMETER:
            summary.calls.append(Call(origin, (site.base, *site.arguments), site.keywords, site.name))


def _mutations(frame: Frame, site: CallSite) -> None:
    for place in _mutated_places(site):
        if place < len(site.arguments):
            frame.mutate(site.arguments[place], site.node)
    bound = site.function.bound if site.base is None else None
    if bound is not None and tables.mutates_receiver(bound, used=site.used, receiver_name=None):
        frame.mutate(site.function, site.node)
    _fill_keywords(frame, site)
    if site.base is None or site.name is None or not site.base.is_shared:
        if site.base is not None and site.name is not None and (site.arguments or site.keywords):
            _fill(frame, site)
        return
    if _changes_receiver(site, site.base):
        frame.mutate(site.base, site.node)
        _fill(frame, site)


def _fill_keywords(frame: Frame, site: CallSite) -> None:
    """`out=`, `ax=`, `print(..., file=)`: what the call is told to write into."""
    if site.path == "print" and "file" in site.keywords:
        frame.mutate(site.keywords["file"], site.node)
    for keyword in tables.FILLED_KEYWORDS:
        filled = site.keywords.get(keyword)
        if filled is not None:
            frame.mutate(Value(filled.origins | filled.inner), site.node)


def _mutated_places(site: CallSite) -> tuple[int, ...]:
    if site.path is not None:
        places = tables.mutated_arguments(site.path)
        if places:
            return places
    if site.base is None and site.name in tables.BARE_MUTATORS and site.name in site.function.origins:
        return tables.BARE_MUTATORS[site.name]
    if site.name == "shuffle" and site.base is not None:
        return (0,)
    return ()


def _changes_receiver(site: CallSite, base: Value) -> bool:
    name = site.name or ""
    if base.path == SLICE or base.path == VIEW:
        return name in tables.VIEW_METHODS
    if base.path is not None and not base.path.endswith("()"):
        return "." in base.path and not site.used and name in tables.MODULE_PART_METHODS
    if any(keyword.arg == "inplace" and _is_true(keyword.value) for keyword in site.node.keywords):
        return True
    if name in _SWITCHES and not site.used:
        return name == "to" or not site.node.args  # torch.nn.Module: sets a mode, or moves the module itself
    if name == "read" and site.node.args and isinstance(site.node.args[0], ast.Constant):
        return isinstance(site.node.args[0].value, int)  # `stream.read(10)` moves on, whatever its name
    return tables.mutates_receiver(name, used=site.used, receiver_name=_root_name(site.node.func))


def _is_true(node: ast.expr) -> bool:
    return not (isinstance(node, ast.Constant) and not node.value)


def _root_name(node: ast.expr) -> str | None:
    """The name nearest to the method: `ax` in `ax.plot()`, `axes` in `axes[0].plot()`."""
    target = node.value if isinstance(node, ast.Attribute) else node
    while isinstance(target, ast.Subscript):
        target = target.value
    if isinstance(target, ast.Attribute):
        return target.attr
    return target.id if isinstance(target, ast.Name) else None


def _fill(frame: Frame, site: CallSite) -> None:
    """`box.append(x)`: the container holds `x` from now on."""
    target = site.node.func
    if not isinstance(target, ast.Attribute) or target.attr not in tables.FILLING_METHODS:
        return
    first = site.node.args[0] if site.node.args else None
    if target.attr == "setdefault" and isinstance(first, ast.Constant) and len(site.arguments) == 2:
        put_inside(frame, target.value, site.arguments[1], first.value)
        return
    if target.attr == "update":
        for argument in site.arguments:
            put_inside(frame, target.value, shaped(argument.holder(), None, argument.keys))
        for key, value in site.keywords.items():
            put_inside(frame, target.value, value, None if key == "**" else key)
        return
    put_inside(frame, target.value, holding(list(site.arguments)))
