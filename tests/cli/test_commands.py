"""The command line, on real files and with a real kernel."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sept_ext.cli import main
from sept_ext.cli.demo import prepare

Cells = list[tuple[str, str]]


@pytest.fixture(autouse=True)
def kernels_with_sept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after an installation: kernels load Sept by configuration."""
    profile = tmp_path / "ipython" / "profile_default"
    profile.mkdir(parents=True)
    (profile / "ipython_kernel_config.json").write_text('{"IPKernelApp": {"extra_extensions": ["sept_ext"]}}')
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))


def write(folder: Path, *sources: str) -> str:
    cells = [
        {"cell_type": "code", "id": f"c{n}", "source": text, "metadata": {}, "outputs": [], "execution_count": None}
        for n, text in enumerate(sources)
    ]
    path = folder / "n.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return str(path)


def texts(path: str | Path) -> list[str]:
    """The printed text of each cell."""
    cells: list[dict[str, Any]] = json.loads(Path(path).read_text())["cells"]
    return ["".join("".join(output.get("text", "")) for output in cell["outputs"]) for cell in cells]


def test_analyze_tells_reads_writes_parents_children_problems_and_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, "x = 1", "def f(): return x", "print(f())", "y = (")
    assert main(["analyze", path, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["order"] == ["c0", "c1", "c2", "c3"]
    assert {
        cell["id"]: (cell["reads"], cell["writes"], cell["parents"], cell["children"]) for cell in found["cells"]
    } == {
        "c0": ([], ["x"], [], ["c1", "c2"]),
        "c1": (["x"], ["f"], ["c0"], ["c2"]),
        "c2": (["f"], [], ["c0", "c1"], []),
        "c3": ([], [], [], []),
    }
    assert found["cells"][3]["problems"][0]["kind"] == "syntax"
    assert main(["analyze", path]) == 0
    assert "reads f; after 1, 2" in capsys.readouterr().out


@pytest.mark.kernel
def test_run_goes_on_after_an_error_where_it_can_and_says_so_by_its_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, "x = 1 / 0", "print(x)", "print('apart')")
    assert main(["run", path]) == 1
    said = capsys.readouterr().err
    assert "[1/3] x = 1 / 0: failed, ZeroDivisionError: division by zero" in said
    assert "[2/3] print(x): skipped, a cell it depends on failed" in said
    assert texts(path)[2] == "apart\n"


@pytest.mark.kernel
def test_run_overrides_an_input_in_place_and_leaves_the_original_alone(tmp_path: Path) -> None:
    path = write(tmp_path, "name = 'Zoë'; limit = 10  # rows", "print(limit + 1, name)")
    out = str(tmp_path / "out.ipynb")
    assert main(["run", path, "--set", "limit=20", "--set", "name=Ada", "--output", out]) == 0
    assert texts(out)[1] == "21 Ada\n"
    assert json.loads(Path(out).read_text())["cells"][0]["source"] == "name = 'Ada'; limit = 20  # rows"
    assert texts(path) == ["", ""]


@pytest.mark.kernel
def test_only_stale_runs_what_has_not_run_and_what_it_needs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, "x = 1", "print(x)", "y = 2", "print(y)")
    assert main(["run", path]) == 0
    notebook = json.loads(Path(path).read_text())
    notebook["cells"][1].update(execution_count=None, outputs=[])
    Path(path).write_text(json.dumps(notebook))
    capsys.readouterr()
    assert main(["run", path, "--only-stale"]) == 0
    assert "2 of 2 cells ran well" in capsys.readouterr().err
    assert texts(path)[1] == "1\n"


@pytest.mark.kernel
def test_what_was_skipped_or_failed_is_stale_the_next_time(tmp_path: Path) -> None:
    path = write(tmp_path, "x = 1", "print(x)")
    assert main(["run", path]) == 0
    notebook = json.loads(Path(path).read_text())
    notebook["cells"][0]["source"] = "x = 1 / 0"
    Path(path).write_text(json.dumps(notebook))
    assert main(["run", path]) == 1
    assert texts(path)[1] == ""
    notebook = json.loads(Path(path).read_text())
    notebook["cells"][0]["source"] = "x = 2"
    Path(path).write_text(json.dumps(notebook))
    assert main(["run", path, "--only-stale"]) == 0
    assert texts(path)[1] == "2\n"


