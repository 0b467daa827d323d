"""What values of numpy, pandas and others become before a driver gets them, on every engine alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from sept_ext.core.errors import BadInput, SeptError, SqlError
from sept_ext.core.magic_syntax import SqlMagic
from sept_ext.kernel.sql_cell import SqlContext, run_sql
from sept_ext.kernel.sql_values import plain

Run = Callable[..., Any]


class Colour(Enum):
    RED = "red"


class Size(IntEnum):
    BIG = 3


PLAIN: list[tuple[Any, Any]] = [
    (np.int64(5), 5), (np.bool_(True), True), (np.str_("x"), "x"), (np.float64(0.5), 0.5), (Size.BIG, 3),
    (pd.NA, None), (pd.NaT, None), (np.datetime64("NaT"), None), (memoryview(b"a"), b"a"),
    (np.datetime64("2024-01-02T03:04:05", "ns"), datetime.fromisoformat("2024-01-02 03:04:05")),
    (np.datetime64("2024-01-02"), date(2024, 1, 2)), (np.timedelta64(90, "s"), timedelta(seconds=90)),
    (np.timedelta64(90, "s").astype("timedelta64[ns]"), timedelta(seconds=90)),
    (np.array(7), 7), (np.array([1, 2]), [1, 2]), (pd.Series([1, None], dtype="Int64"), [1, None]),
    (pd.Index(["a"]), ["a"]), (pl.Series([1]), [1]), (pa.array([1, None]), [1, None]), (range(2), [0, 1]),
    ({"a": 1}.keys(), ["a"]), ((n for n in (1, 2)), [1, 2]), (((1, 2), {3}), [[1, 2], [3]]),
]  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), PLAIN, ids=lambda value: type(value).__name__)
def test_values_become_what_drivers_know(value: Any, expected: Any) -> None:
    made = plain(value, "x")
    assert (made, type(made)) == (expected, type(expected))


def test_an_enum_does_not_say_which_of_its_two_words_is_meant() -> None:
    with pytest.raises(BadInput, match=r"write \.value or \.name"):
        plain(Colour.RED, "x")


@pytest.fixture(params=["duckdb", "sqlite", "postgres", "mariadb"])
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    urls = {"postgres": "postgres_url", "mariadb": "mariadb_url"}
    name = request.param
    url = request.getfixturevalue(urls[name]) if name in urls else "sqlite:///:memory:"
    if name in urls:
        pytest.importorskip("pymysql")
    context = SqlContext(cache=None)
    if name != "duckdb":
        from sept_ext.connectors.registry import connector, spec_from_url

        spec = spec_from_url("db", url)
        context.sessions._open["db"] = (spec.kind, connector(spec.kind).open(spec))
    yield (
        lambda sql, **names: (
            run_sql(SqlMagic(sql=sql, connection=None if name == "duckdb" else "db"), context, names).frame
        )
    )
    context.sessions.close()


@pytest.mark.parametrize(
    "many", [np.array([1, 2]), pd.Series([1, 2]), range(1, 3), {1: 0, 2: 0}.keys(), pl.Series([1, 2]), (1, 2)],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_whatever_holds_many_values_stands_for_them(run: Run, many: Any) -> None:
    for brackets in ("{{ many }}", "({{ many }})"):
        found = run(f"SELECT CASE WHEN 2 IN {brackets} AND 3 NOT IN {brackets} THEN 1 END AS yes", many=many)
        assert found["yes"].tolist() == [1]


def test_a_number_of_numpy_is_one(run: Run) -> None:
    assert run("SELECT CASE WHEN {{ n }} > 4 THEN 1 END AS yes", n=np.int64(5))["yes"].tolist() == [1]


def test_a_decimal_compares_as_a_number(run: Run) -> None:
    found = run("SELECT CASE WHEN 10 > {{ five }} AND {{ five }} > 4.5 THEN 1 END AS yes", five=Decimal("5.25"))
    assert found["yes"].tolist() == [1]


@pytest.mark.parametrize("value", [object(), pd.Period("2024-01")], ids=["object", "Period"])
def test_what_cannot_be_bound_is_refused_and_not_written_down_as_it_looks(run: Run, value: Any) -> None:
    with pytest.raises(SeptError):
        run("SELECT {{ value }} AS x", value=value)


def test_a_number_too_large_and_a_text_that_is_none_are_errors_of_ours() -> None:
    context = SqlContext(cache=None)
    for value in (2**64, "\ud800"):
        with pytest.raises(SqlError, match="cannot be bound"):
            run_sql(SqlMagic(sql="SELECT {{ x }}", connection="sqlite:///:memory:"), context, {"x": value})
    context.sessions.close()
