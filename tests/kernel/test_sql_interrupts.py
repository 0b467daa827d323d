"""An interrupt stops the engine's own work, as the engine's own list of sessions shows; the kernel goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from tests.support.kernels import KernelSession, running_kernel

pytestmark = pytest.mark.kernel

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
LIMIT_S = 20
"""How long is waited for what must come; the times themselves are measured by benchmarks/interrupts.py."""

Running = Callable[[], list[str]]


def until(is_so: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + LIMIT_S
    while not is_so():
        assert time.monotonic() < end, what
        time.sleep(0.05)


@pytest.fixture(scope="module")
def postgres(postgres_url: str) -> Iterator[tuple[str, Running]]:
    import psycopg

    with psycopg.connect(postgres_url, autocommit=True) as watch:

        def running() -> list[str]:
            rows = watch.execute(
                "SELECT query FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            )
            return [row[0] for row in rows if "sept-watched" in row[0]]

        yield postgres_url, running


@pytest.fixture(scope="module")
def mariadb(mariadb_url: str) -> Iterator[tuple[str, Running]]:
    import pymysql

    url = make_url(mariadb_url)
    words: dict[str, Any] = {"host": url.host, "port": url.port, "user": url.username, "password": url.password}
    with closing(pymysql.connect(**words, autocommit=True)) as watch:

        def running() -> list[str]:
            with watch.cursor() as cursor:
                cursor.execute("SELECT info FROM information_schema.processlist WHERE id <> connection_id()")
                return [row[0] for row in cursor.fetchall() if row[0] and "sept-watched" in row[0]]

        yield mariadb_url, running


@pytest.fixture(scope="module")
def session(
    tmp_path_factory: pytest.TempPathFactory, postgres: tuple[str, Running], mariadb: tuple[str, Running]
) -> Iterator[KernelSession]:
    folder: Path = tmp_path_factory.mktemp("interrupts")
    (folder / "x.db").touch()
    urls = {"PG": postgres[0], "MARIA": mariadb[0], "LITE": f"sqlite:///{folder / 'x.db'}"}
    urls["DUCK"] = f"duckdb:///{folder / 'x.duckdb'}"
    with running_kernel(folder, {f"SEPT_CONNECTION_{name}": url for name, url in urls.items()}) as kernel:
        yield kernel


SERVERS = [
    ("postgres", "pg", "SELECT /* sept-watched */ pg_sleep(60)"),
    ("postgres", "pg", "SELECT /* sept-watched */ * FROM generate_series(1, 2000000000)"),  # rows under way, by Arrow
    ("postgres", "pg", "CREATE TABLE never_made AS SELECT /* sept-watched */ pg_sleep(60)::text"),
    ("postgres", "pg", "BEGIN; SELECT /* sept-watched */ pg_sleep(60)"),
    ("mariadb", "maria", "SELECT /* sept-watched */ sleep(60)"),
    ("mariadb", "maria", "SELECT /* sept-watched */ count(*) FROM seq_1_to_10000000 a, seq_1_to_10000000 b"),
]


@pytest.mark.postgres
@pytest.mark.parametrize(("server", "name", "sql"), SERVERS)
def test_an_interrupt_ends_the_query_in_the_servers_list_of_sessions(
    request: pytest.FixtureRequest, session: KernelSession, server: str, name: str, sql: str
) -> None:
    _, running = request.getfixturevalue(server)
    asked = session.start(f"%%sql r << --connection {name}\n{sql}")
    until(lambda: len(running()) > 0, "the query never ran")
    session.manager.interrupt_kernel()
    assert "KeyboardInterrupt" in (session.finish(asked).error or "")
    until(lambda: running() == [], "the query still runs")
    if sql.startswith("BEGIN"):
        assert session.run(f"%%sql --connection {name}\nROLLBACK").error is None
    assert session.run(f"%%sql x << --connection {name}\nSELECT 41 + 1 AS x").error is None
    assert session.run("print(x['x'].tolist(), 'r' in globals())").text.strip() == "[42] False"


@pytest.mark.postgres
def test_an_interrupt_ends_the_fetching_of_a_table_for_a_frame(
    session: KernelSession, postgres: tuple[str, Running]
) -> None:
    _, running = postgres
    session.run("import pandas as pd; some = pd.DataFrame({'i': [1]})")
    view = 'CREATE VIEW "sept-watched" AS SELECT i, pg_sleep(60)::text AS slept FROM generate_series(1, 9) i'
    assert session.run(f"%%sql --connection pg\n{view}").error is None
    asked = session.start('%%sql r << --connection pg\nSELECT * FROM "sept-watched" JOIN some USING (i)')
    until(lambda: len(running()) > 0, "the query never ran")
    session.manager.interrupt_kernel()
    assert "KeyboardInterrupt" in (session.finish(asked).error or "")
    until(lambda: running() == [], "the query still runs")
    assert session.run('%%sql --connection pg\nDROP VIEW "sept-watched"').error is None


@pytest.mark.parametrize("option", ["", "--connection duck", "--connection lite"])
def test_an_interrupt_ends_the_query_of_an_engine_in_the_kernel(session: KernelSession, option: str) -> None:
    """They have no list of sessions: what ran in the kernel has ended when the thread that asked takes more work."""
    asked = session.start(f"%%sql r << {option}\n{ENDLESS}")
    time.sleep(1)
    session.manager.interrupt_kernel()
    assert "KeyboardInterrupt" in (session.finish(asked).error or "")
    threads = "import threading; print(sum(t.name == 'sept-sql' for t in threading.enumerate()))"
    assert session.run(threads).text.strip() == "1"
    assert session.run(f"%%sql x << {option}\nSELECT 41 + 1 AS x").error is None
    assert session.run("print(x['x'].tolist())").text.strip() == "[42]"
