"""Everything live of one server, put together for resolvers: documents, kernels and runs."""

from __future__ import annotations

from dataclasses import dataclass

from .execution import Execution
from .live_ports import Kernels
from .notebooks import LiveNotebooks


@dataclass
class Live:
    """Set as `Services.live` by the composition root."""

    notebooks: LiveNotebooks
    kernels: Kernels
    execution: Execution
