"""The docs are true: paths exist, settings, options, connectors and commands are told."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from sept_ext import __version__
from sept_ext.connectors.registry import kinds
from sept_ext.core import sql_magic
from sept_ext.server.app import SeptExtension

ROOT = Path(__file__).parents[2]
PATHS = re.compile(r"`((?:sept_ext|labextension|tests|docs|benchmarks|binder)/[\w./-]*|Makefile|pyproject\.toml)`")


@pytest.mark.parametrize("document", ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md"])
def test_every_path_in_it_exists(document: str) -> None:
    named = set(PATHS.findall((ROOT / document).read_text()))
    assert named
    assert {path for path in named if not (ROOT / path).exists()} == set()


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs/api.md").read_text()
    settings = [name for name in SeptExtension.class_own_traits(config=True) if not name.startswith("_")]
    assert settings
    assert [name for name in settings if f"SeptExtension.{name}`" not in text] == []


def test_every_option_of_sql_cells_is_documented() -> None:
    text = (ROOT / "docs/sql.md").read_text()
    options = [*sql_magic._VALUED, *sql_magic._FLAGS]
    assert [option for option in options if f"`{option}" not in text] == []


def test_every_connector_is_documented() -> None:
    text = (ROOT / "docs/sql.md").read_text()
    assert [kind for kind in kinds() if f"| `{kind}` |" not in text] == []


def test_every_command_of_the_plugin_is_documented() -> None:
    tokens = (ROOT / "labextension/src/tokens.ts").read_text()
    commands = re.findall(r"'(sept:[a-z-]+)'", tokens)
    text = (ROOT / "docs/plugin.md").read_text()
    assert commands
    assert [command for command in commands if f"`{command}`" not in text] == []


def test_python_and_npm_package_have_the_same_version() -> None:
    assert json.loads((ROOT / "labextension/package.json").read_text())["version"] == __version__


def test_the_readme_shows_a_screenshot_that_exists_and_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text()
    images = re.findall(r"!\[[^\]]+\]\((docs/[^)]+\.png)\)", text)
    assert images
    assert all((ROOT / image).stat().st_size > 10_000 for image in images)
    assert "make demo" in text
    assert "make test" in text
