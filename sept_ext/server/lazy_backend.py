"""Builds the backend on first use, off the event loop, so that the server's start does not pay for it."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING

from .backend_settings import BackendSettings

if TYPE_CHECKING:
    from .backend import Backend


class LazyBackend:
    """Gives the one Backend of this server; whoever asks first has it built."""

    def __init__(self, settings: BackendSettings) -> None:
        self._settings = settings
        self._building: asyncio.Task[Backend] | None = None

    async def get(self) -> Backend:
        """The backend; the first call takes a few tenths of a second."""
        if self._building is None or (self._building.done() and self._building.exception() is not None):
            self._building = asyncio.create_task(self._build())
        # A request that is cancelled must not cancel what others wait for.
        return await asyncio.shield(self._building)

    async def close(self) -> None:
        """Close the backend, if it was ever built."""
        if self._building is not None and self._building.done() and self._building.exception() is None:
            await self._building.result().close()

    async def _build(self) -> Backend:
        # The slow things (importing graphql and SQLAlchemy, building the schema) happen in threads.
        module = await asyncio.to_thread(import_module, "sept_ext.server.backend")
        engine = await asyncio.to_thread(module.GraphQLEngine)
        backend: Backend = module.build(self._settings, engine)
        return backend
