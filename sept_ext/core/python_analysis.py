"""Reads and writes of Python source: one forward pass over the syntax tree.

The pass keeps, at every point, the set of names that are bound for certain (so that reading them is no read from
outside) and, for every name, which objects from before the cell it may share. Functions are walked once, when they are
defined, and their effects are taken where they are called. See `python_frame` for the rules of scoping.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# The tables of handlers are filled on import; python_strings, python_queries and
# python_shell add functions whose arguments are code.
from . import magic_effects, python_expressions, python_queries, python_shell, python_statements, python_strings
from .cells import FunctionEffects
from .python_frame import Frame
from .python_functions import finish
from .python_leaves import left_values
from .python_names import is_provided
from .python_values import NOTHING, PARAMETER, Position, Value

__all__ = [
    "PythonFacts", "collect", "magic_effects", "python_expressions", "python_queries", "python_shell",
    "python_statements", "python_strings",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class PythonFacts:
    """What a walk found out about global names; places are the parser's (columns in UTF-8 bytes)."""

    reads: dict[str, list[Position]]
    writes: dict[str, list[Position]]
    kills: frozenset[str]
    mutates: frozenset[str]
    deletes: frozenset[str]
    imports: frozenset[str]
    deferred: frozenset[str]
    functions: dict[str, FunctionEffects]
    leaves: dict[str, Value]
    opaque: dict[str, Position]
    provided: frozenset[str]


def collect(frame: Frame) -> PythonFacts:
    """The facts of a walked module frame."""
    effects, state = frame.effects, frame.state
    made_functions = bool(effects.deferred)
    immediate = _read_at_once(frame) if made_functions else effects.reads.keys()
    if made_functions:
        finish(frame, state.killed)
    mutates = {name: places for name, places in effects.mutates.items() if name[0] != PARAMETER}
    writes = effects.writes.copy()
    writes.pop("__annotations__", None)
    rebound = frozenset(writes)
    for name, places in mutates.items():
        if name in rebound or not is_provided(name):
            writes[name] = [*writes[name], *places] if name in writes else places
            if frame.context is None:  # below, the object may go by a name that the cell does not look up
                effects.reads.setdefault(name, places)
    reads = {name: places for name, places in effects.reads.items() if name in rebound or not is_provided(name)}
    return PythonFacts(
        reads=reads,
        writes=writes,
        kills=frozenset(state.killed & rebound),
        mutates=frozenset(mutates.keys() & writes.keys()) if mutates else NOTHING,
        deletes=frozenset(state.deleted & rebound) if state.deleted else NOTHING,
        imports=frozenset(effects.imports & rebound) if effects.imports else NOTHING,
        deferred=frozenset(reads.keys() - immediate - mutates.keys()) if made_functions else NOTHING,
        functions=_functions(frame) if made_functions or frame.context is not None else {},
        leaves=left_values(frame),
        opaque=effects.opaque,
        provided=frozenset(effects.reads.keys() - reads.keys()),
    )


def _read_at_once(frame: Frame) -> set[str]:
    """Names read while the cell runs. A lambda or generator is mostly used where it stands."""
    nameless = (summary for summary in frame.effects.deferred if summary.name.startswith("<"))
    return {*frame.effects.reads, *(name for summary in nameless for name in summary.effects.reads)}


def _functions(frame: Frame) -> dict[str, FunctionEffects]:
    """What the functions and classes that the cell leaves under global names do when they are used."""
    found = ((name, _effects_of(value)) for name, value in frame.state.env.items() if name in frame.effects.writes)
    return {name: effects for name, effects in found if effects is not None}


def _effects_of(value: Value) -> FunctionEffects | None:
    summaries = [*value.functions, *(value.members or {}).values()]
    if not summaries:
        return None
    return FunctionEffects(
        _names(summary.effects.reads for summary in summaries),
        _names(summary.effects.writes for summary in summaries),
        _names(summary.effects.mutates for summary in summaries),
    )


def _names(tables: Iterable[Mapping[str, object]]) -> frozenset[str]:
    return frozenset(name for table in tables for name in table if name[0] != PARAMETER and not is_provided(name))
