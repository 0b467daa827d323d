"""What a kernel makes of the server's answers when it asks for a connection."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from sept_ext.connectors.base import ConnectionSpec, Session
from sept_ext.core.errors import BadInput, NotFound, Unavailable
from sept_ext.kernel.connections import Sessions, resolve

ANSWERS = {
    "good": (200, {"kind": "sqlite", "parameters": {"path": "shop.db"}, "secret": None}),
    "absent": (404, {"errors": [{"message": "There is none. Did you mean present?"}]}),
    "twice": (409, {"errors": [{"message": "Several of your workspaces have it."}]}),
    "away": (503, {"errors": [{"message": "The store cannot be used now."}]}),
    "odd": (502, ["a proxy's page"]),
}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server that answers by the connection's name."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            name = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["name"]
            status, body = ANSWERS[name]
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    running = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    monkeypatch.setenv("SEPT_SERVER_URL", f"http://127.0.0.1:{running.server_port}/")
    monkeypatch.setenv("SEPT_KERNEL_TOKEN", "token")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")  # would swallow the token and refuse
    yield
    running.shutdown()
    running.server_close()


@pytest.mark.parametrize(
    ("name", "refusal", "message"),
    [
        ("absent", NotFound, r"There is none\. Did you mean present\?.*SEPT_CONNECTION_ABSENT"),
        ("twice", BadInput, "Several of your workspaces have it"),
        ("away", Unavailable, "The store cannot be used now"),
        ("odd", Unavailable, "502"),
    ],
)
def test_the_servers_refusal_reaches_the_cell(server: None, name: str, refusal: type[Exception], message: str) -> None:
    with pytest.raises(refusal, match=message):
        resolve(name)


def test_a_connection_of_the_workspace_comes_before_the_environments(
    server: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEPT_CONNECTION_GOOD", "sqlite:///other.db")
    assert resolve("good").parameters == {"path": "shop.db"}


@pytest.mark.parametrize("name", ["away", "odd", "absent"])
def test_the_environments_connection_works_without_the_store(
    server: None, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(f"SEPT_CONNECTION_{name.upper()}", "sqlite:///mine.db")
    assert resolve(name).parameters == {"path": "mine.db"}


def test_what_a_connector_did_not_foresee_is_told_without_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def open(self, spec: ConnectionSpec) -> Session:
            raise RuntimeError(f"cannot log in with {spec.secret}")

    monkeypatch.setattr("sept_ext.kernel.connections.connector", lambda kind: Broken())
    monkeypatch.setenv("SEPT_CONNECTION_BROKEN", "postgresql://u:hunter2@h/d")
    with pytest.raises(Unavailable, match=r"cannot be opened: RuntimeError: cannot log in with \*\*\*") as told:
        Sessions().get("broken")
    assert (told.value.__cause__, told.value.__suppress_context__) == (None, True)
