"""The official audits of GraphQL over HTTP, all of them (MUST, SHOULD and MAY). They are a Node package."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
FOLDERS = [Path(os.environ.get("SEPT_AUDITS_FOLDER", "/nonexistent")), HERE.parents[1] / "labextension"]


@pytest.fixture(scope="module")
def audits_folder() -> Path:
    """A folder whose node_modules have graphql-http: the plugin's, which has it as a development dependency."""
    for folder in FOLDERS:
        if shutil.which("node") and (folder / "node_modules" / "graphql-http").is_dir():
            return folder
    message = "The GraphQL-over-HTTP audits need node and labextension's node_modules (graphql-http)."
    if os.environ.get("CI"):
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


async def test_all_61_audits_pass(
    audits_folder: Path, http_server_client: Any, jp_serverapp: Any, jp_http_port: int, jp_base_url: str
) -> None:
    url = f"http://127.0.0.1:{jp_http_port}{jp_base_url}sept/graphql"
    token = jp_serverapp.identity_provider.token
    process = await asyncio.create_subprocess_exec(
        "node", str(HERE / "http_audits.mjs"), str(audits_folder), url, token, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    assert json.loads(output) == {"count": 61, "failures": []}
