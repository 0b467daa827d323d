"""Calls taken the cheap way, once a cell has used up its steps: every function's effects once, arguments not followed.

Nothing that is read, written or changed is left out. What is lost is which argument goes where: a function that may
change a parameter changes all that it is given, and a function that is passed on is called.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from .python_caller import Caller
from .python_values import FRESH, MADE, NOTHING, PARAMETER, Call, Position, Summary, Value, holding, outer, union


def apply_flat(
    frame: Caller, summary: Summary, arguments: tuple[Value, ...], keywords: Mapping[str, Value], where: Position
) -> Value:
    """Do what the function may do to the frame; gives what holds all that the call may return."""
    frame.budget.steps += 1
    given = (*arguments, *keywords.values())
    handed = handed_over((*given, *_kept(summary)))
    owner = frame.global_frame()
    if owner.summary is not None:
        key = (id(summary.effects), handed)
        if key not in owner.noted:
            owner.noted.add(key)
            owner.summary.calls.append(Call("", arguments, keywords, function=summary))
    else:
        _spread(owner, summary, given, where)
        if summary.calls or _changes_parameters(summary):
            owner.mutate_origins(handed.difference(owner.effects.mutates), where)
    return returned(owner, summary.returns, handed)


def apply_any(
    frame: Caller,
    functions: tuple[Summary, ...],
    arguments: tuple[Value, ...],
    keywords: Mapping[str, Value],
    where: Position,
) -> Value:
    """The same for a value that may be any of many functions."""
    handed = handed_over((*arguments, *keywords.values()))
    take_any(frame, functions, arguments, keywords, where)
    owner = frame.global_frame()
    if owner.summary is None:
        owner.mutate_origins(handed.difference(owner.effects.mutates), where)
    returns = holding([one.returns for one in functions if one.returns is not FRESH])
    return returned(owner, returns._replace(origins=returns.inner), handed)


def take_any(
    frame: Caller,
    functions: tuple[Summary, ...],
    arguments: tuple[Value, ...],
    keywords: Mapping[str, Value],
    where: Position,
) -> None:
    """The effects of many functions: each time, of those only that are new here."""
    owner = frame.global_frame()
    frame.budget.steps += 1
    if owner.summary is not None:
        handed = handed_over((*arguments, *keywords.values()))
        new = [one for one in functions if (id(one.effects), handed) not in owner.noted]
    else:
        _read_hidden(owner, where)
        new = [one for one in functions if id(one.effects) not in frame.budget.flattened]
    for one in new:
        apply_flat(frame, one, arguments, keywords, where)


def handed_over(values: Iterable[Value]) -> frozenset[str]:
    """All that values are or hold, what functions among them keep included."""
    found: frozenset[str] = NOTHING
    for value in values:
        found = found.union(value.origins, value.inner, value.deep)
        for function in value.functions:
            for kept in _kept(function):
                found = found.union(kept.origins, kept.inner, kept.deep)
    return found


def returned(frame: Caller, value: Value, handed: frozenset[str]) -> Value:
    """A value inside a summary as the caller may see it, if any parameter may be any argument."""
    own = value.origins | value.inner | value.deep
    found: frozenset[str] = NOTHING
    plain = frame.untouched(own)
    for origin in own - plain:
        if origin[0] == PARAMETER:
            found |= handed
        elif origin[0] == MADE:
            found |= {origin}
        else:
            known = frame.global_value(origin)
            found = found.union(known.origins, known.inner)
    found = found | plain if plain else found
    if not found and not value.functions and not value.members:
        return value
    origins = found if value.origins else NOTHING
    functions = value.functions
    if functions and handed:  # made in the body, where they may have kept any argument
        kept = {"": Value(handed, handed)}
        functions = tuple([replace(one, captured={**one.captured, **kept}) for one in functions])
    return value._replace(
        origins=origins, inner=found, functions=functions, deep=NOTHING, parts=None, keys=None, weight=1
    )


def _kept(summary: Summary) -> tuple[Value, ...]:
    """What a function carries with it."""
    defaults = summary.defaults.values()
    return (*summary.leading, *summary.preset.values(), *summary.captured.values(), *defaults)


def _changes_parameters(summary: Summary) -> bool:
    return any(origin[0] == PARAMETER for origin in summary.effects.mutates)


def _spread(frame: Caller, summary: Summary, given: tuple[Value, ...], where: Position) -> None:
    """The effects of a function and of all that it may call, each function once in a cell."""
    _read_hidden(frame, where)
    waiting = [summary, *_called(given)]
    while waiting:
        one = waiting.pop()
        if id(one.effects) in frame.budget.flattened:
            continue
        frame.budget.flattened.add(id(one.effects))
        frame.budget.steps += 1
        _take(frame, one, where)
        waiting += _called(_kept(one))
        for call in one.calls:
            callees = _callees(frame, call, given, where)
            if any(callee.calls or _changes_parameters(callee) for callee in callees):
                _change_globals(frame, call, where)
            waiting += callees


def _change_globals(frame: Caller, call: Call, where: Position) -> None:
    """What a function hands on that is not its own argument (those are the caller's concern) may be changed."""
    for origin in handed_over((*call.arguments, *call.keywords.values())):
        if origin[0] != PARAMETER and origin[0] != MADE:
            frame.mutate_origins(frame.load_global(origin, where).origins, where)


def _read_hidden(frame: Caller, where: Position) -> None:
    """Names that functions read already, and that were bound for certain then but are no more."""
    shown = frame.budget.hidden - frame.state.killed
    frame.budget.hidden -= shown
    frame.read_globals(shown, where)


def _take(frame: Caller, summary: Summary, where: Position) -> None:
    effects = summary.effects
    frame.budget.hidden |= effects.reads.keys() & frame.state.killed
    frame.read_globals(effects.reads, where)
    for origin in effects.mutates:
        if origin[0] != PARAMETER:
            frame.mutate_origins(frame.load_global(origin, where).origins, where)
    if _changes_parameters(summary):
        frame.mutate_origins(handed_over(_kept(summary)), where)
    for name in effects.writes:
        frame.effects.writes.setdefault(name, []).append(where)
        old = frame.state.env.get(name)
        frame.state.env[name] = outer(name) if old is None else union(old, outer(name))
    frame.effects.opaque.update(dict.fromkeys(effects.opaque, where))


def _callees(frame: Caller, call: Call, given: tuple[Value, ...], where: Position) -> list[Summary]:
    found = _called((*call.arguments, *call.keywords.values()))
    if call.function is not None:
        found.append(call.function)
    elif call.method is not None:  # whose object it is, is not followed: any method of the name
        found += [one for one in frame.effects.deferred if one.name == call.method]
        found += [value.members[call.method] for value in given if value.members and call.method in value.members]
    elif call.name[0] != PARAMETER:
        found += frame.load_global(call.name, where).functions
    return found


def _called(values: Iterable[Value]) -> list[Summary]:
    """Functions among values: whoever has them may call them."""
    return [function for value in values for function in value.functions]
