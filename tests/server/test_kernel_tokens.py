"""The token of a kernel: opens one route, for as long as the kernel lives."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .conftest import GraphQL

CREATE = (
    'mutation($w: ID!) { createConnection(input: { workspaceId: $w, name: "pg", kind: "postgres", '
    'parameters: [{ name: "host", value: "db" }], secret: "hunter2" }) { id hasSecret parameters { name value } } }'
)


class FakeKernels:
    """As much of a kernel manager as the tokens touch."""

    def __init__(self) -> None:
        self.started: dict[str, dict[str, str]] = {}

    def __contains__(self, kernel_id: str) -> bool:
        return kernel_id in self.started

    def new_kernel_id(self, **_: Any) -> str:
        return f"kernel-{len(self.started)}"

    async def start_kernel(self, *, kernel_id: str, env: dict[str, str] | None = None, **_: Any) -> str:
        self.started[kernel_id] = env or {}
        return kernel_id


async def ask(http_server_client: Any, jp_base_url: str, token: str, sent: str = '{"name": "pg"}') -> Any:
    return await http_server_client.fetch(
        f"{jp_base_url}sept/kernel/connection",
        method="POST",
        body=sent,
        headers={"Authorization": f"Bearer {token}"},
        raise_error=False,
    )


async def test_a_kernel_takes_a_connection_with_its_own_token_only(
    graphql: GraphQL,
    http_server_client: Any,
    jp_base_url: str,
    jp_serverapp: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Any,
) -> None:
    monkeypatch.setenv("SEPT_DATABASE_URL", "postgresql://me:canary@host/db")
    monkeypatch.setenv("SEPT_SECRET_KEY", "")
    caplog.set_level("DEBUG")
    workspace = (await graphql('mutation { createWorkspace(input: { name: "T" }) { id } }'))["data"]["createWorkspace"]
    made = await graphql(CREATE, w=workspace["id"])
    assert made["data"]["createConnection"]["hasSecret"] is True

    tokens, kernels = jp_serverapp.web_app.settings["sept_kernel_tokens"], FakeKernels()
    tokens.attach(kernels)
    kernel_id = await kernels.start_kernel(kernel_id="k1")
    env = kernels.started[kernel_id]
    assert env["SEPT_SERVER_URL"].startswith("http")
    assert not {"SEPT_DATABASE_URL", "SEPT_SECRET_KEY"} & env.keys()

    answer = await ask(http_server_client, jp_base_url, env["SEPT_KERNEL_TOKEN"])
    assert (answer.code, json.loads(answer.body)) == (
        200,
        {"kind": "postgres", "parameters": {"host": "db"}, "secret": "hunter2", "isReadOnly": False},
    )
    absent = await ask(http_server_client, jp_base_url, env["SEPT_KERNEL_TOKEN"], '{"name": "absent"}')
    assert (absent.code, json.loads(absent.body)["errors"][0]["extensions"]["code"]) == (404, "NOT_FOUND")
    near = await ask(http_server_client, jp_base_url, env["SEPT_KERNEL_TOKEN"], '{"name": "pgs"}')
    assert json.loads(near.body)["errors"][0]["message"].endswith("Did you mean pg?")
    for bad in ("nonsense", "[]", '{"name": 5}'):
        assert (await ask(http_server_client, jp_base_url, env["SEPT_KERNEL_TOKEN"], bad)).code == 400

    other_routes = await http_server_client.fetch(
        f"{jp_base_url}sept/op/Me",
        headers={"Authorization": f"token {env['SEPT_KERNEL_TOKEN']}"},
        raise_error=False,
    )
    assert other_routes.code == 403
    for wrong in ("", "x", jp_serverapp.identity_provider.token, "ünï".encode().decode("latin-1")):
        assert (await ask(http_server_client, jp_base_url, wrong)).code == 401
    del kernels.started["k1"]
    assert (await ask(http_server_client, jp_base_url, env["SEPT_KERNEL_TOKEN"])).code == 401

    assert "took the connection 'pg'" in caplog.text
    everything = (
        caplog.text
        + json.dumps(made)
        + "".join(
            file.read_bytes().decode("latin-1") for file in (tmp_path / "store").iterdir() if file.name != "secret.key"
        )
    )
    assert "hunter2" not in everything


async def test_a_kernel_started_by_the_server_has_its_token(jp_serverapp: Any) -> None:
    manager = jp_serverapp.kernel_manager
    kernel_id = await manager.start_kernel(kernel_name="python3")
    tokens = jp_serverapp.web_app.settings["sept_kernel_tokens"]
    token = tokens._tokens[kernel_id]
    assert tokens.kernel_of(token) == kernel_id
    await manager.shutdown_kernel(kernel_id, now=True)
    assert tokens.kernel_of(token) is None
