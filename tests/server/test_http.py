"""GraphQL and its REST face over HTTP: who gets in, what is refused, and how errors look."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from tornado.httpclient import HTTPClientError

from .conftest import GraphQL, write_notebook

Refused = Callable[..., Awaitable[HTTPClientError]]
JSON = {"Content-Type": "application/json"}


def body(document: str, **more: Any) -> str:
    return json.dumps({"query": document, **more})


def error_of(error: HTTPClientError) -> dict[str, Any]:
    assert error.response is not None
    (entry,) = json.loads(error.response.body)["errors"]
    return dict(entry)


async def test_the_owner_is_the_one_person_of_a_server_with_a_token(graphql: GraphQL) -> None:
    answers = [await graphql("{ me { id name displayName initials } }") for _ in range(3)]
    assert len({answer["data"]["me"]["id"] for answer in answers}) == 1
    assert answers[0]["data"]["me"] == answers[0]["data"]["me"] | {"name": "olivia", "initials": "OL"}


async def test_a_workspace_is_made_and_found_again(graphql: GraphQL) -> None:
    made = await graphql('mutation { createWorkspace(input: { name: "Sales" }) { id slug role } }')
    found = await graphql("{ workspaces { id slug role members { user { name } role } } }")
    assert found["data"]["workspaces"] == [
        made["data"]["createWorkspace"] | {"members": [{"user": {"name": "olivia"}, "role": "ADMIN"}]}
    ]


async def test_cells_of_the_file_are_changed_through_the_contents_api(
    graphql: GraphQL, jp_root_dir: Any, jp_fetch: Any
) -> None:
    write_notebook(jp_root_dir, "shop.ipynb", "x = 1", "y = x")
    share = 'mutation { createProject(input: { path: "shop.ipynb" }) { id cells { id order reads writes } } }'
    project = (await graphql(share))["data"]["createProject"]
    assert [(cell["id"], cell["reads"], cell["writes"]) for cell in project["cells"]] == [
        ("a", [], ["x"]),
        ("b", ["x"], ["y"]),
    ]
    model = json.loads((await jp_fetch("api", "contents", "shop.ipynb", params={"hash": "1"})).body)
    insert = (
        "mutation($p: ID!, $h: String) { createCell(input: "
        '{ projectId: $p, afterCellId: "a", source: "z = 1", expectedHash: $h }) { id order type } }'
    )
    made = (await graphql(insert, p=project["id"], h=model["hash"]))["data"]["createCell"]
    on_disk = json.loads((jp_root_dir / "shop.ipynb").read_text())
    assert [cell["id"] for cell in on_disk["cells"]] == ["a", made["id"], "b"]
    assert on_disk["metadata"]["sept"] == {"notebook": project["id"]}
    stale = await graphql(insert, p=project["id"], h=model["hash"])
    assert stale["errors"][0]["extensions"]["code"] == "CONFLICT"


@pytest.mark.parametrize(
    "path", ["missing.ipynb", "../outside.ipynb", "a\0b.ipynb", "%2e%2e/x.ipynb", "/etc/passwd", ""]
)
async def test_paths_that_name_no_notebook_of_this_server_are_refused(graphql: GraphQL, path: str) -> None:
    answer = await graphql("mutation($p: String!) { createProject(input: { path: $p }) { id } }", p=path)
    assert answer["errors"][0]["extensions"]["code"] in ("NOT_FOUND", "BAD_INPUT")


async def test_a_file_that_is_no_notebook_is_bad_input(graphql: GraphQL, jp_root_dir: Any) -> None:
    (jp_root_dir / "broken.ipynb").write_text("{ not json")
    answer = await graphql('mutation { createProject(input: { path: "broken.ipynb" }) { id } }')
    assert answer["errors"][0]["extensions"]["code"] == "BAD_INPUT"
    assert "Traceback" not in json.dumps(answer)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "BAD_INPUT"),
        ("{ nothing }", "BAD_INPUT"),
        ("{ me { id ", "BAD_INPUT"),
        ("{ project(id: 5) { id } }", "NOT_FOUND"),
        ('{ project(id: "nonsense") { id } }', "NOT_FOUND"),
        ("query($x: Int!) { projects(first: $x) { id } }", "BAD_INPUT"),
        ("{ projects(first: 101) { id } }", "BAD_INPUT"),
        ("{ projects(offset: -1) { id } }", "BAD_INPUT"),
        ('{ events(after: "x") { cursor } }', "BAD_INPUT"),
        ("{" * 3000, "BAD_INPUT"),
        ("{ me { " + "id " * 3000 + "} }", "BAD_INPUT"),
        ("{ " + " ".join(f"a{number}: me {{ id }}" for number in range(60)) + " }", "BAD_INPUT"),
        ("{ workspaces " + "{ projects { workspace " * 8 + "{ id }" + " } }" * 8 + " }", "BAD_INPUT"),
        ("query { ...F } fragment F on Query { ...F }", "BAD_INPUT"),
        ("{ me { id } } # " + "x" * 16_000, "BAD_INPUT"),
        ("subscription { events { kind } }", "BAD_INPUT"),
    ],
)
async def test_bad_documents_are_errors_with_a_code_and_never_faults(jp_fetch: Any, text: str, code: str) -> None:
    response = await jp_fetch("sept", "graphql", method="POST", body=body(text), headers=dict(JSON), raise_error=False)
    assert response.code in (200, 400)
    assert json.loads(response.body)["errors"][0]["extensions"]["code"] == code


async def test_fragments_that_double_at_each_level_are_refused_before_they_run(graphql: GraphQL) -> None:
    levels = [
        f"fragment F{number} on Workspace {{ "
        + " ".join(f"{alias}: projects {{ workspace {{ ...F{number + 1} }} }}" for alias in "abcd")
        + " }"
        for number in range(4)
    ]
    text = "{ workspaces { ...F0 } } " + " ".join(levels) + " fragment F4 on Workspace { id }"
    answer = await graphql(text)
    assert "too many" in answer["errors"][0]["message"]


@pytest.mark.parametrize(
    ("headers", "sent", "status"),
    [
        ({"Content-Type": "text/plain"}, body("{ me { id } }"), 415),
        (JSON, "not json", 400),
        (JSON, "[]", 400),
        (JSON, "[" * 5000, 400),
        (JSON, '{"query": 5}', 400),
        (JSON, '{"query": "{ me { id } }", "variables": []}', 400),
        (JSON, '{"query": "{ me { id } }", "operationName": {}}', 400),
        (JSON, body("{ me { id } }", extensions=[]), 400),
        (JSON, b"\xff\xfe\x00", 400),
        (JSON, body("{ me { id } }") + " " * 1_048_577, 413),
        ({**JSON, "Accept": "text/html"}, body("{ me { id } }"), 406),
    ],
)
async def test_malformed_requests_are_refused(refused: Refused, headers: Any, sent: Any, status: int) -> None:
    error = await refused("sept", "graphql", method="POST", body=sent, headers=dict(headers))
    assert error.code == status
    assert error_of(error)["extensions"]["code"] == "BAD_INPUT"


async def test_a_get_runs_queries_but_no_mutations(jp_fetch: Any, refused: Refused) -> None:
    response = await jp_fetch("sept", "graphql", params={"query": "{ me { name } }", "variables": "{}"})
    assert json.loads(response.body) == {"data": {"me": {"name": "olivia"}}}
    mutation = 'mutation { createWorkspace(input: { name: "X" }) { id } }'
    assert (await refused("sept", "graphql", params={"query": mutation})).code == 405


async def test_without_credentials_every_door_is_shut(http_server_client: Any, jp_base_url: str) -> None:
    for method, path in [
        ("GET", "sept/graphql?query={me{id}}"),
        ("POST", "sept/graphql"),
        ("GET", "sept/op/Me"),
        ("POST", "sept/op/CreateWorkspace"),
        ("GET", "sept/schema.graphql"),
        ("GET", "sept/health"),
        ("POST", "sept/kernel/connection"),
    ]:
        sent = "{}" if method == "POST" else None
        response = await http_server_client.fetch(
            jp_base_url + path, method=method, body=sent, raise_error=False, follow_redirects=False
        )
        assert response.code in (401, 403), path
        assert json.loads(response.body)["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def cookies_of(http_server_client: Any, jp_base_url: str, token: str) -> dict[str, str]:
    """Sign in as a browser does; gives the cookies."""
    page = await http_server_client.fetch(
        f"{jp_base_url}login?token={token}", follow_redirects=False, raise_error=False
    )
    pairs = [value.split(";")[0].split("=", 1) for value in page.headers.get_list("Set-Cookie")]
    signed_in = {name: value for name, value in pairs if value}
    assert signed_in
    return signed_in | {"_xsrf": "00112233445566778899aabbccddeeff"}  # any will do: it must be sent twice


async def test_a_cookie_alone_cannot_post_nor_get_across_sites(
    http_server_client: Any, jp_base_url: str, jp_serverapp: Any
) -> None:
    cookies = await cookies_of(http_server_client, jp_base_url, jp_serverapp.identity_provider.token)
    cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    xsrf = {"X-XSRFToken": cookies["_xsrf"]}

    async def status(method: str, headers: dict[str, str]) -> int:
        query = "" if method == "POST" else "?" + urlencode({"query": "{ me { id } }"})
        sent = body("{ me { id } }") if method == "POST" else None
        response = await http_server_client.fetch(
            f"{jp_base_url}sept/graphql{query}",
            method=method,
            body=sent,
            headers=headers | (JSON if method == "POST" else {}),
            raise_error=False,
            follow_redirects=False,
        )
        return int(response.code)

    assert await status("POST", cookie) == 403
    assert await status("POST", cookie | xsrf) == 200
    assert await status("GET", cookie) == 403
    assert await status("GET", cookie | {"Sec-Fetch-Site": "cross-site"}) == 403
    assert await status("GET", cookie | {"Sec-Fetch-Site": "same-origin"}) == 200
    assert await status("GET", cookie | {"X-Sept": "1"}) == 200


async def test_faults_are_masked_and_logged_under_an_id(
    graphql: GraphQL, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from sept_ext.services import workspaces

    def fail(*_: Any) -> None:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(workspaces, "list_workspaces", fail)
    answer = await graphql("{ workspaces { id } }")
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "INTERNAL"
    assert "hunter2" not in json.dumps(answer)
    assert error["extensions"]["id"] in caplog.text
    assert "hunter2" in caplog.text


async def test_stored_operations_are_the_rest_face(jp_fetch: Any, refused: Refused) -> None:
    sent = json.dumps({"input": {"name": "Sales"}})
    made = json.loads((await jp_fetch("sept", "op", "CreateWorkspace", method="POST", body=sent)).body)
    slug = made["data"]["createWorkspace"]["slug"]
    found = json.loads((await jp_fetch("sept", "op", "Workspace", params={"slug": slug})).body)
    assert found["data"]["workspace"]["members"][0]["role"] == "ADMIN"
    page = json.loads((await jp_fetch("sept", "op", "Projects", params={"first": "5"})).body)
    assert page == {"data": {"projects": []}}
    for path, options, status in [
        (("op", "Workspace"), {"params": {"slug": "absent"}}, 404),
        (("op", "Workspace"), {}, 400),
        (("op", "Projects"), {"params": {"first": "many"}}, 400),
        (("op", "NoSuchThing"), {}, 404),
        (("op", "CreateWorkspace"), {}, 405),
        (("op", "CreateWorkspace"), {"method": "POST", "body": "[1]"}, 400),
        (("op", "CreateWorkspace"), {"method": "POST", "body": '{"input": {"name": ""}}'}, 400),
    ]:
        assert (await refused("sept", *path, **options)).code == status, path


async def test_every_stored_operation_is_valid_and_named_after_its_file(jp_serverapp: Any) -> None:
    from importlib import resources

    backend = await jp_serverapp.web_app.settings["sept_backend"].get()
    files = {file.name for file in resources.files("sept_ext.graphql").joinpath("operations").iterdir()}
    assert files == {f"{name}.graphql" for name in backend.operations}
    for operation in backend.operations.values():
        assert (await backend.engine.prepare(operation.text)).errors == ()


async def test_the_schema_is_served_as_it_is_shipped(jp_fetch: Any) -> None:
    from sept_ext.graphql.binding import schema_text

    assert (await jp_fetch("sept", "schema.graphql")).body.decode() == schema_text()


async def test_health_tells_of_the_store(jp_fetch: Any) -> None:
    assert json.loads((await jp_fetch("sept", "health")).body)["store"] == {"isAvailable": True, "message": None}
