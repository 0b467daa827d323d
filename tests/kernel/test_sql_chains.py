"""SQL cells over the results of other SQL cells: one statement where it means the same, from memory where not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from sept_ext.connectors.registry import connector, spec_from_url
from sept_ext.core.errors import SeptError
from sept_ext.core.magic_syntax import parse_sql_cell
from sept_ext.kernel.sql_cell import SqlContext, run_sql

pytestmark = pytest.mark.postgres

SETUP = (
    "CREATE TABLE sales AS SELECT i AS id, i % 7 AS region, (i * 37) % 100 AS amount, 'n' || i % 5 AS name,"
    " CASE WHEN i % 11 = 0 THEN NULL ELSE i % 3 END AS kind FROM generate_series(1, 500) i",
    "CREATE TABLE regions AS SELECT i AS region, 'region ' || i AS title FROM generate_series(0, 6) i",
)


class Cells:
    """Runs `%%sql` cells over one connection, with the variables a notebook would have."""

    def __init__(self, url: str) -> None:
        self.context = SqlContext(cache=None)
        self.names: dict[str, Any] = {}
        self.url = url
        spec = spec_from_url("db", url)
        self.context.sessions._open["db"] = ("postgres", connector("postgres").open(spec))

    def run(self, source: str) -> Any:
        magic = parse_sql_cell(source)
        assert magic is not None
        view = run_sql(magic, self.context, self.names)
        if magic.result is not None:
            self.names[magic.result] = view.frame
        return view


@pytest.fixture
def cells(empty_postgres_url: str) -> Iterator[Cells]:
    made = Cells(empty_postgres_url)
    for statement in SETUP:
        made.run(f"%%sql --connection db\n{statement}")
    yield made
    made.context.sessions.close()


def test_a_query_over_a_result_runs_as_one_statement(cells: Cells) -> None:
    cells.run("%%sql big << --connection db\nSELECT * FROM sales WHERE amount > 50; -- a note")
    view = cells.run("%%sql --connection db\nSELECT count(*) AS n FROM big b, regions WHERE b.region = regions.region")
    assert view.note == "one statement with `big`"
    assert view.frame["n"].tolist() == [len(cells.names["big"])]


def test_results_are_chained_through_results_and_values_stay_bound(cells: Cells) -> None:
    cells.names |= {"least": 30, "title": "region 3; --"}
    cells.run(
        "%%sql one << --connection db\nWITH a AS (SELECT * FROM sales) SELECT * FROM a WHERE amount > {{ least }}"
    )
    cells.run("%%sql two << --connection db\nSELECT region, sum(amount) AS total FROM one GROUP BY region")
    cells.names["least"] = 99  # a value is that of the run
    query = "SELECT t.* FROM two t JOIN regions USING (region) WHERE title <> {{ title }} AND ';' <> '' ORDER BY 1"
    view = cells.run(f"%%sql --connection db\n{query}")
    assert view.note == "one statement with `two`"
    pd.testing.assert_frame_equal(view.frame, cells.names["two"].sort_values("region", ignore_index=True))


REFUSED = [
    ("SELECT *, random() AS r FROM sales", "", "RAND"),
    ("SELECT * FROM sales WHERE now() > '2020-01-01'", "", "CURRENT_TIMESTAMP may give something else"),
    ("SELECT * FROM sales LIMIT 5", "", "LIMIT without ORDER BY"),
    ("WITH d AS (DELETE FROM sales RETURNING *) SELECT * FROM d", "", "it changes data"),
    ("SELECT id, id FROM sales", "", "two of its columns"),
    ("SELECT * FROM sales", "up = up.head(3)", "given another value"),
    ("SELECT * FROM sales", "up['more'] = 1", "changed since"),
    ("SELECT * FROM sales", "up.loc[0, 'amount'] = 7", "changed since"),
    ("SELECT * FROM sales", "INSERT INTO sales VALUES (0, 0, 0, '', 0)", "`sales` was changed since"),
    ("SELECT * FROM sales", "DO $$ BEGIN EXECUTE concat('SELECT ', 1); END $$", "the database was changed since"),
]


@pytest.mark.parametrize(("upstream", "between", "reason"), REFUSED)
def test_what_would_mean_something_else_is_read_from_memory(
    cells: Cells, upstream: str, between: str, reason: str
) -> None:
    cells.run(f"%%sql up << --connection db\n{upstream}")
    if between.startswith("up"):
        exec(between, cells.names)
    elif between:
        cells.run(f"%%sql --connection db\n{between}")
    view = cells.run("%%sql --connection db\nSELECT count(*) AS n FROM up")
    assert "`up` from memory" in view.note
    assert reason in view.note
    assert view.frame["n"].tolist() == [len(cells.names["up"])]


def test_a_table_of_the_database_comes_before_a_variable(cells: Cells) -> None:
    cells.run("%%sql sales << --connection db\nSELECT * FROM sales WHERE amount > 90")
    view = cells.run("%%sql --connection db\nSELECT count(*) AS n FROM sales")
    assert (view.note, view.frame["n"].tolist()) == ("", [500])


def test_pull_reads_from_memory_as_asked(cells: Cells) -> None:
    cells.run("%%sql up << --connection db\nSELECT * FROM sales")
    view = cells.run("%%sql --connection db --pull\nSELECT count(*) AS n FROM up")
    assert "as asked by --pull" in view.note


def test_frames_and_tables_are_joined_and_only_what_is_needed_is_moved(cells: Cells) -> None:
    cells.names["wanted"] = pd.DataFrame({"region": [1, 2]})
    query = "SELECT w.region, sum(s.amount) AS total FROM sales s JOIN wanted w ON s.region = w.region"
    view = cells.run(
        f"%%sql --connection db\n{query} WHERE s.amount > 90 AND s.name <> {{{{ 'n1' }}}} GROUP BY 1 ORDER BY 1"
    )
    everything = cells.run("%%sql --connection db\nSELECT * FROM sales").frame
    mine = everything[(everything.amount > 90) & (everything.name != "n1") & everything.region.isin([1, 2])]
    assert view.frame["total"].tolist() == mine.groupby("region").amount.sum().tolist()
    assert f"{(everything.amount > 90).sum():,} rows of `sales` moved here" in view.note


def test_a_frame_cannot_be_written_from(cells: Cells) -> None:
    cells.names["wanted"] = pd.DataFrame({"region": [1], "title": ["x"]})
    with pytest.raises(SeptError, match="can only be read by a query"):
        cells.run("%%sql --connection db\nINSERT INTO regions SELECT * FROM wanted")


COLUMNS = "id, region, amount, kind"


def generated(chance: random.Random, source: str) -> str:
    """A query over `source`, which has the columns id, region, amount, kind, and gives the same ones."""
    bound, limit = chance.randrange(100), chance.randrange(1, 40)
    return chance.choice(
        [
            f"SELECT {COLUMNS} FROM {source} WHERE amount {chance.choice('<>')} {bound}",
            f"SELECT min(id) AS id, region, sum(amount) AS amount, max(kind) AS kind FROM {source} GROUP BY region",
            f"WITH x AS (SELECT * FROM {source}), y AS (SELECT {COLUMNS} FROM x WHERE kind > 0) SELECT * FROM y",
            f"SELECT s.id, s.region, s.amount, s.kind FROM {source} s, regions r WHERE r.region = s.region",
            f"SELECT {COLUMNS} FROM {source} UNION ALL SELECT id + 9, region, 0, kind FROM {source} WHERE id % 2 < 1",
            f"SELECT {COLUMNS} FROM {source} ORDER BY id DESC, amount, region, kind LIMIT {limit}",
            f"SELECT {COLUMNS} FROM {source} WHERE region IN (SELECT region FROM {source} WHERE amount >= :least)",
        ]
    )


@pytest.mark.slow
def test_a_hundred_generated_chains_give_what_reading_from_memory_gives(cells: Cells) -> None:
    chance = random.Random(11)
    pushed = 0
    for number in range(100):
        cells.names["least"] = chance.randrange(100)
        source = "sales"
        for depth in range(chance.randrange(1, 4)):
            name = f"c{number}_{depth}" if chance.random() < 0.7 else f"x{depth}"
            cells.run(f"%%sql {name} << --connection db\n{generated(chance, source)}")
            source = name
        query = generated(chance, source)
        one, other = (cells.run(f"%%sql --connection db{pull}\n{query}") for pull in ("", " --pull"))
        pushed += one.note.startswith("one statement")
        assert rows(one.frame) == rows(other.frame), query
    assert pushed >= 90


def rows(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    """The rows as plain numbers, in any order."""
    return sorted(
        tuple(None if pd.isna(value) else int(value) for value in row) for row in frame.itertuples(index=False)
    )


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("INSERT INTO regions VALUES (9, 'x')", "would change regions"),
        ("WITH d AS (DELETE FROM sales RETURNING *) SELECT * FROM d", "would change sales"),
        ("SET default_transaction_read_only = off", "stays so"),
        ("DO $$ BEGIN DELETE FROM sales; END $$", "would change sales"),
        ("DO $$ BEGIN EXECUTE concat('DELETE FROM ', 'sales'); END $$", "read-only transaction"),
    ],
)
def test_a_connection_for_reading_only_refuses_writes(cells: Cells, sql: str, message: str) -> None:
    spec = replace(spec_from_url("ro", cells.url), is_read_only=True)
    cells.context.sessions._open["ro"] = ("postgres", connector("postgres").open(spec))
    cells.context.sessions._read_only.add("ro")
    with pytest.raises(SeptError, match=message):
        cells.run(f"%%sql --connection ro\n{sql}")
    assert cells.run("%%sql --connection ro\nSELECT count(*) AS read_only FROM sales").frame.iloc[0, 0] == 500


def test_a_table_of_another_schema_is_not_taken_for_its_namesake(cells: Cells) -> None:
    cells.run(
        "%%sql --connection db\nCREATE SCHEMA archive; CREATE TABLE archive.sales AS SELECT 7 AS year, 1 AS region"
    )
    cells.names["wanted"] = pd.DataFrame({"region": [1]})
    query = "SELECT s.year FROM archive.sales s JOIN wanted w USING (region) WHERE s.year > 5"
    assert cells.run(f"%%sql --connection db\n{query}").frame["year"].tolist() == [7]


def test_the_first_rows_of_an_ordered_result_are_those_of_the_frame(cells: Cells) -> None:
    cells.run("%%sql big << --connection db\nSELECT id, amount FROM sales ORDER BY amount DESC, id")
    for text in ("SELECT id FROM big LIMIT 3", "WITH few AS (SELECT id FROM big) SELECT id FROM few LIMIT 3"):
        view = cells.run(f"%%sql --connection db\n{text}")
        assert view.frame["id"].tolist() == cells.names["big"]["id"].tolist()[:3]
        assert "LIMIT without ORDER BY" in view.note
    joined = "SELECT b.id FROM big b JOIN regions r ON r.region = b.id LIMIT 3"
    assert cells.run(f"%%sql --connection db\n{joined}").note == "one statement with `big`"


HIDDEN = (
    ("CREATE FUNCTION dice(i int) RETURNS float LANGUAGE sql AS 'SELECT random()'",
     "SELECT dice(1) AS x, region FROM regions"),
    ("CREATE VIEW at AS SELECT clock_timestamp() AS x, region FROM regions; CREATE VIEW later AS SELECT * FROM at",
     "SELECT x, region FROM later"),
    ("CREATE FUNCTION dice(i int) RETURNS float LANGUAGE sql AS 'SELECT random()';"
     "CREATE VIEW thrown AS SELECT dice(1) AS x, region FROM regions", "SELECT x FROM public.thrown"),
)  # fmt: skip


@pytest.mark.parametrize(("made", "query"), HIDDEN)
def test_what_views_and_functions_hide_is_found_out(cells: Cells, made: str, query: str) -> None:
    cells.run(f"%%sql --connection db\n{made}")
    cells.run(f"%%sql u << --connection db\n{query}")
    view = cells.run("%%sql --connection db\nSELECT x FROM u")
    assert view.frame["x"].tolist() == cells.names["u"]["x"].tolist()
    assert "may give something else each time" in view.note


def test_a_function_that_says_it_is_steady_is_chained(cells: Cells) -> None:
    cells.run(
        "%%sql --connection db\nCREATE FUNCTION twice(i int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 2 * i'"
    )
    cells.run("%%sql u << --connection db\nSELECT twice(region) AS x FROM regions")
    assert cells.run("%%sql --connection db\nSELECT sum(x) AS s FROM u").note == "one statement with `u`"


PULLED = [
    ("SELECT s FROM sales s JOIN some USING (id)", "id region amount name kind"),
    ("WITH sales AS (SELECT * FROM sales WHERE amount > 50) SELECT id FROM sales JOIN some USING (id)", None),
    ('SELECT "S".id FROM sales "S" JOIN some ON some.id = "S".id WHERE "S".amount > 50', None),
    ("SELECT public.sales.id FROM public.sales JOIN some USING (id) WHERE public.sales.amount > 50", None),
]  # fmt: skip


@pytest.mark.parametrize(("query", "row"), PULLED)
def test_a_table_beside_a_frame_is_fetched_as_it_is_written(cells: Cells, query: str, row: str | None) -> None:
    cells.names["some"] = pd.DataFrame({"id": [1, 2, 3]})
    frame = cells.run(f"%%sql --connection db\n{query}").frame
    if row is not None:
        assert sorted(frame.iloc[0, 0]) == sorted(row.split())
    else:  # 37, 74, 11
        assert frame["id"].tolist() == [2]


FURTHER = (
    ("CREATE VIEW few AS SELECT * FROM sales WHERE id < 9", "few", "DELETE FROM sales WHERE id < 5"),
    ("CREATE TABLE par (id int) PARTITION BY RANGE (id); CREATE TABLE one PARTITION OF par FOR VALUES FROM (0) TO (9)",
     "par", "INSERT INTO one VALUES (1)"),
    ("CREATE TABLE up (id int PRIMARY KEY); INSERT INTO up VALUES (1);"
     "CREATE TABLE down (id int REFERENCES up ON DELETE CASCADE); INSERT INTO down VALUES (1)",
     "down", "DELETE FROM up"),
    ("CREATE FUNCTION thin() RETURNS void LANGUAGE sql AS 'DELETE FROM sales WHERE id < 5'", "sales", "SELECT thin()"),
)  # fmt: skip


@pytest.mark.parametrize(("made", "read", "write"), FURTHER)
def test_a_write_may_reach_what_it_does_not_name(cells: Cells, made: str, read: str, write: str) -> None:
    cells.run(f"%%sql --connection db\n{made}")
    cells.run(f"%%sql u << --connection db\nSELECT count(*) AS n FROM {read}")
    cells.run(f"%%sql --connection db\n{write}")
    view = cells.run("%%sql --connection db\nSELECT n FROM u")
    assert view.frame["n"].tolist() == cells.names["u"]["n"].tolist()
    assert "was changed since" in view.note


def test_a_table_that_is_made_changes_no_other(cells: Cells) -> None:
    cells.run("%%sql u << --connection db\nSELECT count(*) AS n FROM sales")
    cells.run("%%sql --connection db\nCREATE TABLE copied AS SELECT * FROM sales")
    assert cells.run("%%sql --connection db\nSELECT n FROM u").note == "one statement with `u`"


def test_rows_joined_with_a_frame_are_as_exact_as_those_of_the_database(cells: Cells) -> None:
    cells.run("%%sql --connection db\nCREATE TABLE bills AS SELECT i AS id, 0.10::numeric(10, 2) AS amount"
              " FROM generate_series(1, 3) i")  # fmt: skip
    cells.names["wanted"] = pd.DataFrame({"id": [1, 2, 3]})
    query = (
        "SELECT sum(b.amount) AS total, sum(b.id) AS ids, max(b.id) AS last FROM bills b JOIN wanted w ON w.id = b.id"
    )
    found = cells.run(f"%%sql --connection db\n{query}").frame
    assert found.iloc[0].tolist() == [Decimal("0.30"), 6, 3]
    assert [str(kind) for kind in found.dtypes] == ["object", "int64", "int32"]
