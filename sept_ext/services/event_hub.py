"""Brings events to subscribers: stored ones by reading the outbox in order, live ones straight.

A commit in this process rings a bell; commits of other processes are found by polling. Either way stored events are
read from the outbox, so every subscriber sees each once and in order. Nothing runs while nobody subscribes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import UUID

from sept_ext.core.errors import Unavailable

from . import workspaces
from .events import MAX_PAGE, parse_cursor
from .ports import UnitOfWork
from .records import Actor, Event
from .store import Store

log = logging.getLogger(__name__)

POLL_INTERVAL_S = 1.0
_QUEUE_SIZE = 1_000
_MEMBERSHIP_KINDS = frozenset({"member_changed", "workspace_changed"})


class EventHub:
    """One per process. All methods belong to the event loop, except `ring`, which any thread may call."""

    def __init__(self, store: Store, system: Actor, poll_interval_s: float = POLL_INTERVAL_S) -> None:
        self._store = store
        self._system = system
        self._poll_interval_s = poll_interval_s
        self._queues: set[asyncio.Queue[Event | None]] = set()
        self._bell = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._starting = asyncio.Lock()
        self._pump: asyncio.Task[None] | None = None
        self._last_seq: int | None = None

    def ring(self) -> None:
        """Say that something was committed."""
        with suppress(RuntimeError):  # the loop is closed: the server is going down, and nobody listens
            self._loop.call_soon_threadsafe(self._bell.set)

    def publish_live(self, event: Event) -> None:
        """Tell everybody on this server of something that is not stored."""
        self._fan_out(event)

    async def subscribe(self, actor: Actor, after: str | None) -> AsyncIterator[Event]:
        """Events the actor may see, as they happen; with a cursor first those since.

        Ends when the subscriber is too slow to follow, and with Unavailable when it cannot be told what they may see
        now; they can come back with their last cursor.
        """
        cursor = None if after is None else parse_cursor(after)
        queue: asyncio.Queue[Event | None] = asyncio.Queue(_QUEUE_SIZE)
        self._queues.add(queue)
        try:
            await self._start_pump()
            if cursor is None:
                cursor = await self._newest_seq()
            else:
                async for event in self._missed(actor, cursor):
                    cursor = event.seq or cursor
                    yield event
            async for event in self._live(actor, queue, cursor):
                yield event
        finally:
            self._queues.discard(queue)
            if not self._queues:
                self._stop_pump()

    def close(self) -> None:
        """End all subscriptions."""
        for queue in list(self._queues):
            _end(queue)
        self._stop_pump()

    async def _missed(self, actor: Actor, cursor: int) -> AsyncIterator[Event]:
        while True:
            page = await self._store.read(_page_for, actor, cursor)
            for event in page:
                yield event
                cursor = event.seq or cursor
            if len(page) < MAX_PAGE:
                return

    async def _live(
        self, actor: Actor, queue: asyncio.Queue[Event | None], cursor: int | None
    ) -> AsyncIterator[Event]:
        visible: frozenset[UUID] | None = None
        while (event := await queue.get()) is not None:
            if event.workspace_id is not None:
                if event.seq is not None and cursor is not None and event.seq <= cursor:
                    continue  # already given as a missed one
                before = visible or frozenset()
                if visible is None or event.kind in _MEMBERSHIP_KINDS:
                    visible = await self._visible_to(actor)
                # `before`: whoever is taken out of a workspace is told so.
                if event.workspace_id not in visible | before:
                    continue
            yield event

    async def _visible_to(self, actor: Actor) -> frozenset[UUID]:
        return frozenset(await self._store.read(workspaces.roles_of, actor))

    async def _newest_seq(self) -> int | None:
        try:
            return await self._store.read(_last_seq, self._system)
        except Unavailable:
            return None  # live events still come

    async def _start_pump(self) -> None:
        """Begin to read the outbox, from a place that is fixed before the subscriber looks for what it missed."""
        async with self._starting:
            if self._pump is None or self._pump.done():
                self._last_seq = await self._newest_seq()
                self._pump = asyncio.create_task(self._run_pump())

    def _stop_pump(self) -> None:
        if self._pump is not None:
            self._pump.cancel()
            self._pump = None

    async def _run_pump(self) -> None:
        was_available = True
        while True:
            try:
                await self._read_outbox()
                was_available = True
            except Unavailable as error:
                if was_available:
                    log.warning("Sept: events pause: %s", error.message)
                was_available = False
            with suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), self._poll_interval_s)
            self._bell.clear()

    async def _read_outbox(self) -> None:
        if self._last_seq is None:
            self._last_seq = await self._store.read(_last_seq, self._system)
        while True:
            page = await self._store.read(_page, self._system, self._last_seq)
            for event in page:
                self._fan_out(event)
                self._last_seq = event.seq or self._last_seq
            if len(page) < MAX_PAGE:
                return

    def _fan_out(self, event: Event) -> None:
        for queue in list(self._queues):
            try:
                queue.put_nowait(event)
            except asyncio.QueueFull:
                self._queues.discard(queue)
                _end(queue)


def _end(queue: asyncio.Queue[Event | None]) -> None:
    while queue.full():
        queue.get_nowait()
    queue.put_nowait(None)


def _last_seq(uow: UnitOfWork, _actor: Actor) -> int:
    return uow.events.last_seq()


def _page(uow: UnitOfWork, _actor: Actor, seq: int) -> list[Event]:
    return uow.events.after(seq, MAX_PAGE)


def _page_for(uow: UnitOfWork, actor: Actor, seq: int) -> list[Event]:
    return uow.events.after_for(actor.id, seq, MAX_PAGE)
