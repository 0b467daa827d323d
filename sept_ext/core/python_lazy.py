"""Generators and coroutines: making one runs nothing; whoever iterates or awaits it runs the body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .python_arguments import bind_arguments, substitute
from .python_frame import Frame
from .python_values import COROUTINE, GENERATOR, Position, Summary, Value, shaped, union

# docs.python.org, asyncio: what is given to these has run when they return.
RUNNERS = frozenset(("run", "gather", "wait_for", "run_until_complete", "shield", "wait"))
# docs.python.org, generator methods: these go on with the body.
RESUMING = frozenset(("send", "throw", "asend", "__next__", "__anext__", "close"))


def suspended(
    frame: Frame, summary: Summary, arguments: tuple[Value, ...], keywords: Mapping[str, Value], name: str
) -> Value:
    """The generator or coroutine that calling the function gives."""
    actual = bind_arguments(summary, arguments, keywords)
    returned = substitute(summary.returns, actual, frame)
    waiting = replace(
        summary,
        name=name,
        lazy="",
        kind="static",
        leading=(*summary.leading, *arguments),
        preset={**summary.preset, **keywords},
    )
    if name == COROUTINE:
        return Value(functions=(waiting,))
    return shaped(Value(inner=returned.inner, functions=(waiting, *returned.functions)), returned.parts)


def consume(frame: Frame, value: Value, where: Position, *, certain: bool = False) -> Value:
    """Run the generators in a value that is iterated; gives what holds their elements."""
    waiting = [summary for summary in value.functions if summary.name == GENERATOR]
    if not waiting:
        return value
    for summary in waiting:
        frame.apply(summary, (), {}, where, certain=certain)
    return value._replace(functions=tuple([summary for summary in value.functions if summary not in waiting]))


def awaited(frame: Frame, value: Value, where: Position) -> Value:
    """Run the coroutines in a value that is awaited; gives what they return."""
    result: Value | None = None
    for summary in value.functions:
        if summary.name == COROUTINE:
            returned = frame.apply(summary, (), {}, where)
            result = returned if result is None else union(result, returned)
    return value if result is None else result
