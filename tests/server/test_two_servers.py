"""Two servers on the same files (here: two contents managers, two stores): nothing that was acknowledged is lost."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

from sept_ext.core.errors import Conflict
from sept_ext.server.notebook_files import ContentsNotebookFiles
from sept_ext.services import cells
from sept_ext.services.notebook_json import unique_ids
from tests.support.world import PEOPLE, World, notebook, open_world


def files_of(root: Path) -> Any:
    return ContentsNotebookFiles(AsyncLargeFileManager(root_dir=str(root)), str(root))


async def test_cells_created_and_moved_on_both_at_once_are_all_there(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "n.ipynb").write_text(json.dumps(notebook(("a", "x"))))
    with open_world(database_url) as one, open_world(database_url) as other:
        for world in (one, other):
            world.files = world.services.files = files_of(tmp_path / "root")
        share = 'mutation { createProject(input: { path: "n.ipynb" }) { id } }'
        project_id = (await one.data("admin", share))["id"]
        create = "mutation($i: CreateCellInput!) { createCell(input: $i) { id } }"
        move = "mutation($i: MoveCellInput!) { moveCell(input: $i) { id } }"

        async def work(world: World, name: str) -> list[str]:
            made = []
            for count in range(8):
                new = {"projectId": project_id, "id": f"{name}{count}", "afterCellId": "a"}
                made.append((await world.data("admin", create, i=new))["id"])
                await world.data("admin", move, i={"projectId": project_id, "cellId": made[0]})
            return made

        made = await asyncio.gather(work(one, "p"), work(one, "q"), work(other, "r"), work(other, "s"))
        in_file = unique_ids(json.loads((tmp_path / "root" / "n.ipynb").read_text()))
        assert sorted(in_file) == sorted(["a", *(cell for part in made for cell in part)])
        for world in (one, other):
            ask = "query($i: ID!) { project(id: $i) { cells { id } } }"
            shown = (await world.data("admin", ask, i=project_id))["cells"]
            assert [cell["id"] for cell in shown] == in_file


async def test_a_notebook_shared_on_both_at_once_is_one_project(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "n.ipynb").write_text(json.dumps(notebook(("a", "x"))))
    with open_world(database_url) as one, open_world(database_url) as other:
        for world in (one, other):
            world.files = world.services.files = files_of(tmp_path / "root")
        share = 'mutation { createProject(input: { path: "n.ipynb" }) { id } }'
        made = await asyncio.gather(one.data("admin", share), other.data("admin", share))
        assert made[0] == made[1]


async def test_of_two_who_write_what_they_read_at_once_one_is_told_to_look_again(tmp_path: Path) -> None:
    (tmp_path / "n.ipynb").write_text(json.dumps(notebook(("a", "x"))))
    one, other = files_of(tmp_path), files_of(tmp_path)
    (first, present), (second, same) = await one.read("n.ipynb"), await other.read("n.ipynb")
    assert present == same

    async def write(files: Any, content: dict[str, Any]) -> None:
        async with files.locked("n.ipynb"):
            await files.write("n.ipynb", content, present)

    outcomes = await asyncio.gather(
        write(one, first | {"metadata": {"who": 1}}),
        write(other, second | {"metadata": {"who": 2}}),
        return_exceptions=True,
    )
    assert {type(outcome) for outcome in outcomes} == {type(None), Conflict}


async def test_a_file_that_is_just_being_written_is_read_when_it_is_whole(tmp_path: Path) -> None:
    file, text = tmp_path / "n.ipynb", json.dumps(notebook(("a", "x")))
    file.write_text(text[:20])
    reading = asyncio.create_task(files_of(tmp_path).read("n.ipynb"))
    await asyncio.sleep(0.03)
    await asyncio.to_thread(file.write_text, text)
    assert unique_ids((await reading)[0]) == ["a"]
    assert not await asyncio.to_thread((tmp_path / "n.ipynb.invalid").exists)  # where Jupyter's own reading moves it


async def test_an_edit_goes_into_the_newer_file_when_another_program_was_quicker(tmp_path: Path) -> None:
    with open_world(f"sqlite:///{tmp_path}/sept.sqlite3") as world:
        project = await world.project((await world.team()).id)
        write, late = world.files.write, iter(range(3))

        async def write_late(path: str, content: dict[str, Any], expected: str | None) -> None:
            count = next(late, None)
            if count is not None:
                world.files.contents[path]["cells"].append(notebook((f"new{count}", ""))["cells"][0])
            await write(path, content, expected)

        world.files.write = write_late  # type: ignore[method-assign]
        await cells.delete_cell(world.services, PEOPLE["editor"], project.id, "b")
        assert world.files.ids(project.path) == ["a", "c", "new0", "new1", "new2"]
