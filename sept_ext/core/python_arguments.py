"""Arguments of a call: what each parameter stands for, and a function's values as the caller sees them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from .python_caller import Caller
from .python_values import FIELD, FRESH, MADE, NOTHING, PARAMETER, PART, Summary, Value, holding, shaped, sharing

Lookup = Callable[[str], Value]
"""What a global name stands for where the function is called."""
_FEW = 8  # origins that are looked up one by one


def bind_arguments(
    summary: Summary, arguments: tuple[Value, ...], keywords: Mapping[str, Value]
) -> Mapping[str, Value]:
    """What each parameter of the summary stands for in this call."""
    if summary.leading or summary.preset:
        arguments, keywords = (*summary.leading, *arguments), {**summary.preset, **keywords}
    actual = dict(summary.captured)
    for name in summary.parameters:
        actual[summary.parameter(name)] = summary.defaults.get(name, FRESH)
    variadic = (summary.rest, summary.options)
    named = [name for name in summary.parameters if name not in variadic]
    for name, value in zip(named, arguments, strict=False):
        actual[summary.parameter(name)] = value
    if "**" in keywords:
        for name in named[len(arguments) :]:
            actual[summary.parameter(name)] = keywords["**"].element()
    others = {name: value for name, value in keywords.items() if name not in named}
    for name, value in keywords.items():
        if name not in others:
            actual[summary.parameter(name)] = value
    if summary.rest is not None:
        actual[summary.parameter(summary.rest)] = holding(list(arguments[len(named) :]))
    if summary.options is not None:
        actual[summary.parameter(summary.options)] = holding(list(others.values()))
    return actual


def substitute(value: Value, actual: Mapping[str, Value], scope: Caller) -> Value:
    """A value inside a summary, seen from the caller: parameters and globals replaced by what they are there."""
    if value is FRESH:
        return value
    scope.budget.steps += 1
    origins, inner, functions, _, _, _, _, _, parts, deep, keys, _ = value
    if functions or parts or keys:
        value = _substitute_shape(value, actual, scope)
    if not origins and not inner and not deep:
        return value
    held: frozenset[str] = NOTHING
    if origins:
        origins, held = _resolved(origins, actual, scope)
    if inner:
        held = held.union(*_resolved(inner, actual, scope))
    if deep:
        deep = frozenset().union(*_resolved(deep, actual, scope))
    return sharing(value, origins, held, deep)


def _substitute_shape(value: Value, actual: Mapping[str, Value], scope: Caller) -> Value:
    """The same for the functions and parts of the value; what has a shape loses it once the steps are used up."""
    parts, keys = value.parts, value.keys
    if scope.budget.is_spent:
        return shaped(value) if parts or keys else value
    if value.functions and actual:
        value = value._replace(functions=tuple([_close(summary, actual, scope) for summary in value.functions]))
    if parts or keys:
        held = tuple([substitute(part, actual, scope) for part in parts]) if parts else parts
        keys = {key: substitute(part, actual, scope) for key, part in keys.items()} if keys else keys
        value = shaped(value, held, keys)
    return value


def _resolved(
    origins: frozenset[str], actual: Mapping[str, Value], scope: Caller
) -> tuple[frozenset[str], frozenset[str]]:
    """What origins are to the caller, and what that holds."""
    found: frozenset[str] = NOTHING
    held: frozenset[str] = NOTHING
    plain = scope.untouched(origins) if len(origins) > _FEW else NOTHING
    if plain:
        scope.budget.steps += len(plain) >> 4
        origins = origins - plain
    scope.budget.steps += len(origins)
    for origin in origins:
        known = resolve(origin, actual, scope.global_value)
        found = found | known.origins if found else known.origins
        held = held | known.inner if held else known.inner
    return (found | plain, held | plain) if plain else (found, held)


def _close(summary: Summary, actual: Mapping[str, Value], scope: Caller) -> Summary:
    """A function made inside another one, with what the outer one's parameters are in this call."""
    captured = {name: substitute(value, actual, scope) for name, value in summary.captured.items()}
    leading = tuple([substitute(value, actual, scope) for value in summary.leading])
    preset = {name: substitute(value, actual, scope) for name, value in summary.preset.items()}
    return replace(summary, leading=leading, preset=preset, captured={**actual, **captured})


def resolve(origin: str, actual: Mapping[str, Value], lookup: Lookup) -> Value:
    """What an origin inside a summary is to the caller."""
    found = actual.get(origin)
    if found is not None:
        return found
    if origin[0] == PARAMETER:
        base, _, field = origin.removesuffix(PART).partition(FIELD)
        if base in actual:
            value = _attribute(actual[base], field) if field else actual[base]
            return value.element() if origin.endswith(PART) else value
    if origin[0] in (PARAMETER, MADE):
        own = frozenset((origin,))
        return Value(own, own)
    return lookup(origin)


def _attribute(value: Value, name: str) -> Value:
    """An attribute of an argument, where the function around the call may have got it as an argument itself."""
    if value.keys is not None and f".{name}" in value.keys:
        return value.keys[f".{name}"]
    own = parameter_of(value)
    if own is not None:
        part = f"{own}{FIELD}{name}"
        return Value(frozenset((part,)), frozenset((part + PART,)))
    return Value(value.inner, value.inner | value.deep)


def parameter_of(value: Value) -> str | None:
    """The parameter that the value is, if it is one as it came."""
    if len(value.origins) != 1:
        return None
    (own,) = value.origins
    return own if own[0] == PARAMETER and PART not in own and FIELD not in own else None
