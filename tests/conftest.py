"""Fixtures for all tests: databases (SQLite and a real Postgres) and pytest-jupyter's servers."""

from __future__ import annotations

import sys
from pathlib import Path

# So that `tests.support` is found however pytest is called.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

pytest_plugins = ["pytest_jupyter.jupyter_server", "tests.support.databases", "tests.support.mariadb"]
