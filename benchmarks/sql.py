"""SQL cells against the raw driver and against JupySQL, on the same data in the same run, interleaved.

    python benchmarks/sql.py [--peers PYTHON] [--rows N] [--rounds N]

A PostgreSQL server is started as the tests do. Reading N rows of 8 columns is measured in a fresh process each time:
wall time and how much the peak of memory grew. `--peers`: a Python that has jupysql and psycopg.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

TABLE = (
    "CREATE TABLE big AS SELECT i::bigint AS id, (i % 1000)::int AS a, random() AS f, CASE WHEN i % 7 = 0 THEN NULL"
    " ELSE i::int END AS n, CASE WHEN i % 5 = 0 THEN NULL ELSE 'v' || i % 100 END AS t, md5(i::text) AS s,"
    " timestamp '2020-01-01' + i * interval '1 second' AS ts, i % 2 = 0 AS b FROM generate_series(1, {rows}) i"
)
# Each is the body of a function of the URL that leaves the frame in `frame`; warmed up on one row first.
READERS = {
    "sept": """
from sept_ext.connectors.registry import connector, spec_from_url
session = connector("postgres").open(spec_from_url("x", url))
read = lambda query: session.execute(query, []).frame
""",
    "adbc": """
from adbc_driver_postgresql import dbapi
connection = dbapi.connect(url, autocommit=True)
def read(query):
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetch_arrow_table().to_pandas()
""",
    "jupysql": """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "sql")
