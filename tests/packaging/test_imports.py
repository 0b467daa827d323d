"""What importing costs: the server's start and the kernel load nothing that they do not need at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

LAZY = ("pandas", "duckdb", "alembic", "psycopg", "sqlalchemy", "graphql", "sqlglot", "cryptography")

CASES = [
    ("the server's start", "import sept_ext.server.app", LAZY),
    ("the package itself", "import sept_ext", ("jupyter_server", "IPython", *LAZY)),
    ("a kernel", "from sept_ext.kernel.extension import load; import sept_ext.kernel.magics, sept_ext.kernel.observer",
     ("jupyter_server", "tornado.web", "pandas", "duckdb", "sqlalchemy", "alembic", "psycopg")),
    ("the core", "from sept_ext.core import analyze_cell; analyze_cell('x = 1')", ("sqlglot", "IPython", *LAZY)),
]  # fmt: skip


@pytest.mark.parametrize(("who", "code", "unwanted"), CASES, ids=[case[0] for case in CASES])
def test_loads_nothing_it_does_not_need(who: str, code: str, unwanted: tuple[str, ...]) -> None:
    check = f"{code}\nimport sys\nprint([name for name in {unwanted!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", check], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", f"{who} loads {done.stdout}"


def test_the_import_contracts_hold() -> None:
    done = subprocess.run(["lint-imports", "--no-cache"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
