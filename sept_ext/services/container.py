"""All services of one server, as the composition root puts them together and resolvers use them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from .catalog import Catalogs
from .databases import Databases
from .event_hub import EventHub
from .ports import NotebookFiles, SecretBox
from .store import Store

ExecutionFacts = Callable[[str], Mapping[str, str]]
"""Given a notebook's path, the execution state (idle, running, success, error, stale) of its cells by id."""


def _nothing_known(_path: str) -> Mapping[str, str]:
    return {}


@dataclass
class Services:
    """`execution_states` and `live` are set by whatever watches kernels and open documents, if anything does.

    `taken_in` remembers for projects which file, in which state, their projection was last made of.
    """

    version: str
    store: Store
    events: EventHub
    files: NotebookFiles
    secrets: SecretBox
    execution_states: ExecutionFacts = _nothing_known
    taken_in: dict[UUID, str] = field(default_factory=dict)
    databases: Databases = field(default_factory=Databases)
    catalogs: Catalogs = field(init=False)
    live: Any = field(default=None)  # Any: the live notebooks' own service, which its own resolvers know

    def __post_init__(self) -> None:
        """Catalogs are of the databases."""
        self.catalogs = Catalogs(self.databases)
