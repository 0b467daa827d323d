"""What live notebooks need of kernels, as a Protocol; server/kernels.py is the adapter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from sept_ext.core.errors import Unavailable


@dataclass(frozen=True, slots=True)
class CellOutcome:
    """How a cell's run ended. `outputs` are nbformat's."""

    status: Literal["success", "error"]
    execution_count: int | None
    outputs: list[dict[str, Any]]
    error: str | None = None


class KernelGone(Unavailable):
    """The kernel died, was restarted or shut down while it was needed; what it knew is lost."""


class Kernels(Protocol):
    """The kernels of notebooks' sessions."""

    def watch(self, kernel_id: str) -> bool:
        """Listen to what a kernel reports."""

    async def kernel_of(self, path: str) -> str | None:
        """The kernel of a notebook's session, if it has one."""

    async def path_of(self, kernel_id: str) -> str | None:
        """The path of the notebook whose session uses a kernel; None for a kernel without a session."""

    async def ensure(self, path: str, kernel_name: str | None) -> str:
        """The same, started if need be. Raises Unavailable when no kernel starts."""

    async def forget(self, kernel_id: str, names: Sequence[str]) -> None:
        """Take names out of the kernel, as PlanStep.forgets asks. Raises KernelGone."""

    async def execute(self, kernel_id: str, cell_id: str, source: str) -> CellOutcome:
        """Run a text as a cell, to its end, however long it takes. Raises KernelGone when the kernel does not last."""
