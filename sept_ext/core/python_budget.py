"""How much work one cell may cause: its text is read at every key, whatever somebody writes or pastes.

Following calls with their arguments is exact and may take exponentially long; so a cell has a number of steps
proportional to its length, and what is left when they are used up is taken the cheap way (`python_flat`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

BASE_STEPS = 4_000  # about 10 ms; cells that call functions of the cells above need steps their own text does not pay
STEPS_PER_CHARACTER = 1  # of 10,000 public cells one in a thousand takes more than 0.3


@dataclass(slots=True)
class Budget:
    """Steps taken (a name looked up, a value replaced, a call followed) and how many there may be.

    `flattened`: functions whose effects the cell has taken the cheap way; once is enough. `hidden`: names they read
    that were bound for certain then, which a place further down cannot rely on.
    """

    steps: int = 0
    limit: int = BASE_STEPS
    flattened: set[int] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)

    def allow(self, text: str) -> None:
        """Set the limit for a text."""
        self.limit = BASE_STEPS + STEPS_PER_CHARACTER * len(text)

    @property
    def is_spent(self) -> bool:
        """Whether what follows must be cheap."""
        return self.steps > self.limit
