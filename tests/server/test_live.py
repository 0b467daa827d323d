"""Live notebooks over HTTP with a real kernel: runs are seen whoever starts them, and outputs land in the file."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

pytestmark = [pytest.mark.kernel, pytest.mark.timeout(180)]

Ask = Callable[..., Awaitable[dict[str, Any]]]
CELLS = [("a", "x = 1"), ("b", "print(x + 1)"), ("bad", "raise ValueError('no')"), ("c", "print('apart')")]
STATE = "query($p: String!) { notebookState(path: $p) { staleCount observation { status } cells { id state error } } }"
RUN = "mutation($i: ExecuteCellInput!) { executeCell(input: $i) { status error outputs executionCount } }"


@pytest.fixture
def ask(jp_fetch: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Ask GraphQL; kernels of this server have Sept, as after an installation."""
    profile = tmp_path / "ipython" / "profile_default"
    profile.mkdir(parents=True)
    config = {"IPKernelApp": {"extra_extensions": ["sept_ext"]}}
    (profile / "ipython_kernel_config.json").write_text(json.dumps(config))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))

    async def execute(query: str, **variables: Any) -> dict[str, Any]:
        body = json.dumps({"query": query, "variables": variables})
        headers = {"Content-Type": "application/json"}
        response = await jp_fetch("sept", "graphql", method="POST", body=body, headers=headers, request_timeout=120)
        answer: dict[str, Any] = json.loads(response.body)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    return execute


async def share(ask: Ask, root: Path) -> str:
    """Put the notebook into the server's folder and make it a project; its id."""
    cells = [nbformat.v4.new_code_cell(source, id=cell_id) for cell_id, source in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, root / "n.ipynb")
    made = await ask('mutation { createProject(input: {path: "n.ipynb"}) { id } }')
    return str(made["createProject"]["id"])


async def states(ask: Ask) -> dict[str, str]:
    found = (await ask(STATE, p="n.ipynb"))["notebookState"]
    assert found["observation"]["status"] == "OBSERVED"
    return {cell["id"]: cell["state"] for cell in found["cells"]}


async def test_cells_run_in_one_session_and_their_outputs_are_recorded(ask: Ask, jp_root_dir: Path) -> None:
    project = await share(ask, jp_root_dir)
    await ask(RUN, i={"projectId": project, "cellId": "a"})
    ran = (await ask(RUN, i={"projectId": project, "cellId": "b"}))["executeCell"]
    assert (ran["status"], ran["executionCount"]) == ("SUCCESS", 2)
    saved = nbformat.read(jp_root_dir / "n.ipynb", as_version=4)
    assert saved.cells[1].outputs[0]["text"] == "2\n"
    assert await states(ask) == {"a": "SUCCESS", "b": "SUCCESS", "bad": "IDLE", "c": "IDLE"}


async def test_a_plan_goes_on_after_an_error_where_it_can(ask: Ask, jp_root_dir: Path) -> None:
    project = await share(ask, jp_root_dir)
    query = "mutation($i: RunPlanInput!) { runPlan(input: $i) { isFinished steps { cellId status error } } }"
    run = (await ask(query, i={"projectId": project, "kind": "ALL"}))["runPlan"]
    assert run["isFinished"]
    assert {step["cellId"]: step["status"] for step in run["steps"]} == {
        "a": "SUCCESS",
        "b": "SUCCESS",
        "bad": "ERROR",
        "c": "SUCCESS",
    }
    assert await states(ask) == {"a": "SUCCESS", "b": "SUCCESS", "bad": "ERROR", "c": "SUCCESS"}


async def test_an_edit_of_the_file_makes_dependents_stale_and_a_plan_runs_them(ask: Ask, jp_root_dir: Path) -> None:
    project = await share(ask, jp_root_dir)
    for cell_id in ("a", "b"):
        await ask(RUN, i={"projectId": project, "cellId": cell_id})
    update = "mutation($i: UpdateCellInput!) { updateCell(input: $i) { id executionState } }"
    await ask(update, i={"projectId": project, "cellId": "a", "source": "x = 41"})
    assert (await states(ask))["b"] == "STALE"
    plan = (await ask('query { plan(path: "n.ipynb", kind: STALE) { summary steps { cellId } } }'))["plan"]
    assert plan == {"summary": "2 stale cells", "steps": [{"cellId": "a"}, {"cellId": "b"}]}


async def test_project_cells_tell_reads_writes_order_and_state(ask: Ask, jp_root_dir: Path) -> None:
    project = await share(ask, jp_root_dir)
    await ask(RUN, i={"projectId": project, "cellId": "a"})
    await states(ask)
    query = "query($id: ID!) { project(id: $id) { cells { id type order reads writes executionState } } }"
    cells = (await ask(query, id=project))["project"]["cells"]
    assert cells[0]["writes"] == ["x"]
    assert cells[0]["executionState"] == "SUCCESS"
    assert cells[1]["reads"] == ["x"]
    assert [cell["order"] for cell in cells] == sorted(cell["order"] for cell in cells)
