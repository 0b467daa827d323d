"""What calling a function of the cell does to the scope that calls it: its effects, and those of what it calls."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from .python_arguments import bind_arguments, resolve, substitute
from .python_caller import Caller
from .python_flat import apply_flat
from .python_values import FRESH, NOTHING, PARAMETER, Call, Position, Summary, Value, outer, union

MOST_CALLS = 500  # of one function, followed when it is called
DEEPEST = 20  # functions calling each other, followed with their arguments


def apply(
    frame: Caller,
    summary: Summary,
    arguments: tuple[Value, ...],
    keywords: Mapping[str, Value],
    where: Position,
    *,
    certain: bool,
) -> Value:
    """Do to a frame what calling the summarised function does; gives what the call may return."""
    if frame.budget.steps > frame.budget.limit:
        return apply_flat(frame, summary, arguments, keywords, where)
    actual = bind_arguments(summary, arguments, keywords)
    _Visit(frame, where, certain).take(summary, actual)
    return substitute(summary.returns, actual, frame) if summary.returns is not FRESH else FRESH


class _Visit:
    """One call with all that follows from it. A function called twice with the same arguments is followed once."""

    __slots__ = ("certain", "done", "frame", "path", "where")

    def __init__(self, frame: Caller, where: Position, certain: bool) -> None:
        self.frame = frame
        self.where = where
        self.certain = certain
        self.path: list[int] = []
        self.done: dict[Hashable, object] = {}  # keeps the arguments alive, whose ids are in the keys

    def take(self, summary: Summary, actual: Mapping[str, Value]) -> None:
        frame, effects, where = self.frame, summary.effects, self.where
        frame.budget.steps += 1 + len(effects.reads) + len(effects.writes)
        reads = effects.reads
        frame.read_globals(reads.keys() - summary.postponed if summary.postponed else reads, where)
        if effects.mutates:
            self._mutate(summary, actual)
        if summary.calls:
            self.path.append(id(effects))
            for call in summary.calls:
                self._follow(call, actual)
            self.path.pop()
        for name in effects.writes:
            self._write(name, summary)
        if effects.opaque:
            frame.effects.opaque.update(dict.fromkeys(effects.opaque, where))

    def _mutate(self, summary: Summary, actual: Mapping[str, Value]) -> None:
        frame = self.frame
        for origin in summary.effects.mutates:
            if origin[0] == PARAMETER:
                origins = resolve(origin, actual, frame.global_value).origins
            else:
                origins = frame.load_global(origin, self.where).origins
            frame.mutate_origins(origins, self.where)

    def _follow(self, call: Call, actual: Mapping[str, Value]) -> None:
        """Follow a call the function makes, of a global name or of a method of its own receiver."""
        frame = self.frame
        frame.budget.steps += 1
        passed = tuple([substitute(value, actual, frame) for value in call.arguments])
        named = {key: substitute(value, actual, frame) for key, value in call.keywords.items()}
        callees: tuple[Summary, ...]
        if call.function is not None:
            callees = (call.function,)
        elif call.method is not None:
            callees = _methods(actual[call.name], call.method) if call.name in actual else ()
        elif call.name[0] == PARAMETER:
            callees = self._passed_functions(call, actual, passed, named)
        else:
            callees = frame.load_global(call.name, self.where).functions
            if not callees:
                note(frame, Call(call.name, passed, named))
        for callee in callees:
            if id(callee.effects) not in self.path:
                self._enter(callee, passed, named)

    def _enter(self, callee: Summary, passed: tuple[Value, ...], named: Mapping[str, Value]) -> None:
        if len(self.path) > DEEPEST or self.frame.budget.is_spent:
            apply_flat(self.frame, callee, passed, named, self.where)
            return
        actual = bind_arguments(callee, passed, named)
        key = (id(callee.effects), tuple([_key(value) for value in actual.values()]))
        if key not in self.done:
            self.done[key] = actual
            self.take(callee, actual)

    def _passed_functions(
        self, call: Call, actual: Mapping[str, Value], passed: tuple[Value, ...], named: Mapping[str, Value]
    ) -> tuple[Summary, ...]:
        """The functions an argument stands for; a parameter of the function around stays one, and is noted there."""
        value = actual.get(call.name)
        if value is None:
            value = Value(frozenset((call.name,)))
        if not value.functions:
            for origin in value.origins:
                note(self.frame, Call(origin, passed, named))
        return value.functions

    def _write(self, name: str, summary: Summary) -> None:
        frame = self.frame.global_frame()
        if self.certain and name in summary.kills:
            self.frame.bind_global(name, FRESH, self.where)
            return
        frame.effects.writes.setdefault(name, []).append(self.where)
        old = frame.state.env.get(name)
        frame.state.env[name] = union(old, FRESH) if old is not None else outer(name)


def note(frame: Caller, call: Call) -> None:
    """Inside a function, a call of something not known yet is looked up again where the function is called."""
    owner = frame.global_frame()
    summary = owner.summary
    if summary is None:
        return
    if len(summary.calls) >= MOST_CALLS:  # the name is what matters most
        call = Call(call.name, (), NO_KEYWORDS)
    given = tuple([_key(value) for value in (*call.arguments, *call.keywords.values())])
    key = (call.name, call.method, given, tuple(call.keywords))
    if key not in owner.noted:
        owner.noted.add(key)
        summary.calls.append(call)


NO_KEYWORDS: Mapping[str, Value] = {}


def _methods(value: Value, name: str) -> tuple[Summary, ...]:
    """What runs when the method of an object is called: its class's, or a function kept in an attribute."""
    if value.members and name in value.members:
        return (value.members[name],)
    kept = value.keys.get(f".{name}") if value.keys else None
    return kept.functions if kept is not None else ()


def _key(value: Value) -> Hashable:
    """What a call may do with a value, as far as it tells two values apart; None for one that holds nothing."""
    if value is FRESH:
        return None
    origins, inner, functions, _, _, members, is_class, _, parts, deep, keys, _ = value
    shown: list[Hashable] = [origins, inner, deep or NOTHING]
    if functions or members or is_class:
        shown += [id(members), is_class, *[(f.name, _identity(f)) for f in functions]]
    if parts:
        shown.append(tuple([_key(part) for part in parts]))
    if keys:
        shown.append(tuple([(key, _key(part)) for key, part in keys.items()]))
    return tuple(shown)


def _identity(summary: Summary) -> int:
    """Copies of a function that know no arguments do the same."""
    return id(summary) if summary.captured or summary.leading or summary.preset else id(summary.effects)
