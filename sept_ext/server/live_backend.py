"""Puts the live half together: documents, kernels, runs, and the events that tell clients of changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sept_ext.services.container import Services
from sept_ext.services.execution import Execution
from sept_ext.services.live import Live
from sept_ext.services.notebooks import LiveNotebooks
from sept_ext.services.sharing import publish

from .backend_settings import BackendSettings
from .kernel_watch import KERNEL_EVENTS, KernelWatch
from .kernels import SessionKernels

# A burst of changes (a plan that runs cell after cell) is told at most this often.
PUBLISH_INTERVAL_S = 0.03


@dataclass
class LiveHalf:
    """What the backend closes at the end."""

    live: Live
    watch: KernelWatch
    pool: ThreadPoolExecutor

    async def close(self) -> None:
        """Stop listening and running."""
        await self.live.execution.close()
        self.watch.close()
        self.pool.shutdown(wait=False, cancel_futures=True)


def build_live(settings: BackendSettings, services: Services) -> LiveHalf:
    """Build it and set `services.live`; call it on the event loop."""
    notebooks = LiveNotebooks(_coalesced(lambda path: publish(services, "notebook_changed", path, None, None)))
    pool = ThreadPoolExecutor(1, thread_name_prefix="sept-live")
    watch = KernelWatch(settings.kernel_manager, notebooks, pool)
    settings.event_logger.add_listener(schema_id=KERNEL_EVENTS, listener=watch.on_kernel_event)
    kernels = SessionKernels(settings.kernel_manager, settings.session_manager, watch)
    services.live = Live(notebooks, kernels, Execution(services, notebooks, kernels))
    services.execution_states = notebooks.execution_states
    return LiveHalf(services.live, watch, pool)


def _coalesced(tell: Callable[[str], None]) -> Callable[[str], None]:
    """`tell` on the event loop, from any thread, once for all calls with a path within the interval."""
    loop = asyncio.get_running_loop()
    waiting: set[str] = set()

    def fire(path: str) -> None:
        waiting.discard(path)
        tell(path)

    def schedule(path: str) -> None:
        if path not in waiting:
            waiting.add(path)
            loop.call_later(PUBLISH_INTERVAL_S, fire, path)

    def publish(path: str) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(schedule, path)

    return publish
