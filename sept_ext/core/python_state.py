"""What holds at one point of a walk, and how branches join."""

from __future__ import annotations

from dataclasses import dataclass, field

from .python_values import FRESH, Value, outer, union

LOCAL = "\1"  # marks a function's own names in its `env`, which holds global names as well


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
    merged = dict(first)
    for name, value in second.items():
        other = first.get(name)
        if other is not value:
            merged[name] = union(_before(name) if other is None else other, value)
    for name, value in first.items():
        if name not in second:
            merged[name] = union(value, _before(name))
    return merged


def _before(name: str) -> Value:
    return FRESH if name[0] == LOCAL else outer(name)


@dataclass(slots=True)
class Loop:
    """States that leave a loop early."""

    breaks: list[State] = field(default_factory=list)
    continues: list[State] = field(default_factory=list)
