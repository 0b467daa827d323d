"""The secret of a connection is found nowhere: a server and a kernel are used and misused, then all is read."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from sqlalchemy.engine import make_url

from tests.support.kernels import KernelSession, Ran

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

WRONG, PERSONAL = "hunter2-of-nobody", "hunter2-in-my-file"
CELLS = [
    "%%sql found << --connection good\nSELECT 41 + 1 AS x",
    "%%sql --connection good\nSELECT nothing FROM nowhere",
    "%%sql --connection good\nSELEC 1",
    "%%sql --connection wrong_password\nSELECT 1",
    "%%sql --connection no_server\nSELECT 1",
    "%%sql --connection no_driver\nSELECT 1",
    "%%sql --connection by_url\nSELECT 1",
    "%%sql --connection mine\nSELECT 1",
    "%%sql --connection goood\nSELECT 1",
    "%xmode Verbose",
    "%%sql --connection wrong_password\nSELECT 1",
    "%%sql --connection no_server\nSELECT 1",
    "%%sql --connection by_url\nSELECT nothing",
    "%tb",
    "import sept_ext; sept_ext.sql('SELECT 41 + 1 AS x', connection='good')",
    "sept_ext.sql('SELECT 1', connection='wrong_password')",
    "import sys, traceback; traceback.print_exception(sys.last_value); sys.last_value",
    "%whos",
    "%env",
    "import os; dict(os.environ)",
    "print(found, globals().keys())",
    "import gc; [repr(x) for x in gc.get_objects() if str(type(x).__module__).startswith('sept_ext')"
    " or type(x).__name__ in ('Connection', 'Cursor', 'Engine', 'URL')]",
    "%history",
    "%connect_info",
]


@dataclass
class Place:
    """A server of its own below a folder, with everything that it and its kernels write."""

    folder: Path
    port: int
    answers: list[str] = field(default_factory=list)

    def ask(self, path: str, body: Any = None, method: str = "POST") -> Any:
        """A request as the owner; its answer is kept."""
        headers = {"Authorization": "token t", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"http://127.0.0.1:{self.port}/{path}", data, headers, method=method)
        with urlopen(request, timeout=30) as response:
            text = response.read().decode()
        self.answers.append(text)
        return json.loads(text)

    def graphql(self, query: str, **variables: Any) -> Any:
        answer = self.ask("sept/graphql", {"query": query, "variables": variables})
        assert "errors" not in answer, answer
        return answer["data"]


@pytest.fixture
def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def place(tmp_path: Path, free_port: int) -> Iterator[Place]:
    home = tmp_path / "home"
    (home / ".config" / "sept").mkdir(parents=True)
    personal = f'[mine]\nkind = "mysql"\nhost = "127.0.0.1"\nport = "1"\nuser = "u"\npassword = "{PERSONAL}"\n'
    (home / ".config" / "sept" / "connections.toml").write_text(personal)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SEPT_", "JUPYTER_", "XDG_"))}
    options = [f"--ServerApp.port={free_port}", "--IdentityProvider.token=t", "--debug", "--allow-root"]
    options += [f"--ServerApp.root_dir={tmp_path}", "--no-browser"]
    with (tmp_path / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyter_server", *options],
            env={**kept, "HOME": str(home)}, cwd=tmp_path, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        made = Place(tmp_path, free_port)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with suppress(URLError, ConnectionError):
                made.ask("api/status", method="GET")
                break
            time.sleep(0.2)
        yield made
    finally:
        server.terminate()
        server.wait(30)


def add_connections(place: Place, good: dict[str, Any], secret: str) -> None:
    workspace = place.graphql('mutation { createWorkspace(input: { name: "W" }) { id } }')["createWorkspace"]["id"]
    nowhere = {"host": "127.0.0.1", "port": "1", "user": "u", "database": "d"}
    connections = [
        ("good", "mysql", good, secret),
        ("wrong_password", "mysql", good, WRONG),
        ("no_server", "postgres", nowhere, secret),
        ("no_driver", "snowflake", {"account": "a", "user": "u"}, secret),
        ("by_url", "sqlalchemy", {"url": "mysql+pymysql://{user}@{host}:{port}/{database}".format(**good)}, secret),
    ]
    create = "mutation($i: CreateConnectionInput!) { createConnection(input: $i) { id name hasSecret } }"
    for name, kind, parameters, password in connections:
        given = [{"name": key, "value": str(value)} for key, value in parameters.items()]
        made = {"workspaceId": workspace, "name": name, "kind": kind, "parameters": given, "secret": password}
        connection = place.graphql(create, i=made)["createConnection"]
        place.graphql(
            "mutation($i: TestConnectionInput!) { testConnection(input: $i) { isWorking message } }",
            i={"connectionId": connection["id"]},
        )
    place.graphql("{ workspaces { connections { name parameters { name value } } } }")


def run_cells(place: Place) -> list[Ran]:
    kernel = place.ask("api/kernels", {"name": "python3"})
    (file,) = place.folder.glob(f"home/**/kernel-{kernel['id']}.json")
    client = BlockingKernelClient(connection_file=str(file))
    client.load_connection_file()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        session = KernelSession(None, client)  # type: ignore[arg-type]
        ran = [session.run(source) for source in CELLS]
        process = session.run("import os; print(os.getpid())").text.strip()
        environment = Path(f"/proc/{process}/environ")
        if environment.exists():
            (place.folder / "environ").write_bytes(environment.read_bytes())
    finally:
        client.stop_channels()
    write_notebook(place, ran)
    return ran


def write_notebook(place: Place, ran: list[Ran]) -> None:
    """What the front end would save, by the server."""
    cells = []
    for number, (source, one) in enumerate(zip(CELLS, ran, strict=True)):
        outputs: list[dict[str, Any]] = [{"output_type": "stream", "name": "stdout", "text": one.text}]
        outputs += [{"output_type": "display_data", "data": data, "metadata": {}} for data in one.displays]
        if one.error:
            lines = one.traceback.splitlines()
            outputs.append({"output_type": "error", "ename": "E", "evalue": one.error, "traceback": lines})
        cells.append({"cell_type": "code", "id": f"c{number}", "metadata": {}, "source": source, "outputs": outputs,
                      "execution_count": 1})  # fmt: skip
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    place.ask("api/contents/n.ipynb", {"type": "notebook", "content": content}, "PUT")


def test_the_secret_of_a_connection_is_found_nowhere(place: Place, mariadb_url: str) -> None:
    url = make_url(mariadb_url)
    good = {"host": url.host, "port": url.port, "user": url.username, "database": url.database}
    secret = str(url.password)
    add_connections(place, good, secret)
    ran = run_cells(place)
    assert ran[0].error is None
    assert ran[14].error is None, "the good connection works"
    assert {1, 2, 3, 4, 5, 7, 8, 10, 11, 12, 15} <= {number for number, one in enumerate(ran) if one.error}
    time.sleep(0.5)  # what the server still writes

    files = [path for path in place.folder.rglob("*") if path.is_file() and path.name != "connections.toml"]
    texts = {str(path.relative_to(place.folder)): path.read_bytes().decode("latin-1") for path in files}
    texts["answers of the server"] = "\n".join(place.answers)
    texts["outputs"] = "\n".join(f"{one.text} {one.error} {one.traceback} {one.displays} {one.reports}" for one in ran)
    places = {"n.ipynb", "server.log", "outputs", "answers of the server"}
    assert places <= texts.keys()
    assert any(name.endswith("sept.sqlite3") for name in texts)
    for one in (secret, WRONG, PERSONAL):
        around = re.compile(f".{{0,80}}{re.escape(one)}")
        assert {name: around.findall(text)[:2] for name, text in texts.items() if one in text} == {}
