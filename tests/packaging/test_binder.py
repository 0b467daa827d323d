"""The Binder image's steps, replayed in a clean environment: what they leave opens the demo."""

from __future__ import annotations

from pathlib import Path

import pytest

from .checkout import ROOT, Environment, copy_of_checkout

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200), pytest.mark.xdist_group("packaging")]


def test_binder_builds_installs_and_opens_the_demo(tmp_path: Path) -> None:
    checkout = copy_of_checkout(tmp_path / "repo")
    environment = Environment(tmp_path / "venv", with_node=True)
    environment.run("bash", "binder/postBuild", cwd=checkout, timeout_s=1100)
    assert (checkout / "demo" / "shop.db").stat().st_size > 1_000_000
    said = environment.run("jupyter", "sept", "run", "demo/shop.ipynb", "--output", "out.ipynb", cwd=checkout)
    assert "9 of 9 cells ran well" in said


def test_the_readme_opens_binder_on_the_notebook_that_postbuild_makes() -> None:
    assert "urlpath=lab/tree/demo/shop.ipynb" in (ROOT / "README.md").read_text()
    assert 'prepare(Path("demo"))' in (ROOT / "binder/postBuild").read_text()
