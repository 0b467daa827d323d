"""What is saved of a result in the notebook's file: bounded, whatever the database calls its columns."""

from __future__ import annotations

import json
import warnings
from typing import Any

import pytest

from sept_ext.core.errors import BadInput
from sept_ext.core.magic_syntax import SqlMagic
from sept_ext.kernel.sql_cell import SqlContext, run_sql


@pytest.fixture
def context() -> SqlContext:
    return SqlContext(cache=None)


def bundle_of(context: SqlContext, sql: str) -> dict[str, Any]:
    return run_sql(SqlMagic(sql=sql), context, {})._repr_mimebundle_()


LONG = "c" * 2000
WIDE = [
    "SELECT " + ", ".join(f'1 AS "{LONG}{n}"' for n in range(100)),
    "SELECT " + ", ".join(f"'{'<' * 5000}' AS c{n}" for n in range(300)) + " FROM range(200)",
    "SELECT {" + ", ".join(f"'{LONG}{n}': 1" for n in range(50)) + "} AS x",
]


@pytest.mark.parametrize("sql", WIDE, ids=["names", "values", "type"])
def test_the_bundle_stays_below_64_kilobytes(context: SqlContext, sql: str) -> None:
    bundle = bundle_of(context, sql)
    assert len(json.dumps(bundle, ensure_ascii=False).encode()) <= 64_000
    page = bundle["application/vnd.sept.result+json"]
    assert all(len(row) == len(page["schema"]) for row in page["rows"])


def test_numbers_beside_nulls_are_numbers_in_the_page(context: SqlContext) -> None:
    bundle = bundle_of(context, "SELECT * FROM (VALUES (1, true), (NULL, NULL)) AS t(n, b)")
    assert bundle["application/vnd.sept.result+json"]["rows"] == [[1, True], [None, None]]


def test_an_arrow_table_comes_without_a_warning(context: SqlContext) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert run_sql(SqlMagic(sql="SELECT 1; SELECT 2 AS x", output="arrow"), context, {}).frame.num_rows == 1  # type: ignore[union-attr]


ODD = ["[1, 2]", "[[1], [2]]", "{'a': [1]}", "map(['a'], [1])", "INTERVAL 1 MONTH", "uuid()", "'101'::BIT", "NULL"]


@pytest.mark.parametrize("output", ["pandas", "polars", "arrow"])
@pytest.mark.parametrize("value", ODD)
def test_a_value_of_every_kind_is_shown(context: SqlContext, value: str, output: str) -> None:
    view = run_sql(SqlMagic(sql=f"SELECT {value} AS x", output=output), context, {})
    assert len(view._repr_mimebundle_()["application/vnd.sept.result+json"]["rows"]) == 1


def test_what_polars_has_no_type_for_is_an_error_of_ours(context: SqlContext) -> None:
    with pytest.raises(BadInput, match="Polars has no type"):
        run_sql(SqlMagic(sql="SELECT union_value(k := 1) AS x", output="polars"), context, {})
