"""Functions as values: what `map`, `filter`, `reduce` and `partial` are given, built-in ones included."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from . import python_mutations as tables
from .python_frame import Frame
from .python_lazy import suspended
from .python_names import words
from .python_results import CallSite
from .python_values import GENERATOR, NOTHING, Summary, Value, holding

# docs.python.org, concurrent.futures, asyncio, multiprocessing: these call the function they are given.
CALLERS = words(
    "map submit to_thread run_in_executor call_soon call_later apply_async starmap imap imap_unordered "
    "apply_along_axis"
)
_LAZY = frozenset(("map", "filter", "starmap"))


def callables(value: Value) -> tuple[Summary, ...]:
    """What runs when the value is called: functions of the cell, `list.append`, `box.append`."""
    if value.functions:
        return value.functions
    if value.path is not None:
        places = tables.mutated_arguments(value.path)
        return (_builtin(places),) if places else ()
    if value.bound in tables.CALLED_BY_MAP:
        return (replace(_builtin((0,)), leading=(Value(value.origins, value.inner),)),)
    return ()


@lru_cache(maxsize=64)
def _builtin(places: tuple[int, ...]) -> Summary:
    """A function that changes its arguments at these places."""
    parameters = tuple([f"p{number}" for number in range(max(places) + 1)])
    summary = Summary("<built-in>", parameters, 0, rest="rest", options="options")
    for place in places:
        summary.effects.mutates[summary.parameter(parameters[place])] = []
    return summary


def function_name(site: CallSite) -> str:
    """The bare name of a function that may go by another one here (`from functools import partial as p`)."""
    return (site.path or site.name or "").rpartition(".")[2]


def higher_order(frame: Frame, site: CallSite, functions: tuple[Summary, ...]) -> Value:
    """`map(f, xs)` calls `f` with elements; `functools.partial(f, x)` is `f` with an argument given."""
    others = site.arguments[1:]
    name = function_name(site)
    if name == "partial":
        bound = [
            replace(summary, leading=(*summary.leading, *others), preset={**summary.preset, **site.keywords})
            for summary in functions
        ]
        held = holding([*others, *site.keywords.values()])
        return Value(inner=held.inner, functions=tuple(bound))
    elements = tuple([other.element() for other in others])
    if name == "starmap" and elements:
        parts = elements[0].parts
        elements = parts if parts is not None else (elements[0].element(),) * 3
    if name in _LAZY:
        return _lazily(frame, site, functions, elements)
    if name == "reduce" and elements:  # `reduce(f, xs, start)`
        elements = (others[1] if len(others) > 1 else elements[0], elements[0])
    results = [frame.apply(summary, elements, {}, frame.at(site.node), certain=False) for summary in functions]
    return holding(results)


def hand_over(frame: Frame, site: CallSite) -> None:
    """`submit(f, x)`, `Thread(target=f, args=(x,))`: somebody else calls `f` with what is given beside it."""
    where = frame.at(site.node)
    target = site.keywords.get("target")
    if target is not None and target.functions:
        given = site.keywords.get("args")
        passed = given.parts or (given.element(),) if given is not None else ()
        named = site.keywords.get("kwargs")
        keys = {str(key): value for key, value in (named.keys or {}).items()} if named is not None else {}
        for summary in target.functions:
            frame.apply(summary, passed, keys, where, certain=False)
    if site.name not in CALLERS or (site.name == "map" and site.base is None):
        return
    for place, value in enumerate(site.arguments):
        others = site.arguments[place + 1 :]
        if site.name not in ("submit", "to_thread", "run_in_executor", "call_soon", "call_later"):
            others = tuple([other.element() for other in others])
        for summary in value.functions if others else ():
            frame.apply(summary, others, {}, where, certain=False)


def method_caller(frame: Frame, site: CallSite) -> Value | None:
    """`methodcaller("append", x)` is a function of the object whose method it calls."""
    name = site.argument(0)
    if name is None or name.text is None or not tables.mutates_receiver(name.text, used=False, receiver_name=None):
        return None
    return Value(functions=(_builtin((0,)),))


def _lazily(frame: Frame, site: CallSite, functions: tuple[Summary, ...], elements: tuple[Value, ...]) -> Value:
    """`map` and its like run the function when somebody iterates."""
    made = [suspended(frame, summary, elements, {}, GENERATOR) for summary in functions]
    waiting = tuple([value.functions[0] for value in made])
    if function_name(site) == "filter":
        return site.arguments[1].holder()._replace(functions=waiting) if len(site.arguments) > 1 else Value()
    inner = NOTHING
    for value in made:
        inner |= value.inner
    return Value(inner=inner, functions=waiting)
