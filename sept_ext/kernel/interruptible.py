"""Runs a driver's work in a thread, so that an interrupt reaches us while the driver waits, and stops it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from queue import SimpleQueue
from time import perf_counter
from weakref import WeakKeyDictionary

from sept_ext.connectors.base import QueryResult, Session

_CANCEL_GRACE_S = 5
_CANCEL_AGAIN_S = 0.3
_LOOK_S = 0.1


class _Job:
    """One piece of work, and what came of it."""

    def __init__(self, work: Callable[[], QueryResult]) -> None:
        self._work = work
        self._outcome: QueryResult | BaseException | None = None
        # `Thread.join` would not do: one that was interrupted says that the thread has ended, up to Python 3.12.
        self.done = threading.Event()

    def run(self) -> None:
        try:
            self._outcome = self._work()
        except BaseException as error:  # noqa: BLE001 - carried over to the caller's thread, whatever it is
            self._outcome = error
        self.done.set()

    def result(self) -> QueryResult:
        outcome = self._outcome
        if isinstance(outcome, BaseException):
            raise outcome
        assert outcome is not None
        return outcome


class _Worker:
    """A thread that waits for work: to start one for each statement costs more than a small query."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self.jobs: SimpleQueue[_Job | None] = SimpleQueue()
        threading.Thread(target=self._loop, name="sept-sql", daemon=True).start()

    def _loop(self) -> None:
        while (job := self.jobs.get()) is not None:
            job.run()
            del job  # it holds the rows


_idle: list[_Worker] = []
# What a session does, or did last.
_jobs: WeakKeyDictionary[Session, _Job] = WeakKeyDictionary()


def run_interruptibly(session: Session, execute: Callable[[], QueryResult]) -> QueryResult:
    """The result of `execute`; a KeyboardInterrupt cancels what `session` does, and is raised once that has ended."""
    if getattr(session, "runs_here", False):
        return execute()
    worker = _free_worker()
    job = _jobs[session] = _Job(execute)
    try:
        worker.jobs.put(job)
        # The signal may come to the driver's thread, and would wake nobody here: look for it every now and then.
        while not job.done.wait(_LOOK_S):
            pass
    except KeyboardInterrupt:
        _stop(session, job.done)
        raise
    finally:
        if job.done.is_set():
            _jobs.pop(session, None)
            _idle.append(worker)
        else:  # it hears nobody; when it ends at last, it is not needed any more
            worker.jobs.put(None)
    return job.result()


def is_free(session: Session) -> bool:
    """Whether nothing runs in a session any more.

    After a second interrupt, which ends our waiting for the effect of the first, something may: it is stopped first.
    """
    job = _jobs.get(session)
    if job is not None:
        _stop(session, job.done)
    return job is None or job.done.is_set()


def close_when_free(session: Session) -> None:
    """Close a session that does not answer once it does: under the hands of its thread it must not be closed."""
    job = _jobs[session]

    def work() -> None:
        job.done.wait()
        session.close()

    threading.Thread(target=work, name="sept-sql-close", daemon=True).start()


def _free_worker() -> _Worker:
    while _idle:
        worker = _idle.pop()
        if worker.process == os.getpid():  # threads stay behind in a fork
            return worker
    return _Worker()


def _stop(session: Session, done: threading.Event) -> None:
    """Cancel until it is done: a cancel that comes between two queries of a statement finds nothing to stop."""
    end = perf_counter() + _CANCEL_GRACE_S
    while not done.is_set() and perf_counter() < end:
        session.cancel()
        done.wait(_CANCEL_AGAIN_S)
