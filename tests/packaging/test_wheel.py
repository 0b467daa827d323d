"""The wheel: builds from this checkout, installs without Node, and both halves and every kernel have it at once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from .checkout import ROOT, Environment

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.xdist_group("packaging")]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(target.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    environment = Environment(tmp_path_factory.mktemp("fresh") / "venv", with_node=False)
    environment.run("pip", "install", "--quiet", str(wheel))
    return environment


def test_the_wheel_holds_the_plugin_the_migrations_the_schema_and_the_demo(wheel: Path) -> None:
    names = ZipFile(wheel).namelist()
    for wanted in (
        "share/jupyter/labextensions/sept-labextension/package.json",
        "share/jupyter/labextensions/sept-labextension/install.json",
        "etc/jupyter/jupyter_server_config.d/sept_ext.json",
        "etc/ipython/ipython_kernel_config.json",
        "sept_ext/graphql/schema.graphql",
        "sept_ext/demo/shop.ipynb",
        "sept_ext/storage/migrations/env.py",
    ):
        assert any(name.endswith(wanted) for name in names), wanted
    assert not any("node_modules" in name or name.startswith("sept_ext/labextension") for name in names)
    assert wheel.stat().st_size < 1_000_000


def test_the_plugin_in_the_wheel_is_the_one_of_this_checkout(wheel: Path) -> None:
    built = {path.name for path in (ROOT / "sept_ext/labextension/static").glob("remoteEntry.*.js")}
    packed = {Path(name).name for name in ZipFile(wheel).namelist() if "/static/remoteEntry." in name}
    assert packed == built


def test_both_halves_are_enabled_without_node(installed: Environment) -> None:
    assert "sept_ext" in installed.run("jupyter", "server", "extension", "list")
    listed = installed.run("jupyter", "labextension", "list")
    line = next(line for line in listed.splitlines() if "sept-labextension" in line)
    assert "enabled" in line
    assert "OK" in line


def test_every_kernel_has_sql_cells_and_the_demo_runs(installed: Environment, tmp_path: Path) -> None:
    prepare = "from pathlib import Path; from sept_ext.cli.demo import prepare; prepare(Path('.'))"
    installed.run("python", "-c", prepare, cwd=tmp_path)
    said = installed.run("jupyter", "sept", "run", "shop.ipynb", "--output", "out.ipynb", cwd=tmp_path)
    assert "9 of 9 cells ran well" in said
    cells = json.loads((tmp_path / "out.ipynb").read_text())["cells"]
    assert all(cell["outputs"] for cell in cells if cell["cell_type"] == "code" and "%%sql" in "".join(cell["source"]))


@pytest.mark.parametrize("command", [("jupyter", "sept"), ("sept",), ("python", "-m", "sept_ext")])
def test_the_command_has_three_names(installed: Environment, command: tuple[str, ...], tmp_path: Path) -> None:
    notebook = {"cells": [{"cell_type": "code", "id": "a", "source": "x = 1"}], "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "n.ipynb").write_text(json.dumps(notebook))
    found = json.loads(installed.run(*command, "analyze", "n.ipynb", "--json", cwd=tmp_path))
    assert found["order"] == ["a"]
    assert found["cells"][0]["writes"] == ["x"]
