"""Hostile values through every road a parameter can take, on every engine that runs here: bound, never pasted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pandas as pd
import pytest

from sept_ext.connectors.registry import connector, spec_from_url
from sept_ext.core.errors import SeptError
from sept_ext.core.magic_syntax import SqlMagic, parse_sql_cell
from sept_ext.kernel.sql_cell import SqlContext, quoted, run_sql

ENGINES = ["notebook", "duckdb", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres), "mariadb"]
HOSTILE = [
    "x' OR '1'='1",
    "'; DROP TABLE people; --",
    "O'Hara",
    '"; DROP TABLE people; --',
    "\\' OR 1=1 --",
    "{{ 1 + 1 }}",
    ":name",
    "%s %(x)s %",
    "$1 ?1 ?",
    "a;b",
    "/* no */ -- comment",
    "Zoë \U0001f600",
    "back\\slash",
    "tab\tnew\nline",
    "$$ OR $$",
    "",
]
ROADS = ["= {{ value }}", "= :value", "= '{{ value }}'", "IN ({{ values }})", "IN :values"]


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, str]]:
    folder: Path = tmp_path_factory.mktemp("hostile")
    context, option = SqlContext(cache=None), "--connection db"
    if request.param == "notebook":
        option = ""
    else:
        (folder / "x.db").touch()
        urls = {"duckdb": f"duckdb:///{folder / 'x.duckdb'}", "sqlite": f"sqlite:///{folder / 'x.db'}"}
        url = urls.get(request.param) or request.getfixturevalue(f"{request.param}_url")
        spec = spec_from_url("db", str(url))
        context.sessions._open["db"] = (spec.kind, connector(spec.kind).open(spec))

    def run(sql: str, **names: Any) -> Any:
        magic = parse_sql_cell(f"%%sql {option}\n{sql}")
        assert magic is not None
        return run_sql(magic, context, names)

    run("DROP TABLE IF EXISTS people")
    run("CREATE TABLE people (id INTEGER, name VARCHAR(60))")
    for number, value in enumerate(HOSTILE):
        run("INSERT INTO people VALUES (:number, :value)", number=number, value=value)
    yield run, request.param
    run("DROP TABLE people")
    context.sessions.close()


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_text_finds_itself_and_nothing_else(engine: tuple[Any, str], value: str, road: str) -> None:
    run, _ = engine
    found = run(f"SELECT id, name FROM people WHERE name {road}", value=value, values=[value]).frame
    assert found["name"].tolist() == [value]
    assert run("SELECT count(*) AS n FROM people").frame["n"].tolist() == [len(HOSTILE)]


VALUES: list[tuple[Any, str]] = [
    (7, "INTEGER"), (2.5, "DOUBLE PRECISION"), (None, "INTEGER"), (Decimal("12345678.90"), "DECIMAL(12, 2)"),
    (date(2024, 2, 29), "DATE"), (datetime.fromisoformat("2024-02-29 12:30"), "TIMESTAMP"), (UUID(int=7), "UUID"),
    (True, "BOOLEAN"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "kind"), VALUES)
def test_a_value_of_each_kind_compares_equal_to_itself(engine: tuple[Any, str], value: Any, kind: str) -> None:
    run, name = engine
    if name == "sqlite":  # it has no types of its own for these; values compare as the texts it keeps
        kind = "NUMERIC" if isinstance(value, int | float | Decimal) or value is None else "TEXT"
    if name == "mariadb":
        kind = {"DOUBLE PRECISION": "DOUBLE", "TIMESTAMP": "DATETIME", "BOOLEAN": "UNSIGNED"}.get(kind, kind)
    condition = "IS NULL" if value is None else f"= CAST(:value AS {kind})"
    found = run(f"SELECT 1 AS yes WHERE CAST({{{{ value }}}} AS {kind}) {condition}", value=value).frame
    assert len(found) == 1


@pytest.mark.parametrize(
    ("dialect", "text"),
    [("postgres", '"a"" b`\\"'), ("duckdb", '"a"" b`\\"'), ("sqlite", '"a"" b`\\"'), ("mysql", '`a" b``\\`')],
)
def test_an_identifier_is_quoted_as_its_dialect_does(dialect: str, text: str) -> None:
    assert quoted('a" b`\\', dialect) == text


def test_an_identifier_that_could_escape_its_quotes_is_refused() -> None:
    with pytest.raises(SeptError, match="cannot be the name"):
        quoted("a\\` OR 1=1", "bigquery")


def test_an_identifier_goes_in_quoted_by_its_filter_only(engine: tuple[Any, str]) -> None:
    run, _ = engine
    assert len(run("SELECT {{ column | identifier }} FROM people WHERE id = 2", column="name").frame) == 1
    with suppress(SeptError):  # SQLite takes a quoted name that is no column for a text
        run("SELECT {{ column | identifier }} AS x FROM people p", column='id"; DROP TABLE people; --')
    assert run("SELECT count(*) AS n FROM people").frame["n"].tolist() == [len(HOSTILE)]


def test_an_identifier_may_name_a_dataframe() -> None:
    names = {"people": pd.DataFrame({"age": [36]}), "table": "people", "column": "age", "age": 5}
    magic = SqlMagic(sql="SELECT {{ column | identifier }} FROM {{ table | identifier }}")
    found: Any = run_sql(magic, SqlContext(cache=None), names).frame
    assert found["age"].tolist() == [36]
