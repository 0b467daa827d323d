"""Functions, lambdas and generators: walked once when defined, summarised for where they are called."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Literal

from .python_frame import Frame
from .python_scopes import Bindings, block_bindings, mangle, parameter_names
from .python_state import LOCAL, merge
from .python_values import COROUTINE, FRESH, GENERATOR, PART, Summary, Value, shaped, union
from .python_walk import evaluate, look, run

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
ClauseWalker = Callable[[Frame, list[ast.comprehension], Value | None], None]


def summarise(
    frame: Frame,
    name: str,
    parameters: tuple[str, ...],
    bindings: Bindings,
    walk: Callable[[Frame], Value],
) -> Summary:
    """Walk a body in a frame of its own; what it needs from outside is deferred to the frame around it."""
    summary = Summary(name, parameters, frame.depth + 1)
    inner = Frame("function", frame, bindings=bindings, summary=summary)
    for parameter in parameters:
        own = summary.parameter(parameter)
        inner.bind(parameter, Value(frozenset((own,)), frozenset((own + PART,))), _NOWHERE)
    returned = walk(inner)
    summary.returns = union(summary.returns, returned)
    final = merge([inner.state, *inner.exits])
    at_once = {*summary.effects.reads, *_read_by_others(inner, summary)}
    finish(inner, final.killed)
    summary.postponed = frozenset(summary.effects.reads.keys() - at_once)
    summary.fills = _filled(inner, summary)
    summary.rebinds = bool(bindings.nonlocals & bindings.bound)
    summary.kills = frozenset(final.killed & summary.effects.writes.keys())
    bound = frame.global_frame().state.killed
    summary.late = frozenset([name for name in summary.effects.reads if name not in bound])
    frame.effects.deferred.append(summary)
    return summary


def _read_by_others(inner: Frame, summary: Summary) -> set[str]:
    """What functions made in the body read, those aside that it returns: whoever calls them is known to read it."""
    returned = {id(function.effects) for function in summary.returns.functions}
    others = [made for made in summary.effects.deferred if id(made.effects) not in returned]
    return {name for made in others for name in made.effects.reads}


def _filled(inner: Frame, summary: Summary) -> dict[str, Value]:
    """What the parameters hold at the end that they did not hold at the start."""
    fills = {}
    for parameter in summary.parameters:
        own = summary.parameter(parameter)
        value = inner.state.env.get(LOCAL + parameter)
        if value is not None and own in value.origins and (value.deep or value.keys or value.inner != {own + PART}):
            fills[parameter] = shaped(Value(inner=value.inner - {own + PART}, deep=value.deep), None, value.keys)
    return fills


_NOWHERE = ast.Pass(lineno=1, col_offset=0, end_lineno=1, end_col_offset=0)


def finish(frame: Frame, killed: set[str]) -> None:
    """Functions that outlive the frame read what was not bound when they were made, nor is certainly by its end."""
    for summary in frame.effects.deferred:
        for name in summary.late:
            if name not in killed:
                frame.effects.reads.setdefault(name, []).extend(summary.effects.reads[name])
        for reason, place in summary.effects.opaque.items():
            frame.effects.opaque.setdefault(reason, place)


def define_function(frame: Frame, node: FunctionNode) -> None:
    """`def`: decorators and defaults are evaluated now, the body when it is called."""
    decorators = [look(frame, decorator) for decorator in node.decorator_list]
    defaults = _defaults(frame, node.args)
    with_parameters = type_parameters(frame, node)
    _annotations(frame, node)
    parameters = tuple(mangle(name, frame.class_name) for name in parameter_names(node.args))
    summary = summarise(
        frame, node.name, parameters, block_bindings(node.body, parameters, walrus=frame.walrus), _body(node.body)
    )
    summary.defaults = defaults
    _variadic(summary, node.args)
    if isinstance(node, ast.AsyncFunctionDef) and not summary.lazy:
        summary.lazy = COROUTINE
    if with_parameters:
        frame.overlays.pop()
    value = Value(functions=(summary,))
    for decorator, written in zip(reversed(decorators), reversed(node.decorator_list), strict=True):
        value = decorated(frame, value, decorator, written)
    frame.bind(node.name, value, node)


_KINDS: Mapping[str, Literal["static", "class", "property", "setter"]] = {
    "staticmethod": "static",
    "classmethod": "class",
    "property": "property",
    "cached_property": "property",
    "setter": "setter",
}


def decorated(frame: Frame, value: Value, decorator: Value, node: ast.expr) -> Value:
    """A function as its decorator leaves it: one of this cell is called now, others are taken to hand it on."""
    node = node.func if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else node
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    if name in _KINDS:
        for summary in value.functions:
            summary.kind = _KINDS[name]
    if name == "setter" and isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        getter = frame.state.env.get(node.value.id, FRESH)
        value = value._replace(functions=(*getter.functions, *value.functions))
    if name == "register":
        _registered(frame, value, node)
    for function in decorator.functions:
        returned = frame.apply(function, (value,), {}, frame.at(node))
        value = returned if returned.functions or returned.members else value
    return value


def _registered(frame: Frame, value: Value, node: ast.expr) -> None:
    """`@show.register`: the generic function `show` may run this one, and is changed by it."""
    owner = node.value if isinstance(node, ast.Attribute) else None
    if not isinstance(owner, ast.Name):
        return
    generic = frame.global_value(owner.id)
    if generic.path is None:
        frame.mutate(generic, node)
    if generic.functions:
        frame.global_frame().state.env[owner.id] = generic._replace(functions=(*generic.functions, *value.functions))


def _variadic(summary: Summary, arguments: ast.arguments) -> None:
    summary.rest = arguments.vararg.arg if arguments.vararg else None
    summary.options = arguments.kwarg.arg if arguments.kwarg else None


def _body(body: list[ast.stmt]) -> Callable[[Frame], Value]:
    def walk(inner: Frame) -> Value:
        run(inner, body)
        return FRESH

    return walk


def _defaults(frame: Frame, arguments: ast.arguments) -> dict[str, Value]:
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: dict[str, Value] = {}
    for argument, default in zip(reversed(positional), reversed(arguments.defaults), strict=False):
        defaults[argument.arg] = evaluate(frame, default)
    for argument, keyword_default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if keyword_default is not None:
            defaults[argument.arg] = evaluate(frame, keyword_default)
    return defaults


def _annotations(frame: Frame, node: FunctionNode) -> None:
    arguments = node.args
    listed = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    for argument in listed:
        if argument is not None and argument.annotation is not None:
            annotation(frame, argument.annotation)
    if node.returns is not None:
        annotation(frame, node.returns)


def annotation(frame: Frame, node: ast.expr) -> None:
    """An annotation is evaluated like any expression, unless the cell postpones them."""
    if not frame.root().postpones_annotations:
        evaluate(frame, node)


def type_parameters(frame: Frame, node: ast.AST) -> bool:
    """PEP 695: `[T: bound]` names live in a scope between the definition and its surroundings."""
    declared = getattr(node, "type_params", None)
    if not declared:
        return False
    frame.overlays.append({mangle(parameter.name, frame.class_name): FRESH for parameter in declared})
    for parameter in declared:
        for part in (getattr(parameter, "bound", None), getattr(parameter, "default_value", None)):
            if part is not None:
                evaluate(frame, part)
    return True


def lambda_function(frame: Frame, node: ast.Lambda, used: bool) -> Value:
    """`lambda`: like `def`, its value being what it returns."""
    defaults = _defaults(frame, node.args)
    parameters = tuple(mangle(name, frame.class_name) for name in parameter_names(node.args))
    bindings = block_bindings(node.body, parameters, walrus=frame.walrus)
    summary = summarise(frame, "<lambda>", parameters, bindings, lambda inner: _look_unused(inner, node.body))
    summary.defaults = defaults
    _variadic(summary, node.args)
    return Value(functions=(summary,))


def _look_unused(frame: Frame, node: ast.expr) -> Value:
    return frame.load(node.id, node) if isinstance(node, ast.Name) else evaluate(frame, node, used=False)


def generator(frame: Frame, node: ast.GeneratorExp, walk_clauses: ClauseWalker) -> Value:
    """`(... for ...)`: the first iterable is taken now, everything else when somebody iterates."""
    first = evaluate(frame, node.generators[0].iter)
    walrus = {mangle(name, frame.class_name) for name in block_bindings(node, walrus=frame.walrus).bound}
    bindings = Bindings(globals=walrus) if frame.kind == "module" else Bindings(nonlocals=walrus)

    def walk(inner: Frame) -> Value:
        walk_clauses(inner, node.generators, first)
        return evaluate(inner, node.elt, used=False)

    summary = summarise(frame, GENERATOR, (), bindings, walk)
    summary.kills = frozenset()
    element = summary.returns
    coroutines = tuple([made for made in element.functions if made.name == COROUTINE])
    return Value(inner=element.origins | element.inner, functions=(summary, *coroutines))


def define_type_alias(frame: Frame, node: ast.AST) -> None:
    """`type X = ...` (Python >= 3.12): the value is worked out when somebody asks for it."""
    name: ast.Name = node.name  # type: ignore[attr-defined]
    value: ast.expr = node.value  # type: ignore[attr-defined]
    with_parameters = type_parameters(frame, node)
    summarise(frame, name.id, (), Bindings(), lambda inner: evaluate(inner, value))
    if with_parameters:
        frame.overlays.pop()
    frame.bind(name.id, FRESH, name)
