"""Time of `lint_sql` against a schema of 100 tables, printed as one JSON line.

    python benchmarks/sql_lint.py [--rounds N]

Over the labelled statements of the tests and ten joins over the schema, each as it is and with a misspelt column: CPU
time, best of N rounds for each, nothing cached. `false_alarms` counts problems where every name is in the schema.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sept_ext.core import sql_analysis  # noqa: E402
from sept_ext.core.sql_lint import Schema, lint_sql  # noqa: E402
from tests.core.case_files import read_cases  # noqa: E402

TABLES, COLUMNS, JOINS = 100, 40, 10


def schema() -> dict[str, list[str]]:
    """100 tables of 40 columns."""
    return {f"table_{n}": [f"column_{n}_{m}" for m in range(COLUMNS)] for n in range(TABLES)}


def long_query(misspelt: str) -> str:
    """A query of ten joins, each with columns, conditions and a CTE around it."""
    columns = ", ".join(f"t{n}.column_{n}_{m}" for n in range(JOINS) for m in range(4))
    joins = "\n".join(f"JOIN table_{n} AS t{n} ON t{n}.column_{n}_0 = t0.column_0_{n}" for n in range(1, JOINS))
    body = f"SELECT {columns}{misspelt}\nFROM table_0 AS t0\n{joins}\nWHERE t0.column_0_1 > 5"
    return f"WITH big AS ({body})\nSELECT * FROM big"


def milliseconds(sql: str, dialect: str, known: Schema, rounds: int) -> float:
    """The best of some rounds, without what is kept from one to the next."""
    best = float("inf")
    for _ in range(rounds):
        sql_analysis.sql_facts.cache_clear()
        start = time.thread_time()
        lint_sql(sql, dialect, known)
        best = min(best, time.thread_time() - start)
    return best * 1000


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    tables = schema()
    times, alarms = [], 0
    for case in read_cases("sql"):
        (dialect,) = case.fields["dialect"]
        facts = sql_analysis.sql_facts(case.source, dialect)
        words = re.findall(r"[^\W\d]\w*", case.source) + re.findall(r"""(?<=["`\[])[^"`\]]+""", case.source)
        known = {**tables, **{use.name: words for use in (*facts.reads, *facts.writes)}}
        alarms += len(lint_sql(case.source, dialect, known))
        times.append(milliseconds(case.source, dialect, known, rounds))
    long = [milliseconds(long_query(extra), "postgres", tables, rounds) for extra in ("", ", t3.colum_3_5")]
    times.sort()
    print(
        json.dumps(
            {
                "name": "sql_lint",
                "tables": TABLES,
                "statements": len(times),
                "median_ms": round(times[len(times) // 2], 3),
                "p95_ms": round(times[int(len(times) * 0.95)], 3),
                "max_ms": round(times[-1], 3),
                "ten_joins_ms": round(long[0], 3),
                "ten_joins_misspelt_ms": round(long[1], 3),
                "goal_p95_ms": 20,
                "false_alarms": alarms,
                "rounds": rounds,
            }
        )
    )


if __name__ == "__main__":
    main()