@pytest.mark.kernel
def test_a_display_is_updated_by_a_later_cell(tmp_path: Path) -> None:
    path = write(tmp_path, "shown = display('old', display_id='q')", "", "shown.update('new')")
    assert main(["run", path]) == 0
    cells = json.loads(Path(path).read_text())["cells"]
    assert cells[0]["outputs"][0]["data"]["text/plain"] == "'new'"
    assert [cell["execution_count"] is None for cell in cells] == [False, True, False]


@pytest.mark.kernel
def test_what_a_cell_printed_before_the_kernel_died_is_kept(tmp_path: Path) -> None:
    path = write(
        tmp_path, "print('before', flush=True)\nimport os, time; time.sleep(0.5); os._exit(1)", "print('never')"
    )
    assert main(["run", path]) == 2
    assert texts(path) == ["before\n", ""]


@pytest.mark.kernel
def test_the_demo_runs_and_finds_the_planted_anomaly(tmp_path: Path) -> None:
    home = prepare(tmp_path / "demo")
    assert main(["run", str(home / "shop.ipynb")]) == 0
    cells = {cell["id"]: cell for cell in json.loads((home / "shop.ipynb").read_text())["cells"]}
    odd = cells["odd"]["outputs"][0]["data"]["text/plain"]
    assert all(day in "".join(odd) for day in ("2025-09-12", "2025-09-13", "2025-09-14"))


def test_a_second_demo_keeps_what_was_edited(tmp_path: Path) -> None:
    home = prepare(tmp_path / "demo")
    (home / "shop.ipynb").write_text("mine")
    prepare(home)
    assert (home / "shop.ipynb").read_text() == "mine"


REFUSED: list[tuple[list[str], str]] = [
    (["analyze", "missing.ipynb"], "missing.ipynb cannot be read"),
    (["analyze", "text.ipynb"], "is not a notebook: it is not JSON"),
    (["analyze", "list.ipynb"], "it has no list of cells"),
    (["run", "n.ipynb", "--set", "nothing=1"], "no cell has `nothing = ` with a plain value"),
    (["run", "n.ipynb", "--set", "x"], "write NAME=VALUE"),
    (["upgrade-db", "--url", "mysql://h/d"], ""),
]


@pytest.mark.parametrize(("arguments", "message"), REFUSED)
def test_what_cannot_be_done_says_why_in_one_line_and_exits_with_2(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
) -> None:
    write(tmp_path, "x = f()")
    (tmp_path / "text.ipynb").write_text("hello")
    (tmp_path / "list.ipynb").write_text("[]")
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert message in said
    assert len(said.strip().splitlines()) == 1


def test_upgrade_db_makes_a_database_of_this_version(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{tmp_path / 'sept.sqlite3'}"
    assert main(["upgrade-db", "--url", url]) == 0
    assert main(["upgrade-db", "--url", url]) == 0
    assert "embedded database has this version's schema" in capsys.readouterr().out


def test_rotate_key_seals_every_secret_anew_and_drops_the_old_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from sept_ext.services import connections, workspaces
    from sept_ext.services.records import make_user
    from sept_ext.storage.secret_box import FernetBox
    from sept_ext.storage.unit_of_work import SqlDatabase

    monkeypatch.delenv("SEPT_SECRET_KEY", raising=False)
    url, file, me = f"sqlite:///{tmp_path}/s.sqlite3", tmp_path / "secret.key", make_user("t", "me")
    running, database = FernetBox(file), SqlDatabase(url)
    with database.write() as uow:
        uow.users.ensure(me, uow.now)
        workspace = workspaces.create_workspace(uow, me, "W")
        made = connections.create_connection(
            uow, me, workspace.id, "db", "postgres", {}, sealed_secret=running.seal("hunter2")
        )
    old = file.read_text()
    assert main(["rotate-key", "--url", url, "--key-file", str(file)]) == 0
    assert "1 secret sealed with the new key. The old key is gone." in capsys.readouterr().out
    assert old not in file.read_text()
    with database.read() as uow:
        sealed = connections.usable_connection(uow, me, made.id).sealed_secret or b""
    assert running.open(sealed) == "hunter2"
    assert FernetBox(file).open(running.seal("another")) == "another"
    database.close()
