"""What holds at one point of a walk, and how branches join."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import compress
from operator import is_not

from .python_values import FRESH, MADE, Value, outer, union

LOCAL = "\1"  # marks a function's own names in its `env`, which holds global names as well
_FEW = 30  # names that are compared one by one


class State:
    """What holds at one point of the walk.

    `killed`: names whose value from before is gone for certain. `env`: what the others and they may be.
    """

    __slots__ = ("alive", "deleted", "env", "killed")

    def __init__(self, killed: set[str], env: dict[str, Value], deleted: set[str], alive: bool = True) -> None:
        self.killed = killed
        self.env = env
        self.deleted = deleted
        self.alive = alive

    def copy(self) -> State:
        """An independent state to walk a branch with."""
        return State(self.killed.copy(), self.env.copy(), self.deleted.copy(), self.alive)


def merge(states: list[State]) -> State:
    """The state after branches join; branches that left (return, raise, break) drop out."""
    alive = [state for state in states if state.alive]
    if not alive:
        return states[0]
    result = alive[0]
    for state in alive[1:]:
        result = State(
            result.killed & state.killed, _merge_values(result.env, state.env), result.deleted | state.deleted
        )
    return result


def _merge_values(first: dict[str, Value], second: dict[str, Value]) -> dict[str, Value]:
    merged = first.copy()
    for name in differing(first, second):
        one, other = first.get(name), second.get(name)
        merged[name] = union(_before(name) if one is None else one, _before(name) if other is None else other)
    return merged


def differing(first: dict[str, Value], second: dict[str, Value]) -> list[str]:
    """Names that are not the same object in both. Branches share most of theirs, which cells of many names pay for."""
    common = min(len(first), len(second))
    if common > _FEW:
        names, others = list(first), list(second)
        if names[:common] == others[:common]:  # then the interpreter compares without our help
            changed = list(compress(names, map(is_not, first.values(), second.values())))
            return changed + names[common:] + others[common:]
    changed = [name for name, value in second.items() if first.get(name) is not value]
    return changed + [name for name in first if name not in second]


def shares_more(before: State, after: State) -> bool:
    """Whether a name bound before the loop may now be an object it was not."""
    for name in differing(before.env, after.env):
        old, value = before.env.get(name), after.env.get(name)
        if old is None or value is None:
            continue
        gained = (value.origins | value.inner) - (old.origins | old.inner)
        if any(origin[0] != MADE for origin in gained):
            return True
    return False


def _before(name: str) -> Value:
    return FRESH if name[0] == LOCAL else outer(name)


@dataclass(slots=True)
class Loop:
    """States that leave a loop early."""

    breaks: list[State] = field(default_factory=list)
    continues: list[State] = field(default_factory=list)
