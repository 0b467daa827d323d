"""A bounded pool of threads that never keeps the server from ending.

Python waits at its end for each thread of its own ThreadPoolExecutor; a database that does not answer any more would
hold up the server's stop for as long.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import monotonic
from typing import Any, TypeVar

T = TypeVar("T")
Work = Callable[[], None]

GRACE_S = 0.5
"""How long `shutdown(wait=True)` waits for what runs; the process's end breaks off the rest, as a crash would."""

_MOST_REPLACED = 16


class DaemonPool(Executor):
    """See concurrent.futures.Executor. Threads are started when they are first needed."""

    def __init__(self, size: int, name: str) -> None:
        self._size = size
        self._name = name
        self._queue: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._lock = Lock()
        self._threads: list[Thread] = []
        self._idle = 0
        self._is_closed = False
        self._replaced = 0

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Have a thread call the function. RuntimeError after shutdown."""
        future: Future[T] = Future()
        with self._lock:
            if self._is_closed:
                raise RuntimeError("the pool was shut down")
            self._queue.put((future, lambda: fn(*args, **kwargs)))
            if self._idle:
                self._idle -= 1
            elif len(self._threads) < self._size:
                self._threads.append(Thread(target=self._work, name=self._name, daemon=True))
                self._threads[-1].start()
        return future

    def replace_lost(self) -> None:
        """Have one more thread: one is at work that nobody waits for and that cannot be ended. Up to 16 of them."""
        with self._lock:
            if self._is_closed or self._replaced >= _MOST_REPLACED:
                return
            self._replaced += 1
            self._size += 1
            if not self._queue.empty():
                self._threads.append(Thread(target=self._work, name=self._name, daemon=True))
                self._threads[-1].start()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more work; with `wait`, give what runs some time to end."""
        with self._lock:
            self._is_closed = True
        while cancel_futures:
            try:
                waiting = self._queue.get_nowait()
            except Empty:
                break
            if waiting is not None:
                waiting[0].cancel()
        for _ in self._threads:
            self._queue.put(None)
        deadline = monotonic() + GRACE_S
        for thread in self._threads if wait else ():
            thread.join(max(0.0, deadline - monotonic()))

    def _work(self) -> None:
        while (item := self._queue.get()) is not None:
            future, call = item
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(call())
                except BaseException as error:  # noqa: BLE001 - whatever it is belongs to whoever waits
                    future.set_exception(error)
            del item, future, call  # nothing is to be kept alive by a thread that waits
            with self._lock:
                self._idle += 1
