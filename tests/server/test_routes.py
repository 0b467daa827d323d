"""Every route of ours is authenticated and authorized, and the server's start stays light."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from typing import Any

import pytest
from jupyter_server.auth import Authorizer
from tornado.httpclient import HTTPClientError

from sept_ext.server.handlers.kernel_connection import KernelConnectionHandler

METHODS = ("get", "head", "post", "put", "patch", "delete")
# The one route that no login opens: it has the kernel's token instead (see test_kernel_tokens).
TOKEN_ONLY = {(KernelConnectionHandler, "post")}


def our_handlers(serverapp: Any) -> list[type[Any]]:
    """The handler classes of all routes below sept/."""
    rules = list(serverapp.web_app.wildcard_router.rules)
    rules += [rule for group in serverapp.web_app.default_router.rules for rule in getattr(group.target, "rules", [])]
    found = {
        rule.target
        for rule in rules
        if "sept/" in getattr(rule.matcher, "regex", type("", (), {"pattern": ""})).pattern
    }
    return sorted(found, key=lambda handler: handler.__name__)


async def test_every_method_of_every_route_is_guarded(jp_serverapp: Any) -> None:
    handlers = our_handlers(jp_serverapp)
    assert len(handlers) >= 6
    for handler in handlers:
        for method in METHODS:
            function = handler.__dict__.get(method)
            if function is None or (handler, method) in TOKEN_ONLY:
                continue
            assert getattr(function, "__wrapped__", None) is not None, f"{handler.__name__}.{method} is not decorated"
            closure = inspect.getclosurevars(
                inspect.unwrap(function, stop=lambda f: "action" in f.__code__.co_freevars)
            )
            is_socket = handler.__name__ == "GraphQLSocketHandler"
            assert is_socket or "action" in closure.nonlocals, f"{handler.__name__}.{method} is not @authorized"


class OnlyOthers(Authorizer):
    """Allows everything but our resource."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        return resource != "sept"


async def test_an_operators_authorizer_shuts_all_doors(jp_serverapp: Any, jp_fetch: Any, jp_ws_fetch: Any) -> None:
    jp_serverapp.web_app.settings["authorizer"] = OnlyOthers(parent=jp_serverapp)
    for path, options in [
        (("graphql",), {"params": {"query": "{ me { id } }"}}),
        (("graphql",), {"method": "POST", "body": "{}"}),
        (("op", "Me"), {}),
        (("op", "CreateWorkspace"), {"method": "POST", "body": "{}"}),
        (("schema.graphql",), {}),
        (("health",), {}),
    ]:
        response = await jp_fetch("sept", *path, raise_error=False, **options)
        assert response.code == 403, path
        assert json.loads(response.body)["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    with pytest.raises(HTTPClientError) as caught:
        await jp_ws_fetch("sept", "graphql", "ws")
    assert caught.value.code == 403


def test_importing_the_extension_brings_nothing_heavy() -> None:
    program = (
        "import sys, sept_ext.server.app; heavy = ('graphql', 'sqlalchemy', 'alembic', 'psycopg', 'pandas', 'duckdb',"
        " 'sqlglot', 'cryptography.fernet', 'sept_ext.core', 'sept_ext.services');"
        "print([name for name in heavy if name in sys.modules])"
    )
    output = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert output.stdout.strip() == "[]"
