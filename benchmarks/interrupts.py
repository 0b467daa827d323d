"""How long after an interrupt a cell is idle, and the query gone from the server's own list of sessions.

    python benchmarks/interrupts.py [--rounds N]

A real kernel, a PostgreSQL and a MariaDB server as the tests start them. DuckDB and SQLite run in the kernel: idle is
gone there. Milliseconds from the signal; a query that never goes counts as 20 s.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.support.kernels import KernelSession, running_kernel  # noqa: E402
from tests.support.mariadb import mariadb_server  # noqa: E402
from tests.support.postgres import postgres_server  # noqa: E402

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
GIVE_UP_S = 20.0
CASES = {
    "PostgreSQL, sleep": ("pg", "SELECT /* watched */ pg_sleep(60)"),
    "PostgreSQL, rows by Arrow": ("pg", "SELECT /* watched */ * FROM generate_series(1, 2000000000)"),
    "MariaDB, sleep": ("maria", "SELECT /* watched */ sleep(60)"),
    "DuckDB": ("", ENDLESS),
    "SQLite": ("lite", ENDLESS),
}
Running = Callable[[], bool]


@contextmanager
def watched(stack: ExitStack) -> Any:
    """URLs of the servers, and whether a watched query runs on each."""
    import psycopg
    import pymysql
    from sqlalchemy.engine import make_url

    postgres, maria = stack.enter_context(postgres_server()), stack.enter_context(mariadb_server())
    pg = stack.enter_context(psycopg.connect(postgres, autocommit=True))
    url = make_url(maria)
    words: dict[str, Any] = {"host": url.host, "port": url.port, "user": url.username, "password": url.password}
    my = pymysql.connect(**words, autocommit=True)
    active = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()"
    listed = "SELECT count(*) FROM information_schema.processlist WHERE id <> connection_id()"

    def in_postgres() -> bool:
        return bool(pg.execute(f"{active} AND query LIKE '%/* watched */%'").fetchall()[0][0])

    def in_mariadb() -> bool:
        with my.cursor() as cursor:
            cursor.execute(f"{listed} AND info LIKE '%/* watched */%'")
            return bool(cursor.fetchall()[0][0])

    yield {"pg": postgres, "maria": maria}, {"pg": in_postgres, "maria": in_mariadb}
    my.close()


def wait(is_so: Running) -> float:
    """Seconds until it is so."""
    began = time.perf_counter()
    while not is_so() and time.perf_counter() - began < GIVE_UP_S:
        time.sleep(0.005)
    return time.perf_counter() - began


def once(kernel: KernelSession, name: str, sql: str, running: Running | None) -> tuple[float, float]:
    """(until idle, until gone), in seconds."""
    asked = kernel.start(f"%%sql r << {f'--connection {name}' if name else ''}\n{sql}")
    if running is None:
        time.sleep(1)
    else:
        wait(running)
        time.sleep(0.5)
    began = time.perf_counter()
    kernel.manager.interrupt_kernel()
    ran = kernel.finish(asked)
    idle = time.perf_counter() - began
    if "KeyboardInterrupt" not in (ran.error or ""):
        raise RuntimeError(f"{name}: the cell was not interrupted: {ran.error}")
    gone = idle if running is None else idle + wait(lambda: not running())
    return idle, gone


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    found: dict[str, list[tuple[float, float]]] = {case: [] for case in CASES}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "x.db").touch()
        urls, running = stack.enter_context(watched(stack))
        urls["lite"] = f"sqlite:///{folder / 'x.db'}"
        environment = {f"SEPT_CONNECTION_{name.upper()}": url for name, url in urls.items()}
        kernel = stack.enter_context(running_kernel(folder, environment))
        for _ in range(rounds):
            for case, (name, sql) in CASES.items():
                found[case].append(once(kernel, name, sql, running.get(name)))
    report = {
        case: {
            "idle_ms_median": round(median(idle for idle, _ in times) * 1e3),
            "gone_ms_median": round(median(gone for _, gone in times) * 1e3),
            "gone_ms_max": round(max(gone for _, gone in times) * 1e3),
        }
        for case, times in found.items()
    }
    print(json.dumps({"name": "interrupts", "rounds": rounds, "goal_ms": 1000, "after_interrupt": report}))


if __name__ == "__main__":
    main()
