"""Files that are notebooks only by name, and paths that lead elsewhere: a refusal with a code, never a fault."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import GraphQL

STATE = "query($p: String!) { notebookState(path: $p) { notices { kind } cells { id } } }"
SHARE = "mutation($p: String!) { createProject(input: { path: $p }) { id cells { id } } }"
CELL = {"cell_type": "code", "id": "a", "metadata": {}, "source": "x = 1", "outputs": [], "execution_count": None}
NOTEBOOK = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [CELL]}


def code(answer: dict[str, Any]) -> str:
    return str(answer["errors"][0]["extensions"]["code"]) if "errors" in answer else "OK"


def with_cell(**changes: Any) -> str:
    return json.dumps({**NOTEBOOK, "cells": [{**CELL, **changes}]})


UNUSABLE = {
    "no JSON": '{"nbformat": 4, oops',
    "empty": "",
    "a text": '"abc"',
    "a list": "[]",
    "an object": "{}",
    "nbformat 5": json.dumps({**NOTEBOOK, "nbformat": 5}),
    "no metadata": json.dumps({**NOTEBOOK, "metadata": None}),
    "metadata a list": json.dumps({**NOTEBOOK, "metadata": []}),
    "cells null": json.dumps({**NOTEBOOK, "cells": None}),
    "cells an object": json.dumps({**NOTEBOOK, "cells": {}}),
    "a cell that is a text": json.dumps({**NOTEBOOK, "cells": ["x"]}),
    "a cell's metadata null": with_cell(metadata=None),
    "source a number": with_cell(source=5),
    "source of numbers": with_cell(source=[1, 2]),
    "outputs a text": with_cell(outputs="nope"),
}


@pytest.mark.parametrize("text", UNUSABLE.values(), ids=UNUSABLE)
async def test_what_is_no_notebook_is_bad_input(graphql: GraphQL, jp_root_dir: Path, text: str) -> None:
    (jp_root_dir / "odd.ipynb").write_text(text)
    assert (code(await graphql(STATE, p="odd.ipynb")), code(await graphql(SHARE, p="odd.ipynb"))) == ("BAD_INPUT",) * 2
    assert (jp_root_dir / "odd.ipynb").read_text() == text


USABLE = {
    "kernelspec a list": json.dumps({**NOTEBOOK, "metadata": {"kernelspec": []}}),
    "our key a list": json.dumps({**NOTEBOOK, "metadata": {"sept": [1]}}),
    "our UUID a number": json.dumps({**NOTEBOOK, "metadata": {"sept": {"notebook": 5}}}),
    "an id that is a number": with_cell(id=5),
    "an id with NUL": with_cell(id="a\0b"),
    "a cell type of tomorrow": with_cell(cell_type="weird"),
    "a count that is a text": with_cell(execution_count="five"),
    "a minor version of tomorrow": json.dumps({**NOTEBOOK, "nbformat_minor": 99}),
    "NUL in the source": with_cell(source="x = '\0'"),
}


@pytest.mark.parametrize("text", USABLE.values(), ids=USABLE)
async def test_what_is_only_odd_works(graphql: GraphQL, jp_root_dir: Path, text: str) -> None:
    (jp_root_dir / "odd.ipynb").write_text(text)
    assert code(await graphql(STATE, p="odd.ipynb")) == "OK"
    assert code(await graphql(SHARE, p="odd.ipynb")) == "OK"


@pytest.mark.parametrize(
    ("minor", "ids", "notice", "shown"),
    [
        (4, (None, None), "NO_CELL_IDS", ["~0", "~1"]),
        (5, (None, None), "NO_CELL_IDS", ["~0", "~1"]),
        (5, ("same", "same"), "DUPLICATE_CELL_IDS", ["same", "same~2"]),
    ],
)
async def test_cells_without_an_id_of_their_own_are_told_of_and_keep_the_same_name(
    graphql: GraphQL, jp_root_dir: Path, minor: int, ids: tuple[str | None, ...], notice: str, shown: list[str]
) -> None:
    cells = [{**CELL, "id": own} if own else {k: v for k, v in CELL.items() if k != "id"} for own in ids]
    (jp_root_dir / "odd.ipynb").write_text(json.dumps({**NOTEBOOK, "nbformat_minor": minor, "cells": cells}))
    for _ in range(2):
        state = (await graphql(STATE, p="odd.ipynb"))["data"]["notebookState"]
        assert state["notices"] == [{"kind": notice}]
        assert [cell["id"] for cell in state["cells"]] == shown
    project = (await graphql(SHARE, p="odd.ipynb"))["data"]["createProject"]
    in_file = [cell["id"] for cell in json.loads((jp_root_dir / "odd.ipynb").read_text())["cells"]]
    assert [cell["id"] for cell in project["cells"]] == in_file
    assert (await graphql(STATE, p="odd.ipynb"))["data"]["notebookState"]["notices"] == []


async def test_half_characters_are_shown_but_not_saved(graphql: GraphQL, jp_root_dir: Path, caplog: Any) -> None:
    text = with_cell(source="x = '\ud800'")
    (jp_root_dir / "odd.ipynb").write_text(text)
    assert code(await graphql(STATE, p="odd.ipynb")) == "OK"
    assert code(await graphql(SHARE, p="odd.ipynb")) == "BAD_INPUT"
    assert (jp_root_dir / "odd.ipynb").read_text() == text
    assert "recreating the store" not in caplog.text  # Jupyter's signatures of trusted notebooks


ELSEWHERE = [
    "../outside.ipynb",
    "sub/../../outside.ipynb",
    "/../outside.ipynb",
    "%2e%2e/outside.ipynb",
    "..%2foutside.ipynb",
    "./in.ipynb",
    "sub//in.ipynb",
    "sub/../in.ipynb",
    ".hidden.ipynb",
    ".",
    "..",
    "file:///in.ipynb",
    "in.ipynb\0",
    "\ud800.ipynb",
]


@pytest.mark.parametrize("path", [*ELSEWHERE, "x" * 300 + ".ipynb", "y/" * 3000 + "in.ipynb"], ids=ascii)
async def test_paths_out_of_the_root_or_spelled_otherwise_find_nothing(
    graphql: GraphQL, jp_root_dir: Path, path: str
) -> None:
    (jp_root_dir / "sub").mkdir()
    for place in ("in.ipynb", "sub/in.ipynb", ".hidden.ipynb", "../outside.ipynb"):
        (jp_root_dir / place).write_text(json.dumps(NOTEBOOK))
    assert code(await graphql(STATE, p=path)) == "NOT_FOUND"
    assert code(await graphql(SHARE, p=path)) in ("NOT_FOUND", "BAD_INPUT")
    assert "sept" not in (jp_root_dir / "in.ipynb").read_text() + (jp_root_dir / "../outside.ipynb").read_text()
