"""Runs by the server when the kernel dies, the file changes or the request is odd: an answer, never a hang."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

pytestmark = [pytest.mark.kernel, pytest.mark.timeout(180)]

CELLS = {
    "a": "x = 1",
    "die": "import os; os.kill(os.getpid(), 9)",
    "after": "print(x)",
    "slow": "import pathlib, time\nopen('began', 'w').close()\nwhile not pathlib.Path('go').exists(): time.sleep(.05)",
}
STATE = 'query { notebookState(path: "n.ipynb") { cells { id state } } }'
RUN = "mutation($i: ExecuteCellInput!) { executeCell(input: $i) { status error } }"
PLAN = "mutation($i: RunPlanInput!) { runPlan(input: $i) { isFinished steps { cellId status } } }"

Ask = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def ask(jp_fetch: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Ask GraphQL; kernels of this server have Sept. Gives the whole response."""
    profile = tmp_path / "ipython" / "profile_default"
    profile.mkdir(parents=True)
    (profile / "ipython_kernel_config.json").write_text('{"IPKernelApp": {"extra_extensions": ["sept_ext"]}}')
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))

    async def execute(query: str, **variables: Any) -> dict[str, Any]:
        body = json.dumps({"query": query, "variables": variables})
        headers = {"Content-Type": "application/json"}
        response = await jp_fetch("sept", "graphql", method="POST", body=body, headers=headers, request_timeout=120)
        answer: dict[str, Any] = json.loads(response.body)
        return answer

    return execute


async def share(ask: Ask, root: Path, *names: str) -> str:
    """A shared notebook of some of the cells; the project's id."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELLS[name], id=name) for name in names])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, root / "n.ipynb")
    made = await ask('mutation { createProject(input: {path: "n.ipynb"}) { id } }')
    return str(made["data"]["createProject"]["id"])


def code(answer: dict[str, Any]) -> str:
    return str(answer["errors"][0]["extensions"]["code"])


async def states(ask: Ask) -> dict[str, str]:
    return {cell["id"]: cell["state"] for cell in (await ask(STATE))["data"]["notebookState"]["cells"]}


async def until(question: Callable[[], Awaitable[Any]], answer: Any) -> None:
    got = None
    for _ in range(300):
        got = await question()
        if got == answer:
            return
        await asyncio.sleep(0.05)
    assert got == answer


async def test_a_kernel_that_dies_ends_the_run_and_its_restart_the_states(ask: Ask, jp_root_dir: Path) -> None:
    project = await share(ask, jp_root_dir, "a", "die")
    await ask(RUN, i={"projectId": project, "cellId": "a"})
    assert (await states(ask))["a"] == "SUCCESS"
    assert code(await ask(RUN, i={"projectId": project, "cellId": "die"})) == "UNAVAILABLE"
    await until(lambda: states(ask), {"a": "IDLE", "die": "IDLE"})

    async def run_again() -> Any:
        return (await ask(RUN, i={"projectId": project, "cellId": "a"}))["data"]

    await until(run_again, {"executeCell": {"status": "SUCCESS", "error": None}})
    # Also when Jupyter started the kernel anew on other ports, it is heard.
    await until(lambda: states(ask), {"a": "SUCCESS", "die": "IDLE"})


async def test_a_kernel_that_is_restarted_forgets_what_ran(ask: Ask, jp_root_dir: Path, jp_fetch: Any) -> None:
    project = await share(ask, jp_root_dir, "a")
    kernel = None
    for _ in range(4):
        await ask(RUN, i={"projectId": project, "cellId": "a"})
        await until(lambda: states(ask), {"a": "SUCCESS"})
        kernel = kernel or json.loads((await jp_fetch("api", "sessions")).body)[0]["kernel"]["id"]
        await jp_fetch("api", "kernels", kernel, "restart", method="POST", body="")
        await until(lambda: states(ask), {"a": "IDLE"})


async def test_a_plan_whose_kernel_dies_is_cancelled(ask: Ask, jp_root_dir: Path) -> None:
    project = await share(ask, jp_root_dir, "a", "die", "after")
    run = (await ask(PLAN, i={"projectId": project, "kind": "ALL"}))["data"]["runPlan"]
    assert run == {
        "isFinished": True,
        "steps": [
            {"cellId": "a", "status": "SUCCESS"},
            {"cellId": "die", "status": "ERROR"},
            {"cellId": "after", "status": "CANCELLED"},
        ],
    }


async def test_a_wait_that_is_refused_runs_nothing_and_null_means_the_default(ask: Ask, jp_root_dir: Path) -> None:
    project = await share(ask, jp_root_dir, "a")
    for wait in (-1, 301):
        assert code(await ask(RUN, i={"projectId": project, "cellId": "a", "waitSeconds": wait})) == "BAD_INPUT"
    assert await states(ask) == {"a": "IDLE"}
    ran = await ask(RUN, i={"projectId": project, "cellId": "a", "waitSeconds": None})
    assert ran["data"]["executeCell"]["status"] == "SUCCESS"


@pytest.mark.parametrize("change", ["deleted", "edited", "another notebook"])
async def test_outputs_are_not_written_over_what_changed_while_the_cell_ran(
    ask: Ask, jp_root_dir: Path, change: str
) -> None:
    project = await share(ask, jp_root_dir, "slow")
    running = asyncio.create_task(ask(RUN, i={"projectId": project, "cellId": "slow"}))

    async def began() -> bool:
        return (jp_root_dir / "began").exists()

    await until(began, True)
    notebook = json.loads((jp_root_dir / "n.ipynb").read_text())
    if change == "deleted":
        notebook["cells"] = []
    elif change == "edited":
        notebook["cells"][0]["source"] = "pass"
    else:
        notebook["metadata"]["sept"]["notebook"] = "00000000-0000-4000-8000-000000000000"
    text = json.dumps(notebook)
    (jp_root_dir / "n.ipynb").write_text(text)
    (jp_root_dir / "go").touch()
    answer = await running
    if change == "another notebook":
        assert code(answer) == "CONFLICT"
    else:
        assert answer["data"]["executeCell"]["status"] == "SUCCESS"
    assert (jp_root_dir / "n.ipynb").read_text() == text


async def test_a_run_that_takes_longer_than_the_wait_goes_on(ask: Ask, jp_root_dir: Path) -> None:
    project = await share(ask, jp_root_dir, "slow")
    answer = await ask(RUN, i={"projectId": project, "cellId": "slow", "waitSeconds": 0})
    assert answer["data"]["executeCell"]["status"] == "RUNNING"
    (jp_root_dir / "go").touch()
    await until(lambda: states(ask), {"slow": "SUCCESS"})


async def test_an_interrupt_ends_the_run_with_an_error(ask: Ask, jp_root_dir: Path, jp_fetch: Any) -> None:
    project = await share(ask, jp_root_dir, "slow")
    running = asyncio.create_task(ask(RUN, i={"projectId": project, "cellId": "slow"}))

    async def began() -> bool:
        return (jp_root_dir / "began").exists()

    await until(began, True)
    kernel = json.loads((await jp_fetch("api", "sessions")).body)[0]["kernel"]["id"]
    await jp_fetch("api", "kernels", kernel, "interrupt", method="POST", body="")
    ran = (await running)["data"]["executeCell"]
    assert ran["status"] == "ERROR"
    assert "KeyboardInterrupt" in ran["error"]
