"""What following a call needs of the frame it happens in (`python_frame.Frame`, which hands its calls on)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from .python_budget import Budget
from .python_state import State
from .python_values import Effects, Position, Summary, Value


class Caller(Protocol):
    """A scope that calls functions. See `Frame` for what the methods do."""

    budget: Budget
    effects: Effects
    noted: set[object]
    state: State
    summary: Summary | None

    def global_frame(self) -> Caller:
        """The function, or the cell, that keeps the view of global names."""
        ...

    def global_value(self, name: str) -> Value:
        """The value of a global name here, without reading it."""
        ...

    def untouched(self, origins: frozenset[str]) -> frozenset[str]:
        """Of many origins, names that stand for what they stood for before."""
        ...

    def load_global(self, name: str, where: Position) -> Value:
        """The value of a global name here, read."""
        ...

    def read_globals(self, names: Iterable[str], where: Position) -> None:
        """Global names are read here; their values do not matter."""
        ...

    def bind_global(self, name: str, value: Value, where: Position) -> None:
        """Bind a global name for certain."""
        ...

    def mutate_origins(self, origins: frozenset[str], where: Position) -> None:
        """Change objects in place."""
        ...
