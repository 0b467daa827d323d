"""Time of `analyze_sql` and `column_lineage` per statement, cold (no cache), printed as one JSON line.

    python benchmarks/sql_analysis.py [--rounds N]

Over the labelled statements of the tests: CPU time, best of N rounds for each. `compiled` says whether sqlglot's
compiled wheel (`sqlglotc`) was in use.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import sqlglot  # noqa: E402

from sept_ext.core import sql_analysis, sql_lineage  # noqa: E402
from tests.core.case_files import Case, read_cases  # noqa: E402


def milliseconds(cases: list[Case], rounds: int, run: Callable[[Case], object]) -> list[float]:
    """Best time of each case."""
    best = [float("inf")] * len(cases)
    for _ in range(rounds):
        for number, case in enumerate(cases):
            sql_analysis.sql_facts.cache_clear()
            start = time.thread_time()
            run(case)
            best[number] = min(best[number], time.thread_time() - start)
    return [seconds * 1000 for seconds in best]


def exactness(cases: list[Case]) -> dict[str, float]:
    """The share of the statements that read, write and are unknown as labelled; how many are wrong and say nothing."""
    exact, silent = 0, 0
    for case in cases:
        (dialect,) = case.fields["dialect"]
        found = sql_analysis.analyze_sql(case.source, dialect)
        labels = [{word.replace("\\s", " ") for word in case.fields.get(field, ())} for field in ("reads", "writes")]
        is_exact = [set(found.reads), set(found.writes), found.unknown] == [*labels, "unknown" in case.fields]
        exact += is_exact
        silent += not (is_exact or found.reads or found.writes or found.unknown)
    return {"exact": round(exact / len(cases), 4), "silently_empty": silent}


def figures(times: list[float]) -> dict[str, float]:
    """Median, 95th percentile and the slowest."""
    return {
        "median_ms": round(statistics.median(times), 3),
        "p95_ms": round(statistics.quantiles(times, n=20)[-1], 3),
        "max_ms": round(max(times), 3),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    cases = read_cases("sql")
    queries = read_cases("sql/lineage")
    analysis = milliseconds(cases, rounds, lambda case: sql_analysis.analyze_sql(case.source, *case.fields["dialect"]))
    lineage = milliseconds(queries, rounds, lambda case: sql_lineage.column_lineage(case.source))
    print(
        json.dumps(
            {
                "name": "sql_analysis",
                "statements": len(cases),
                **exactness(cases),
                "analysis": figures(analysis),
                "queries": len(queries),
                "lineage": figures(lineage),
                "sqlglot": sqlglot.__version__,
                "compiled": not str(sqlglot.parser.__file__).endswith(".py"),
                "rounds": rounds,
            }
        )
    )


if __name__ == "__main__":
    main()
