"""Runs use cases: each in one transaction, in one hop to a thread of a bounded pool."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from typing import Concatenate, ParamSpec, TypeVar

from sept_ext.core.errors import Conflict, Unavailable

from .ports import Database, StoreMode, UnitOfWork
from .records import Actor

P = ParamSpec("P")
T = TypeVar("T")
UseCase = Callable[Concatenate[UnitOfWork, Actor, P], T]

_TRIES = 4
PATIENCE_S = 20.0
"""How long a database may take to answer before the caller is told that it does not."""


class WriteRace(Conflict):
    """Two writers made the same thing at once; trying again sees the other's and decides anew."""


class Store:
    """Runs use cases (functions of a unit of work, an actor and what they need) against one database.

    `on_commit` is called in the pool's thread after each write that committed; it must not raise.
    """

    def __init__(
        self,
        database: Database,
        executor: Executor,
        on_commit: Callable[[], None],
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._database = database
        self._executor = executor
        self._on_commit = on_commit
        self._patience_s = patience_s

    @property
    def mode(self) -> StoreMode:
        """`embedded` (SQLite) or `direct` (Postgres)."""
        return self._database.mode

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a blocking function in a thread of the pool."""
        loop = asyncio.get_running_loop()
        try:
            future = loop.run_in_executor(self._executor, lambda: function(*args, **kwargs))
        except RuntimeError:  # what an executor raises once it is shut down
            raise Unavailable("The server is going down.") from None
        return await future

    async def read(self, use_case: UseCase[P, T], actor: Actor, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a use case that changes nothing."""
        work = self.run(self._read, lambda uow: use_case(uow, actor, *args, **kwargs))
        return await _bounded(work, self._patience_s)

    async def write(self, use_case: UseCase[P, T], actor: Actor, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a use case that may change things, and commit it."""
        work = self.run(self._write, lambda uow: use_case(uow, actor, *args, **kwargs), actor)
        return await _bounded(work, self._patience_s)

    async def trouble(self) -> str | None:
        """Why the store cannot be used now, for people; None when it can."""
        try:
            await _bounded(self.run(self._database.check), self._patience_s / 4)
        except Unavailable as error:
            return error.message
        return None

    def _read(self, work: Callable[[UnitOfWork], T]) -> T:
        with self._database.read() as uow:
            return work(uow)

    def _write(self, work: Callable[[UnitOfWork], T], actor: Actor) -> T:
        for _ in range(_TRIES - 1):
            try:
                result = self._attempt(work, actor)
                break
            except WriteRace:
                continue
        else:
            result = self._attempt(work, actor)
        self._on_commit()
        return result

    def _attempt(self, work: Callable[[UnitOfWork], T], actor: Actor) -> T:
        with self._database.write() as uow:
            uow.users.ensure(actor, uow.now)
            return work(uow)


async def _bounded(work: Awaitable[T], seconds: float) -> T:
    """Give up waiting after some time. The thread goes on until the database lets go of it."""
    try:
        return await asyncio.wait_for(work, seconds)
    except TimeoutError:
        raise Unavailable(
            "The store does not answer now. What you sent may or may not have been kept; sending it again is safe. "
            "Notebooks work and save without it."
        ) from None
