"""Kernels of notebooks' sessions, by the server's own managers; see services.live_ports.Kernels."""

# ruff: noqa: D102 - the methods are those of services.live_ports, and documented there

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jupyter_core.utils import ensure_async
from tornado.web import HTTPError

from sept_ext.core.errors import Unavailable
from sept_ext.services.keyed_locks import KeyedLocks
from sept_ext.services.live_ports import CellOutcome

from .cell_run import run_cell, run_silently
from .kernel_watch import KernelWatch


class SessionKernels:
    """Finds, starts and uses the kernel of a notebook's session. Runs of one kernel wait for each other."""

    def __init__(self, kernel_manager: Any, session_manager: Any, watch: KernelWatch) -> None:
        self._kernels = kernel_manager
        self._sessions = session_manager
        self._watch = watch
        self._starting = KeyedLocks()
        self._running = KeyedLocks()

    def watch(self, kernel_id: str) -> bool:
        return self._watch.watch(kernel_id)

    async def kernel_of(self, path: str) -> str | None:
        session = await self._session(path=path)
        kernel = None if session is None else session.get("kernel")
        return str(kernel["id"]) if kernel else None

    async def path_of(self, kernel_id: str) -> str | None:
        session = await self._session(kernel_id=kernel_id)
        return None if session is None else str(session["path"])

    async def ensure(self, path: str, kernel_name: str | None) -> str:
        async with self._starting.of(path):
            found = await self.kernel_of(path)
            if found is not None and found in self._kernels:
                return found
            name = path.rsplit("/", 1)[-1]
            try:
                session = await ensure_async(
                    self._sessions.create_session(path=path, name=name, type="notebook", kernel_name=kernel_name)
                )
            except (HTTPError, OSError, RuntimeError, KeyError) as error:
                raise Unavailable(f"No kernel could be started for this notebook: {error}") from error
            return str(session["kernel"]["id"])

    async def forget(self, kernel_id: str, names: Sequence[str]) -> None:
        async with self._running.of(kernel_id):
            await run_silently(self._kernels, kernel_id, f"%sept_forget {', '.join(names)}")

    async def execute(self, kernel_id: str, cell_id: str, source: str) -> CellOutcome:
        async with self._running.of(kernel_id):
            return await run_cell(self._kernels, kernel_id, cell_id, source)

    async def _session(self, **by: str) -> dict[str, Any] | None:
        try:
            session: dict[str, Any] = await ensure_async(self._sessions.get_session(**by))
        except HTTPError:  # there is none, or its kernel is gone
            return None
        return session