shell.run_line_magic("config", "SqlMagic.autopandas = True")
shell.run_line_magic("config", "SqlMagic.feedback = 0")
shell.run_line_magic("config", "SqlMagic.displaycon = False")
shell.run_line_magic("sql", url.replace("postgresql://", "postgresql+psycopg://"))
read = lambda query: shell.run_cell_magic("sql", "", query)
""",
}
MEASURE = """
import json, sys, time
url, query = sys.argv[1:3]
{setup}
read("SELECT * FROM big LIMIT 1")
def peak():
    return int(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
before, began = peak(), time.perf_counter()
frame = read(query)
seconds = time.perf_counter() - began
small = []
for _ in range(100):
    began = time.perf_counter()
    read("SELECT 1")
    small.append(time.perf_counter() - began)
assert len(frame) > 1000
print(json.dumps([seconds * 1e3, (peak() - before) / 1024, sorted(small)[50] * 1e3]))
"""


def read_once(python: str, kind: str, url: str) -> list[float]:
    """Milliseconds for the whole table, MiB that the peak grew by, milliseconds of `SELECT 1`."""
    code = MEASURE.format(setup=READERS[kind])
    done = subprocess.run(
        [python, "-c", code, url, "SELECT * FROM big"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    # A peer says good-bye below.
    found: list[float] = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("[")))
    return found


def reading(url: str, peers: str | None, rounds: int) -> dict[str, Any]:
    """The whole table to pandas, by each road in turn."""
    pythons = {"sept": sys.executable, "adbc": sys.executable} | ({"jupysql": peers} if peers else {})
    times: dict[str, list[list[float]]] = {kind: [] for kind in pythons}
    for _ in range(rounds):
        for kind, python in pythons.items():
            times[kind].append(read_once(python, kind, url))
    found = {kind: [median(column) for column in zip(*runs, strict=True)] for kind, runs in times.items()}
    figures: dict[str, Any] = {}
    for kind, (whole, memory, small) in found.items():
        figures |= {
            f"{kind}_ms": round(whole),
            f"{kind}_peak_mib": round(memory),
            f"{kind}_select_1_ms": round(small, 2),
        }
    figures["sept_to_adbc"] = round(found["sept"][0] / found["adbc"][0], 2)
    if peers:
        figures["jupysql_to_sept"] = round(found["jupysql"][0] / found["sept"][0], 2)
        figures["sept_memory_to_jupysql"] = round(found["sept"][1] / found["jupysql"][1], 2)
    return figures


def interleaved(one: Callable[[], Any], other: Callable[[], Any], times: int) -> tuple[float, float]:
    """Medians in milliseconds of two functions called in turn, so that what else the machine does meets both."""
    found = [(milliseconds(one, 1), milliseconds(other, 1)) for _ in range(times)]
    return median(first for first, _ in found), median(second for _, second in found)


def milliseconds(act: Callable[[], Any], rounds: int) -> float:
    """The median of several runs."""
    times = []
    for _ in range(rounds):
        began = perf_counter()
        act()
        times.append((perf_counter() - began) * 1e3)
    return median(times)


def cells(url: str, rounds: int) -> dict[str, Any]:
    """The whole magic, in this process: overheads, a chain, the cache."""
    import duckdb
    import numpy as np
    import pandas as pd
    import psycopg

    from sept_ext.connectors.registry import connector, spec_from_url
    from sept_ext.core.magic_syntax import parse_sql_cell
    from sept_ext.kernel.sql_cache import SqlCache
    from sept_ext.kernel.sql_cell import SqlContext, run_sql

    context = SqlContext(cache=SqlCache(Path(tempfile.mkdtemp()), 2_000_000_000))
    context.sessions._open["db"] = ("postgres", connector("postgres").open(spec_from_url("db", url)))
    frame = pd.DataFrame({"k": np.arange(1_000_000) % 100, "v": np.random.rand(1_000_000), "s": "x"})
    names: dict[str, Any] = {"frame": frame}

    def cell(source: str) -> Any:
        magic = parse_sql_cell(source)
        assert magic is not None
        view = run_sql(magic, context, names)
        if magic.result:
            names[magic.result] = view.frame
        return view

    raw, registered, server = duckdb.connect(), duckdb.connect(), psycopg.connect(url, autocommit=True)
    registered.register("frame", frame)
    aggregate = "SELECT k, sum(v) AS total FROM frame GROUP BY k"

    def over(frame: Any) -> Any:  # a name of this function: where DuckDB looks for variables
        assert len(frame)
        return raw.execute(aggregate).df()

    pairs: dict[str, tuple[Callable[[], Any], Callable[[], Any], int]] = {
        "duckdb_select_1": (lambda: cell("%%sql\nSELECT 1"), lambda: raw.execute("SELECT 1").df(), 100),
        "postgres_select_1": (
            lambda: cell("%%sql --connection db\nSELECT 1"),
            lambda: server.execute("SELECT 1").fetchall(),
            100,
        ),
        # As people do it: the driver finds the variable itself. Then with the frame brought in once and for all.
        "duckdb_aggregate": (lambda: cell(f"%%sql\n{aggregate}"), lambda: over(frame), 4 * rounds),
        "duckdb_aggregate_registered": (
            lambda: cell(f"%%sql\n{aggregate}"),
            lambda: registered.execute(aggregate).df(),
            4 * rounds,
        ),
    }
    figures: dict[str, Any] = {}
    for name, (ours, driver, times) in pairs.items():
        ours(), driver()
        mine, theirs = interleaved(ours, driver, times)
        figures |= {f"{name}_ms": round(mine, 2), f"{name}_raw_ms": round(theirs, 2)}
    for name in ("duckdb_select_1", "postgres_select_1"):
        figures[f"{name}_above_ms"] = round(figures[f"{name}_ms"] - figures[f"{name}_raw_ms"], 2)
    for name in ("duckdb_aggregate", "duckdb_aggregate_registered"):
        figures[f"{name}_to_raw"] = round(figures[f"{name}_ms"] / figures[f"{name}_raw_ms"], 2)
    query = "SELECT s.a, count(*) AS n, sum(f) AS total FROM part s GROUP BY s.a ORDER BY 1"
    cell("%%sql part << --connection db --no-cache\nSELECT id, a, f, t, s, ts FROM big WHERE id % 3 = 0")
    one, other = (lambda: cell(f"%%sql --connection db --no-cache\n{query}")), lambda: pulled(url, query)
    assert one().note.startswith("one statement")
    pd.testing.assert_frame_equal(one().frame.astype(float), other().astype(float))
    chained, memory = interleaved(one, other, rounds)
    figures |= {"chained_ms": round(chained), "pull_ms": round(memory), "pull_to_chained": round(memory / chained, 2)}
    cell("%%sql --connection db\nSELECT * FROM big")
    hit = "%%sql --connection db\nselect *  from big -- again"
    assert "from the cache" in cell(hit).note
    return {**figures, "cache_hit_ms": round(milliseconds(lambda: cell(hit), rounds))}


def pulled(url: str, query: str) -> Any:
    """The same by pandas and DuckDB: what a notebook without chaining does."""
    import duckdb
    import pandas as pd
    from sqlalchemy import create_engine

    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    part = pd.read_sql("SELECT id, a, f, t, s, ts FROM big WHERE id %% 3 = 0", engine)
    engine.dispose()
    with duckdb.connect() as connection:
        connection.register("part", part)
        return connection.execute(query).df()


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--peers")
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--rounds", type=int, default=5)
    options = arguments.parse_args()
    import psycopg

    from tests.support.postgres import postgres_server

    with postgres_server() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(TABLE.format(rows=options.rows))
            connection.execute("ANALYZE big")
        figures = {"name": "sql", "rows": options.rows, **reading(url, options.peers, options.rounds)}
        figures |= cells(url, options.rounds)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
