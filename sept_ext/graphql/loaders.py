"""Batching: all keys asked for in one turn of the event loop become one use case."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

from .context import Context

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
LoadMany = Callable[[Context, Sequence[K]], Awaitable[Mapping[K, V]]]


class Loader(Generic[K, V]):
    """Loads values by key. `load_many` gets each key once; a key it leaves out gives the default."""

    def __init__(self, context: Context, load_many: LoadMany[K, V], default: Callable[[], V]) -> None:
        self._context = context
        self._load_many = load_many
        self._default = default
        self._waiting: dict[K, asyncio.Future[V]] = {}
        self._task: asyncio.Task[None] | None = None

    def load(self, key: K) -> Awaitable[V]:
        """The value of a key, fetched together with the others asked for in this turn."""
        if key not in self._waiting:
            self._waiting[key] = asyncio.get_running_loop().create_future()
            if len(self._waiting) == 1:
                self._task = asyncio.create_task(self._fetch())
        return self._waiting[key]

    async def _fetch(self) -> None:
        await asyncio.sleep(0)  # let the other resolvers of this level ask
        batch, self._waiting = self._waiting, {}
        try:
            values = await self._load_many(self._context, list(batch))
        except Exception as error:  # noqa: BLE001 - whatever it is belongs to those who wait
            for future in batch.values():
                if not future.done():
                    future.set_exception(error)
            return
        for key, future in batch.items():
            if not future.done():
                future.set_result(values[key] if key in values else self._default())


def loader(context: Context, load_many: LoadMany[K, V], default: Callable[[], V]) -> Loader[K, V]:
    """The request's loader for a function, made on first use."""
    found: Loader[K, V] | None = context.loaders.get(load_many)
    if found is None:
        found = context.loaders[load_many] = Loader(context, load_many, default)
    return found
