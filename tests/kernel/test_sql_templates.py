"""`{% for %}`, `{% if %}` and `{% set %}` in SQL cells: the text is put together, the values in it stay bound."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sept_ext.connectors.registry import connector, spec_from_url
from sept_ext.core.errors import SeptError
from sept_ext.core.magic_syntax import parse_sql_cell
from sept_ext.kernel.sql_cell import SqlContext, run_sql

SALES = pd.DataFrame({"region": ["n", "s", "n'; --"], "amount": [1, 2, 4], "year": [2023, 2024, 2024]})


@pytest.fixture(params=["", "--connection db"], ids=["frames", "sqlite"])
def run(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    context = SqlContext(cache=None)
    names: dict[str, Any] = {"sales": SALES}
    if request.param:
        (tmp_path / "x.db").touch()
        session = connector("sqlite").open(spec_from_url("db", f"sqlite:///{tmp_path / 'x.db'}"))
        context.sessions._open["db"] = ("sqlite", session)
        SALES.to_sql("sales", session._connection, index=False)
        session._connection.commit()
        names = {}

    def run_cell(sql: str, **more: Any) -> Any:
        magic = parse_sql_cell(f"%%sql {request.param}\n{sql}")
        assert magic is not None
        return run_sql(magic, context, names | more)

    yield run_cell
    context.sessions.close()


CASES: list[tuple[str, dict[str, Any], list[Any]]] = [
    ("SELECT amount FROM sales {% if region %}WHERE region = {{ region }}{% endif %}", {"region": "n'; --"}, [4]),
    ("SELECT amount FROM sales {% if region %}WHERE region = {{ region }}{% endif %}", {"region": ""}, [1, 2, 4]),
    ("SELECT {% if n > 2 %}1{% elif n > 1 %}2{% else %}3{% endif %} AS x", {"n": 2}, [2]),
    ("SELECT {% for c in cs %}sum({{ c | identifier }}){% if not loop.last %} + {% endif %}{% endfor %} x FROM sales",
     {"cs": ["amount", "year"]}, [7 + 2023 + 2024 + 2024]),
    ("{% for y, r in wanted %}SELECT sum(amount) FROM sales WHERE year = {{ y }} AND region = :r"
     "{% if not loop.last %} UNION ALL {% endif %}{% endfor %}", {"wanted": [(2023, "n"), (2024, "n'; --")]}, [1, 4]),
    ("{% set least = k + 1 %}SELECT amount FROM sales WHERE amount >= {{ least }}", {"k": 1}, [2, 4]),
    ("SELECT {% for x in xs %}{{ x }}{% else %}'none'{% endfor %} AS x", {"xs": []}, ["none"]),
    ("SELECT {% for x in xs if x > 1 %}{{- loop.index * 10 + x -}}{% endfor %} AS x", {"xs": [1, 5]}, [15]),
    ("SELECT {% for x in xs %}{% for y in x %}{% set z = y * 2 %}{{ z }} +{% endfor %}{% endfor %} 0 AS x",
     {"xs": [[1, 2], [3]]}, [12]),
    ("SELECT '{{ x }}' AS x {% if True %}{% endif %}", {"x": "O'Hara {% if %}"}, ["O'Hara {% if %}"]),
    ("{# {% if %} #}SELECT amount FROM sales WHERE year IN ({% for y in ys %}{{ y }},{% endfor %} NULL)",
     {"ys": [2023]}, [1]),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "names", "expected"), CASES)
def test_a_template_gives_what_its_text_says(run: Any, sql: str, names: dict[str, Any], expected: list[Any]) -> None:
    assert run(sql, **names).frame.iloc[:, 0].tolist() == expected


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT {% for x in missing %}{{ x }}{% endfor %}", "'for x in missing' has no value: .*'missing'"),
        ("SELECT {% if 1 / 0 %}1{% endif %}", "'1 / 0' failed: ZeroDivisionError"),
        ("SELECT {% for x in range(10**6) %}{{ x }},{% endfor %} 1", "more than 1,000,000 characters"),
        ("{% for x in [] %}SELECT 1{% endfor %}", "There is no SQL"),
        ("SELECT 1 {% if x %}", "is not closed by {% endif %}"),
    ],
)
def test_what_goes_wrong_in_a_template_names_its_expression(run: Any, sql: str, message: str) -> None:
    with pytest.raises(SeptError, match=message):
        run(sql)


def test_an_error_of_the_engine_is_marked_in_the_text_as_written(run: Any) -> None:
    with pytest.raises(SeptError, match="There is no column 'amuont'") as told:
        run("SELECT {% for x in [1, 2] %}{{ x }} + {% endfor %}\n amuont FROM sales")
    assert (told.value.span.line, told.value.span.column) == (3, 1)


def test_every_statement_of_a_loop_runs(run: Any) -> None:
    view = run("CREATE TABLE t (x INTEGER);{% for x in xs %}INSERT INTO t VALUES ({{ x }});{% endfor %}"
               "SELECT sum(x) AS x FROM t", xs=[1, 2, 3])  # fmt: skip
    assert len(view.statements) == 5
    assert view.frame["x"].tolist() == [6]
