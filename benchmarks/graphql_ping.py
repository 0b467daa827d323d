"""A GraphQL ping (`{ me { name } }`) against a bare tornado handler and against jupyter_server's own, in one run.

Requests go over one kept-alive loopback connection each, a thousand a round, rounds interleaved; medians.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROUNDS, REQUESTS = 5, 400
TOKEN = "bench"
BARE = """
import asyncio, json, sys, tornado.web
class Ping(tornado.web.RequestHandler):
    def post(self):
        json.loads(self.request.body)
        self.finish(json.dumps({"data": {"me": {"name": "x"}}}))
async def main():
    tornado.web.Application([("/sept/graphql", Ping)]).listen(int(sys.argv[1]), "127.0.0.1")
    await asyncio.Event().wait()
asyncio.run(main())
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Client:
    def __init__(self, port: int, method: str, path: str, body: str | None) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        self.method, self.path, self.body = method, path, body
        self.headers = {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"}

    def ask(self) -> bytes:
        self.connection.request(self.method, self.path, self.body, self.headers)
        response = self.connection.getresponse()
        content = response.read()
        assert response.status == 200, (response.status, content[:300])
        return content

    def round_ms(self) -> float:
        began = time.perf_counter()
        for _ in range(REQUESTS):
            self.ask()
        return (time.perf_counter() - began) / REQUESTS * 1e3


def wait_for(client: Client) -> None:
    for _ in range(200):
        try:
            client.ask()
            return
        except (OSError, http.client.HTTPException):
            client.connection.close()
            time.sleep(0.1)
    raise RuntimeError("the server did not come up")


def main() -> None:
    body = json.dumps({"query": "{ me { name } }"})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = {**os.environ, **{f"JUPYTER_{kind}_DIR": str(folder / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}}
        ports = free_port(), free_port()
        bare = subprocess.Popen([sys.executable, "-c", BARE, str(ports[0])])
        extensions = '{"sept_ext": True}'
        jupyter = subprocess.Popen(
            [sys.executable, "-m", "jupyter_server", f"--port={ports[1]}", "--allow-root", "--no-browser",
             f"--IdentityProvider.token={TOKEN}", f"--ServerApp.jpserver_extensions={extensions}",
             "--ServerApp.log_level=ERROR", f"--ServerApp.root_dir={folder}"], env=env,
        )  # fmt: skip
        try:
            clients = {
                "bare_tornado": Client(ports[0], "POST", "/sept/graphql", body),
                "graphql": Client(ports[1], "POST", "/sept/graphql", body),
                "api_status": Client(ports[1], "GET", "/api/status", None),
                "api_contents": Client(ports[1], "GET", "/api/contents?content=0", None),
            }
            for client in clients.values():
                wait_for(client)
            rounds = [{key: client.round_ms() for key, client in clients.items()} for _ in range(ROUNDS)]
        finally:
            bare.terminate()
            jupyter.terminate()
            jupyter.wait(20)
    found = {key: round(median(one[key] for one in rounds), 3) for key in rounds[0]}
    ratios = {
        "ratio_to_bare_tornado": round(found["graphql"] / found["bare_tornado"], 2),
        "ratio_to_api_status": round(found["graphql"] / found["api_status"], 2),
        "ratio_to_api_contents": round(found["graphql"] / found["api_contents"], 2),
    }
    print(json.dumps({"name": "graphql_ping", **{f"{key}_ms": value for key, value in found.items()}, **ratios}))


if __name__ == "__main__":
    main()
