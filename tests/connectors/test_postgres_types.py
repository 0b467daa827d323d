"""PostgreSQL's types come out exact, and the same by both roads: Arrow (ADBC) and psycopg."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pandas as pd
import pytest

from sept_ext.connectors.postgres import PostgresSession
from sept_ext.connectors.postgres_arrow import may_be_read_apart
from sept_ext.connectors.registry import connector, spec_from_url
from sept_ext.core.errors import SqlError

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def session(postgres_url: str) -> Iterator[PostgresSession]:
    opened = connector("postgres").open(spec_from_url("x", postgres_url))
    assert isinstance(opened, PostgresSession)
    yield opened
    opened.close()


VALUES: list[tuple[str, str, Any]] = [
    ("1::int4", "int32", 1),
    ("3::int2", "int16", 3),
    ("1.50::numeric(38,10)", "object", Decimal("1.5000000000")),
    ("99999999999999999999::numeric", "object", Decimal("99999999999999999999")),
    ("'2020-01-01 12:00+02'::timestamptz", "datetime64[us, UTC]", pd.Timestamp("2020-01-01 10:00", tz="UTC")),
    ("'2262-05-01'::timestamp", "datetime64[us]", pd.Timestamp("2262-05-01").as_unit("us")),
    ("'2020-01-01'::date", "object", date(2020, 1, 1)),
    ("'12:30:01.5'::time", "object", time(12, 30, 1, 500_000)),
    ("'00000000-0000-0000-0000-000000000001'::uuid", "object", UUID(int=1)),
    ("'{\"a\": [1]}'::jsonb", "object", {"a": [1]}),
    ("'3.5 sec'::interval", "object", timedelta(seconds=3, microseconds=500_000)),
    ("'-1 day +02:03:04'::interval", "object", timedelta(days=-1, hours=2, minutes=3, seconds=4)),
    ("'1 month 2 days'::interval", "object", pd.DateOffset(months=1, days=2, microseconds=0)),
    ("array[1, null, 2]", "object", [1, None, 2]),
    ("array[[1, 2], [3, 4]]", "object", [[1, 2], [3, 4]]),
    ("'12.5'::money", "object", "$12.50"),
    ("'x'::char(3)", "str", "x  "),
    ("true", "bool", True),
]


@pytest.mark.parametrize(("expression", "dtype", "value"), VALUES)
def test_a_value_is_exact_by_both_roads(session: PostgresSession, expression: str, dtype: str, value: Any) -> None:
    query = f"SELECT {expression} AS x FROM pg_database LIMIT 1"  # without FROM, psycopg would read both
    assert may_be_read_apart(query)
    by_arrow, by_rows = session.execute(query, []).frame, session._run(query, [], "pandas").frame
    pd.testing.assert_frame_equal(by_arrow, by_rows)
    assert (str(by_arrow["x"].dtype), by_arrow["x"][0]) == (dtype, value)


@pytest.mark.parametrize(
    ("kind", "dtype"),
    [("int4", "Int32"), ("int8", "Int64"), ("bool", "boolean"), ("float8", "float64"), ("text", "str")],
)
def test_nulls_change_no_type(session: PostgresSession, kind: str, dtype: str) -> None:
    query = f"SELECT * FROM (VALUES (NULL::{kind}), (CAST('1' AS {kind}))) AS t (x)"
    by_arrow, by_rows = session.execute(query, []).frame, session._run(query, [], "pandas").frame
    pd.testing.assert_frame_equal(by_arrow, by_rows)
    assert (str(by_arrow["x"].dtype), by_arrow["x"].isna().tolist()) == (dtype, [True, False])


@pytest.mark.parametrize("output", ["polars", "arrow"])
def test_other_outputs_are_the_same_by_both_roads(session: PostgresSession, output: str) -> None:
    query = (
        "SELECT 1.5::numeric AS n, '{}'::jsonb AS j, '00000000-0000-0000-0000-000000000001'::uuid AS u, "
        "interval '1 day' AS i, interval '1 month' AS m FROM pg_database LIMIT 1"
    )
    by_arrow, by_rows = session.execute(query, [], output).frame, session._run(query, [], output).frame
    assert by_arrow.schema == by_rows.schema
    assert by_arrow.equals(by_rows)


@pytest.mark.parametrize("value", [1, 2**40, 2**80, 1.5, "O'Hara", None, True, Decimal("1.25"), UUID(int=5), [1, 2],
                                   date(2020, 1, 1), b"x"])  # fmt: skip
def test_values_are_bound_as_they_are(session: PostgresSession, value: Any) -> None:
    kind = {int: "numeric", float: "float8", str: "text", type(None): "text", bool: "bool", Decimal: "numeric",
            UUID: "uuid", list: "int[]", date: "date", bytes: "bytea"}[type(value)]  # fmt: skip
    found = session.execute(f"SELECT $1::{kind} AS x FROM pg_database LIMIT 1", [value]).frame["x"][0]
    assert found == value or (value is None and pd.isna(found))


@pytest.mark.parametrize(
    "begin",
    ["CREATE TEMP TABLE mine AS SELECT 7 AS n", "BEGIN; CREATE TABLE mine AS SELECT 7 AS n"],
)
def test_a_query_sees_what_its_own_session_made(postgres_url: str, begin: str) -> None:
    opened = connector("postgres").open(spec_from_url("x", postgres_url))
    for statement in begin.split("; "):
        opened.execute(statement, [])
    assert opened.execute("SELECT n FROM mine", []).frame["n"].tolist() == [7]
    opened.close()


def test_a_setting_of_the_session_is_seen_by_its_queries(postgres_url: str) -> None:
    opened = connector("postgres").open(spec_from_url("x", postgres_url))
    opened.execute("SET TimeZone = 'Asia/Tokyo'", [])
    assert opened.execute("SELECT to_char('2020-01-01 00:00+00'::timestamptz, 'HH24') AS h", []).frame["h"][0] == "09"
    opened.close()


@pytest.mark.parametrize(
    ("statement", "may"),
    [
        ("SELECT 1 FROM t", True),
        ("SELECT 1", False),
        ("-- a note\nWITH a AS (SELECT 1) SELECT * FROM a", True),
        ("SELECT nextval('s')", False),
        ("SELECT * FROM t FOR UPDATE", False),
        ("WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d", False),
        ("SELECT * INTO x FROM t", False),
        ("SHOW TimeZone", False),
    ],
)
def test_only_queries_that_any_connection_answers_alike_are_read_apart(statement: str, may: bool) -> None:
    assert may_be_read_apart(statement) is may


def test_what_a_function_of_somebodys_leaves_in_the_session_is_seen(empty_postgres_url: str) -> None:
    opened: Any = connector("postgres").open(spec_from_url("x", empty_postgres_url))
    opened.execute("CREATE TABLE mine AS SELECT 1 AS n", [])
    body = "BEGIN CREATE TEMP TABLE mine AS SELECT 55 AS n; RETURN 1; END"
    opened.execute(f"CREATE FUNCTION make_mine() RETURNS int LANGUAGE plpgsql AS $$ {body} $$", [])
    assert opened.execute("SELECT n FROM mine", []).frame["n"].tolist() == [1]
    opened.execute("SELECT make_mine()", [])
    assert opened.execute("SELECT n FROM mine", []).frame["n"].tolist() == [55]
    opened.close()


@pytest.mark.parametrize(
    "literal", ["'0044-03-15 BC'::date", "'20000-01-01'::date", "'24:00'::time", "'infinity'::date"]
)
def test_what_python_has_no_value_for_is_an_error_of_ours(session: PostgresSession, literal: str) -> None:
    for text in (f"SELECT {literal} AS x", f"SELECT {literal} AS x FROM generate_series(1, 1)"):
        with pytest.raises(SqlError):
            session.execute(text, [])
