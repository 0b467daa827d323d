"""A Jupyter server with the extension, its data in the test's own folder."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

GraphQL = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def jp_server_config(jp_server_config: Any, tmp_path: Path) -> dict[str, Any]:
    """Only our extension, on a SQLite of the test's own."""
    return {
        "ServerApp": {"jpserver_extensions": {"sept_ext": True}},
        "SeptExtension": {
            "db_url": f"sqlite:///{tmp_path / 'store' / 'sept.sqlite3'}",
            "secret_key_file": str(tmp_path / "store" / "secret.key"),
            "user_name": "olivia",
        },
    }


@pytest.fixture
def graphql(jp_fetch: Any) -> GraphQL:
    """Run a document over HTTP; gives the response's JSON."""

    async def run(document: str, **variables: Any) -> dict[str, Any]:
        body = json.dumps({"query": document, "variables": variables})
        headers = {"Content-Type": "application/json"}
        response = await jp_fetch("sept", "graphql", method="POST", body=body, headers=headers)
        answer: dict[str, Any] = json.loads(response.body)
        return answer

    return run


@pytest.fixture
def refused(jp_fetch: Any) -> Callable[..., Awaitable[HTTPClientError]]:
    """Make a request that must fail; gives the error."""

    async def fetch(*path: str, **options: Any) -> HTTPClientError:
        with pytest.raises(HTTPClientError) as caught:
            await jp_fetch(*path, **options)
        return caught.value

    return fetch


def write_notebook(root: Path, path: str, *sources: str) -> None:
    """Put a notebook of code cells a, b, c ... below the server's root."""
    cells = [
        {"cell_type": "code", "id": key, "metadata": {}, "source": text, "outputs": [], "execution_count": None}
        for key, text in zip("abcdefgh", sources, strict=False)
    ]
    text = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}, indent=1)
    (root / path).write_text(text, encoding="utf-8")
