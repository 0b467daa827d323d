"""Which session a `%%sql` cell runs on: found by name, opened once for each kernel, secrets only in memory.

A name is looked up in this order: a variable of the notebook that is a connection, the workspace's connections (asked
of the Jupyter server with this kernel's own token), the environment (`SEPT_CONNECTION_SHOP` holds a URL for `shop`),
the person's own files; and the name may itself be a URL, as long as there is no password in it.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin
from urllib.request import ProxyHandler, Request, build_opener

from sept_ext.connectors.base import ConnectionSpec, Session, scrubbed
from sept_ext.connectors.registry import connector, has_secret_word, spec_from_url
from sept_ext.core.errors import BadInput, NotFound, SeptError, Unavailable

from .object_connections import session_of
from .personal_connections import FILES, personal_connection

_BROKER_TIMEOUT_S = 15
_NOT_FOUND = 404
_SERVER_ERRORS = 500


class Sessions:
    """The open sessions of this kernel, by connection name; None is the notebook's own DuckDB."""

    def __init__(self) -> None:
        self._open: dict[str | None, tuple[str, Session]] = {}
        self._read_only: set[str | None] = set()
        self._objects: dict[str | None, Any] = {}
        self._counts: Counter[str | None] = Counter()

    def get(self, name: str | None, names: Mapping[str, Any] | None = None) -> tuple[str, Session]:
        """(kind, session) of a connection, opened on first use; `names`: the notebook's, one may be the connection.

        Raises NotFound for a name nobody knows, BadInput for one that cannot be used, Unavailable when the database
        does not answer.
        """
        value = None if name is None or names is None else names.get(name)
        if name in self._objects and self._objects[name] is not value:
            self.drop(name)
        if name not in self._open and name is not None and value is not None and self._borrow(name, value):
            return self._open[name]
        if name not in self._open:
            spec = resolve(name) if name is not None else ConnectionSpec("duckdb", "duckdb", {})
            self._open[name] = (spec.kind, _opened(spec))
            self._counts[name] += 1
            (self._read_only.add if spec.is_read_only else self._read_only.discard)(name)
        return self._open[name]

    def _borrow(self, name: str, value: Any) -> bool:
        """Use an object of the notebook, if it is a connection."""
        found = session_of(value)
        if found is None:
            return False
        self._open[name], self._objects[name] = found, value
        self._counts[name] += 1
        return True

    def identity(self, name: str | None) -> str:
        """What is equal for the same open session only: a name may lead elsewhere when it is opened anew."""
        return f"{name} {self._counts[name]}"

    def is_read_only(self, name: str | None) -> bool:
        """Whether an open connection is for reading only."""
        return name in self._read_only

    def is_borrowed(self, name: str | None) -> bool:
        """Whether an open connection is an object of the notebook's own."""
        return name in self._objects

    def release(self, name: str | None) -> Session:
        """Forget a session without closing it: whoever calls does that."""
        self._objects.pop(name, None)
        return self._open.pop(name)[1]

    def drop(self, name: str | None) -> None:
        """Forget a session, so that the next cell opens a new one."""
        self._objects.pop(name, None)
        kind_and_session = self._open.pop(name, None)
        if kind_and_session is not None:
            kind_and_session[1].close()

    def close(self) -> None:
        """Close all sessions."""
        for name in list(self._open):
            self.drop(name)


def _opened(spec: ConnectionSpec) -> Session:
    """A new session. What a connector did not foresee is told without its traceback, whose values hold the secret."""
    try:
        return connector(spec.kind).open(spec)
    except SeptError:
        raise
    except Exception as error:  # noqa: BLE001 - drivers, and connectors of others, raise what they like
        told = scrubbed(f"{type(error).__name__}: {error}", spec.secret)
        raise Unavailable(f"Connection {spec.name!r} cannot be opened: {told}") from None


def resolve(name: str) -> ConnectionSpec:
    """Where a connection name leads."""
    if "://" in name:
        spec = spec_from_url("url", name)
        if spec.secret is not None or has_secret_word(name):
            raise BadInput(
                "A password in a cell is saved with the notebook and seen by everyone who opens it. Put the URL into"
                " the environment (SEPT_CONNECTION_SHOP=...) and write --connection shop."
            )
        return spec
    variable = "SEPT_CONNECTION_" + re.sub(r"\W", "_", name).upper()
    url = os.environ.get(variable)
    hint = f"There is no connection {name!r}."
    try:
        brokered = _ask_server(name)
    except Unavailable:
        if not url:
            raise
        brokered = None  # the store is away; what the environment says works without it
    except NotFound as error:
        brokered, hint = None, error.message
    if brokered is not None:
        return brokered
    if url:
        return spec_from_url(name, url)
    personal = personal_connection(name)
    if personal is not None:
        return personal
    raise NotFound(
        f"{hint} Connections are added to the workspace, written as [{name}] into {FILES[0]}, or set as {variable} to"
        " a URL such as postgresql://user@host/database before the kernel starts."
    )


def _ask_server(name: str) -> ConnectionSpec | None:
    """The workspace's connection of that name, by this kernel's token; None without a server.

    Raises NotFound when nobody has one, with what the server says of names that are near.
    """
    base, token = os.environ.get("SEPT_SERVER_URL"), os.environ.get("SEPT_KERNEL_TOKEN")
    if not base or not token:
        return None
    request = Request(  # noqa: S310 - the URL is the Jupyter server's own, from our environment
        urljoin(base, "sept/kernel/connection"),
        data=json.dumps({"name": name}).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    try:
        # Never by a proxy of the environment's: the token and the secret are between this kernel and its server.
        with build_opener(ProxyHandler({})).open(request, timeout=_BROKER_TIMEOUT_S) as response:
            found: dict[str, Any] = json.load(response)
    except HTTPError as error:
        raise _refused(name, error) from None
    except (URLError, TimeoutError) as error:
        raise Unavailable(f"The Jupyter server did not answer about connection {name!r}: {error}.") from None
    is_read_only = bool(found.get("isReadOnly"))
    return ConnectionSpec(name, found["kind"], found.get("parameters", {}), found.get("secret"), is_read_only)


def _refused(name: str, error: HTTPError) -> SeptError:
    """What the server says; only a server that cannot answer now is Unavailable."""
    try:
        message = str(json.load(error)["errors"][0]["message"])
    except (ValueError, LookupError, TypeError):  # a proxy's page, say
        message = f"{error.code} {error.reason}"
    if error.code == _NOT_FOUND:
        return NotFound(message)
    kind = BadInput if error.code < _SERVER_ERRORS else Unavailable
    return kind(f"Connection {name!r}: the Jupyter server refused: {message}")
