"""Asks the databases of connections, for people who set one up or look around in it; kernels ask by themselves.

Everything happens in threads of a bounded pool of its own, within a time limit; what is given up is cancelled in the
database. Sessions are opened read-only. No message holds a secret.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from time import perf_counter
from typing import TypeVar

from sept_ext.connectors.base import ConnectionSpec, ConnectorInfo, HasSchemas, Session, scrubbed
from sept_ext.connectors.registry import connector, kinds
from sept_ext.core.errors import BadInput, SeptError, SqlError, Unavailable

from .records import Connection

T = TypeVar("T")
log = logging.getLogger(__name__)

LIMIT_S = 8.0
"""How long a database may take; queries of the API end after ten seconds."""

_LOST_S = 1.0
_FILE_KINDS = ("duckdb", "sqlite")


@dataclass(frozen=True, slots=True)
class ConnectionTest:
    """Whether a connection works, in one sentence."""

    is_working: bool
    message: str
    elapsed_ms: int


@dataclass
class _Attempt:
    """One piece of work: the session it has open, and whether anybody still waits for it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    session: Session | None = None
    is_given_up: bool = False
    has_thread: bool = False
    ended: threading.Event = field(default_factory=threading.Event)

    def take(self, session: Session) -> None:
        """Have a session to cancel; none is begun for nobody."""
        with self.lock:
            self.session = session
            if self.is_given_up:
                raise Unavailable("Nobody waits for the answer any more.")


class Databases:
    """Opens sessions and runs work in them. `root` is the folder that relative paths of files count from.

    `on_lost` is told of a thread that a driver keeps though nobody waits for it: most cannot be stopped while they log
    in, and a server that accepts and never answers would take one thread after the other.
    """

    def __init__(
        self,
        executor: Executor | None = None,
        root: Path | None = None,
        on_lost: Callable[[], None] = lambda: None,
    ) -> None:
        self._on_lost = on_lost
        self._executor = executor or ThreadPoolExecutor(2, thread_name_prefix="sept-databases")
        self._root = root or Path.cwd()

    def spec_of(self, connection: Connection, secret: str | None) -> ConnectionSpec:
        """How to reach a stored connection, as the person allowed it."""
        return self.spec(
            connection.name, connection.kind, dict(connection.parameters), secret, connection.is_read_only
        )

    def spec(
        self, name: str, kind: str, parameters: dict[str, str], secret: str | None, is_read_only: bool
    ) -> ConnectionSpec:
        """The same of its parts. A file's relative path counts from the server's root, for every kernel alike."""
        path = parameters.get("path", "")
        if kind in _FILE_KINDS and path and not path.startswith(("~", ":")) and ":" not in path:
            parameters = parameters | {"path": str(self._root / path)}
        return ConnectionSpec(name, kind, parameters, secret, is_read_only)

    async def run(self, spec: ConnectionSpec, work: Callable[[Session], T], limit_s: float = LIMIT_S) -> T:
        """Open a read-only session, work in it, close it. Unavailable when that takes too long.

        Giving up, by the limit or because nobody waits any more, cancels what the database does.
        """
        attempt = _Attempt()
        loop = asyncio.get_running_loop()
        try:
            future = loop.run_in_executor(self._executor, self._work, attempt, replace(spec, is_read_only=True), work)
        except RuntimeError:  # what an executor raises once it is shut down
            raise Unavailable("The server is going down.") from None
        try:
            return await asyncio.wait_for(future, limit_s)
        except TimeoutError:
            raise Unavailable(f"Connection {spec.name!r} did not answer within {limit_s:.0f} s.") from None
        finally:
            _give_up(attempt, self._on_lost)

    async def test(self, spec: ConnectionSpec, limit_s: float = LIMIT_S) -> ConnectionTest:
        """Open a session and ask it for its tables. Never raises for what the database says."""
        start = perf_counter()
        try:
            found = await self.run(spec, _what_there_is, limit_s)
        except SeptError as error:
            return ConnectionTest(False, _without_name(error.message, spec), _ms_since(start))
        return ConnectionTest(True, f"Connected: {found}.", _ms_since(start))

    def _work(self, attempt: _Attempt, spec: ConnectionSpec, work: Callable[[Session], T]) -> T:
        attempt.has_thread = True
        try:
            session = connector(spec.kind).open(spec)
            try:
                attempt.take(session)
                return work(session)
            finally:
                with attempt.lock:
                    attempt.session = None
                with suppress(Exception):
                    session.close()
        except Exception as error:  # noqa: BLE001 - drivers raise what they like
            raise _for_people(error, spec) from None
        finally:
            attempt.ended.set()


def _what_there_is(session: Session) -> str:
    """How many tables plain names mean; where there is none of them, how many schemas there are to look into."""
    count, what = len(session.relations()), "table"
    if count == 0 and isinstance(session, HasSchemas):
        count, what = len(session.schemas()), "schema"
    return "no tables yet" if count == 0 else f"{count:,} {what}{'' if count == 1 else 's'}"


@lru_cache(maxsize=1)
def connection_kinds() -> tuple[ConnectorInfo, ...]:
    """Every kind of connection this server has, by title. One that cannot be imported is left out."""
    found: list[ConnectorInfo] = []
    for kind in kinds():
        try:
            found.append(connector(kind).info)
        except Exception:
            log.warning("Sept: the connector %r cannot be imported", kind, exc_info=True)
    return tuple(sorted(found, key=lambda info: info.title.casefold()))


def _for_people(error: Exception, spec: ConnectionSpec) -> SeptError:
    """What a driver raised, as a sentence with a code; SqlError is the asker's to mend."""
    if isinstance(error, SqlError):
        return BadInput(scrubbed(error.message, spec.secret))
    if isinstance(error, SeptError):
        return type(error)(scrubbed(error.message, spec.secret))
    first_line = (str(error).strip() or type(error).__name__).splitlines()[0]
    return Unavailable(f"Connection {spec.name!r} cannot be used: {scrubbed(first_line, spec.secret)}")


def _without_name(message: str, spec: ConnectionSpec) -> str:
    """The sentence alone: who tries a connection knows which, and a new one has no name yet."""
    sentence = message.removeprefix(f"Connection {spec.name!r}: ")
    return sentence[:1].upper() + sentence[1:]


def _give_up(attempt: _Attempt, on_lost: Callable[[], None]) -> None:
    """Cancel what still runs. In a thread of its own: to cancel is to ask the server, which may take its time."""
    with attempt.lock:
        attempt.is_given_up = True
    if attempt.has_thread and not attempt.ended.is_set():
        threading.Thread(target=_end, args=(attempt, on_lost), daemon=True).start()


def _end(attempt: _Attempt, on_lost: Callable[[], None]) -> None:
    with attempt.lock:
        session = attempt.session
    if session is not None:
        with suppress(Exception):
            session.cancel()
    if not attempt.ended.wait(_LOST_S):
        on_lost()


def _ms_since(start: float) -> int:
    return round((perf_counter() - start) * 1000)
