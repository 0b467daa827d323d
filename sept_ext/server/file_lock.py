"""A lock on a notebook file that other servers of ours on the same files respect."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sept_ext.core.errors import Conflict

try:
    import fcntl
except ImportError:  # Windows has none; there the time between the look and the save stays unguarded
    fcntl = None  # type: ignore[assignment]

_PATIENCE_S = 30.0
_PAUSE_S = 0.01


@asynccontextmanager
async def locked(file: Path | None) -> AsyncIterator[None]:
    """Hold the lock of a file, if it is one of this machine's. Raises Conflict when another holds it for long."""
    handle = None if file is None or fcntl is None else await asyncio.to_thread(_opened, file)
    if handle is None:
        yield
        return
    try:
        await _take(handle)
        yield
    finally:
        os.close(handle)  # which gives the lock back


def _opened(file: Path) -> int | None:
    try:
        return os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None  # not there, or kept elsewhere by the contents manager


async def _take(handle: int) -> None:
    for _ in range(int(_PATIENCE_S / _PAUSE_S)):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            await asyncio.sleep(_PAUSE_S)
        except OSError:
            return  # a file system without locks
        else:
            return
    raise Conflict("Another server is writing this notebook. Try again.")
