"""`%%sql` in a real kernel: frames, databases, parameters, errors, interrupts."""

from __future__ import annotations

import json
import sqlite3
import time
from pathlib import Path

import pytest

from tests.support.kernels import KernelSession, running_kernel

pytestmark = pytest.mark.kernel

FRAMES = """
import pandas as pd, polars as pl, pyarrow as pa
people = pd.DataFrame({"name": ["Ada", "O'Hara", None], "age": [36, 41, 7]})
people_pl = pl.DataFrame({"name": ["Ada"], "age": [36]})
people_pa = pa.table({"name": ["Ada"], "age": [36]})
"""


@pytest.fixture(scope="module", autouse=True)
def frames(kernel: KernelSession) -> None:
    assert kernel.run(FRAMES).error is None


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("data") / "shop.db"
    with sqlite3.connect(file) as connection:
        connection.executescript(
            "CREATE TABLE orders (id INTEGER, customer TEXT, amount REAL, paid INTEGER);"
            "INSERT INTO orders VALUES (1, 'Ada', 10.5, 1), (2, 'O''Hara', 99.0, NULL), "
            "(3, 'x'' OR ''1''=''1', 1.0, 0);"
        )
    return file


@pytest.mark.parametrize("name", ["people", "people_pl", "people_pa"])
def test_sql_reads_frames_of_pandas_polars_and_arrow_by_name(kernel: KernelSession, name: str) -> None:
    ran = kernel.run(f"%%sql found <<\nSELECT name FROM {name} WHERE age = 36\n")
    assert ran.error is None
    assert kernel.run("print(type(found).__module__, found['name'].tolist())").text.split()[1:] == ["['Ada']"]


def test_a_frame_inside_a_function_is_found(kernel: KernelSession) -> None:
    body = "local = people[people.age > 40]\n    found = %sql SELECT name FROM local\n    return found"
    assert "O'Hara" in kernel.run(f"def oldest():\n    {body}\noldest()").text


def test_the_result_says_rows_time_and_place_in_html_and_text(kernel: KernelSession) -> None:
    bundle = kernel.run("%%sql adults <<\nSELECT * FROM people WHERE age > 18").displays[0]
    assert set(bundle) == {"text/html", "text/plain", "application/vnd.sept.result+json"}
    page = bundle["application/vnd.sept.result+json"]
    assert ([column["name"] for column in page["schema"]], page["rowCount"], page["variable"]) == (
        ["name", "age"],
        2,
        "adults",
    )
    assert page["rows"] == [["Ada", 36], ["O'Hara", 41]]
    assert "2 rows in" in bundle["text/plain"]
    assert "on duckdb, as adults" in bundle["text/html"]
    assert "O&#x27;Hara" in bundle["text/html"]


@pytest.mark.parametrize(("option", "module"), [("polars", "polars"), ("arrow", "pyarrow")])
def test_the_variable_can_be_polars_or_arrow(kernel: KernelSession, option: str, module: str) -> None:
    kernel.run(f"%%sql other << --as {option}\nSELECT age FROM people")
    assert kernel.run("print(type(other).__module__)").text.startswith(module)


@pytest.mark.parametrize(
    "value",
    ["Ada", "O'Hara", "x' OR '1'='1", "{{ 7 * 7 }}", "'; DROP TABLE orders; --", ":name", "%s", "?", "a\nb", "Zoë"],
)
@pytest.mark.parametrize("written", ["{{ wanted }}", ":wanted"])
def test_hostile_values_are_bound_and_never_pasted(
    kernel: KernelSession, shop: Path, value: str, written: str
) -> None:
    kernel.run(f"wanted = {value!r}")
    for target in (f"--connection sqlite:///{shop}", ""):
        table = "orders" if target else "people"
        column = "customer" if target else "name"
        ran = kernel.run(f"%%sql hits << {target}\nSELECT {column} AS v FROM {table} WHERE {column} = {written}")
        assert ran.error is None
        assert kernel.run("print([v == wanted for v in hits['v']])").text.strip() in ("[True]", "[]")
    assert kernel.run(f"%%sql n << --connection sqlite:///{shop}\nSELECT count(*) AS n FROM orders").error is None
    assert kernel.run("print(n['n'][0])").text.strip() == "3"


def test_whole_numbers_with_nulls_stay_whole(kernel: KernelSession, shop: Path) -> None:
    kernel.run(f"%%sql paid << --connection sqlite:///{shop}\nSELECT paid FROM orders ORDER BY id")
    assert kernel.run("print(paid['paid'].dtype, paid['paid'].tolist())").text.strip() == "Int64 [1, <NA>, 0]"


def test_several_statements_run_and_the_last_one_is_shown(kernel: KernelSession) -> None:
    ran = kernel.run(
        "%%sql\nCREATE TABLE t (a INTEGER);\nINSERT INTO t VALUES (1), (2);\nSELECT sum(a) AS total FROM t"
    )
    assert "total" in ran.text
    assert "3" in ran.text


def test_a_transaction_counts_whole_or_not_at_all(kernel: KernelSession, shop: Path) -> None:
    url = f"sqlite:///{shop}"
    failed = kernel.run(f"%%sql --connection {url} --transaction\nDELETE FROM orders; SELECT nothing FROM orders")
    assert "Statement 2 of 2 failed (1 ran before it)" in str(failed.error)
    assert "3 rows" in kernel.run(f"%%sql --connection {url}\nSELECT * FROM orders").text
    kept = kernel.run(f"%%sql --connection {url} --transaction\nUPDATE orders SET paid = paid; SELECT 1")
    assert "in one transaction" in kept.text


def test_a_value_in_quotes_is_bound_as_text_and_amid_text_refused(kernel: KernelSession) -> None:
    kernel.run('who = "O\'Hara"')
    assert "1 row in" in kernel.run("%%sql\nSELECT * FROM people WHERE name = '{{ who }}'").text
    refused = kernel.run("%%sql\nSELECT * FROM people WHERE name LIKE '%{{ who }}%'")
    assert "write '...' || {{ who }} || '...'" in str(refused.error)


def test_lists_expand_with_or_without_brackets(kernel: KernelSession) -> None:
    kernel.run("ages, none = [36, 41], []")
    for condition, count in (("IN {{ ages }}", 2), ("IN (:ages)", 2), ("NOT IN {{ ages }}", 1), ("IN {{ none }}", 0)):
        assert f"{count} row" in kernel.run(f"%%sql\nSELECT * FROM people WHERE age {condition}").text
    assert "is empty" in str(kernel.run("%%sql\nSELECT * FROM people WHERE age NOT IN {{ none }}").error)


def test_a_large_result_changed_in_place_is_no_result_any_more(kernel: KernelSession, shop: Path) -> None:
    url = f"sqlite:///{shop}"
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000)"
    rows = f"{numbers} SELECT i, i * 2.5 AS x, i AS y FROM n"
    assert kernel.run(f"%%sql large << --connection {url}\n{rows}").error is None
    count = f"%%sql --connection {url}\nSELECT count(*) AS n FROM large WHERE i = 7"
    assert "one statement with `large`" in kernel.run(count).text
    kernel.run("large.loc[5, 'i'] = 7")
    assert "from memory" in kernel.run(count).text


def test_python_code_asks_by_the_same_road(kernel: KernelSession, shop: Path) -> None:
    source = (
        "import sept_ext\ndef of(customer):\n"
        "    return sept_ext.sql('SELECT * FROM orders WHERE customer = :customer', "
        f"connection='sqlite:///{shop}')\nprint(len(of('Ada')), len(sept_ext.sql('SELECT * FROM people')))"
    )
    assert kernel.run(source).text == "1 3\n"


def test_dml_says_how_many_rows_it_affected(kernel: KernelSession, shop: Path) -> None:
    ran = kernel.run(f"%%sql --connection sqlite:///{shop}\nUPDATE orders SET paid = paid WHERE id < 3")
    assert ran.text.startswith("2 rows affected")


ERRORS = [
    ("%%sql r <<\nSELECT name\nFROM peopl", "There is no table 'peopl'.", "line 3: FROM peopl", "people"),
    ("%%sql r <<\nSELECT nme FROM people", "There is no column 'nme'.", "line 2: SELECT nme", "name"),
    ("%%sql r <<\nSELEC 1", "syntax error", "line 2: SELEC 1", ""),
    ("%%sql r << --connection sqlite:///{shop}\nSELECT * FROM order_s", "no table 'order_s'", "line 2", "orders"),
    ("%%sql r << --connection sqlite:///{shop}\nSELECT amout FROM orders", "no column 'amout'", "line 2", "amount"),
    ("%%sql r <<\nSELECT {{ nobody }}", "The parameter 'nobody' has no value", "", ""),
    ("%%sql r <<\nSELECT * FROM ages", "'ages' is a list; SQL reads dataframes", "", ""),
    ("%%sql r << --conection x\nSELECT 1", "Did you mean --connection?", "", ""),
    ("%%sql r << --connection nowhere\nSELECT 1", "There is no connection 'nowhere'", "", ""),
    ("%%sql r << --connection sqlite:///missing.db\nSELECT 1", "there is no SQLite file 'missing.db'", "", ""),
    ("%%sql r << --connection postgresql://u:secret@h/d\nSELECT 1", "A password in a cell", "", ""),
    ("%%sql r <<\n-- nothing yet", "There is no SQL in this cell", "", ""),
]


@pytest.mark.parametrize(("source", "message", "place", "candidate"), ERRORS)
def test_errors_name_the_thing_the_place_and_the_nearest_name(
    kernel: KernelSession, shop: Path, source: str, message: str, place: str, candidate: str
) -> None:
    kernel.run("ages = [1]\nr = 'as before'")
    ran = kernel.run(source.replace("{shop}", str(shop)))
    assert ran.error is not None
    assert message in ran.error
    assert place in ran.traceback
    assert candidate in ran.traceback
    assert "Traceback" not in ran.traceback
    assert "secret" not in ran.traceback + ran.error
    assert kernel.run("print(r)").text.strip() == "as before"


def test_the_drivers_traceback_is_shown_when_it_is_asked_for(kernel: KernelSession, shop: Path) -> None:
    failing = f"%%sql --connection sqlite:///{shop}\nSELECT absent FROM orders"
    kernel.run("%xmode Verbose")
    asked = kernel.run(failing).traceback
    kernel.run("%xmode Context")
    assert "sqlite3.OperationalError: no such column: absent" in asked
    assert "There is no column 'absent'." in asked
    assert "sqlite3" not in kernel.run(failing).traceback


def test_an_interrupt_stops_the_query_and_the_kernel_goes_on(kernel: KernelSession, shop: Path) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    for target in (f"--connection sqlite:///{shop}", ""):
        msg_id = kernel.start(f"%%sql r << {target}\n{endless}")
        time.sleep(1)
        kernel.manager.interrupt_kernel()
        assert "KeyboardInterrupt" in (kernel.finish(msg_id).error or "")
        assert kernel.run("print('alive')").text.strip() == "alive"


def test_help_lists_the_options(kernel: KernelSession) -> None:
    assert "--connection NAME" in kernel.run("%sql --help").text


def test_a_connection_of_the_environment_is_found_by_name(tmp_path: Path, shop: Path) -> None:
    with running_kernel(tmp_path, {"SEPT_CONNECTION_SHOP": f"sqlite:///{shop}"}) as kernel:
        assert "3 rows" in kernel.run("%%sql --connection shop\nSELECT * FROM orders").text


@pytest.mark.postgres
def test_a_session_that_ended_is_opened_anew_by_the_next_cell(tmp_path: Path, postgres_url: str) -> None:
    with running_kernel(tmp_path, {"SEPT_CONNECTION_PG": postgres_url}) as kernel:
        ended = kernel.run("%%sql --connection pg\nSELECT pg_terminate_backend(pg_backend_pid())")
        assert ended.error is not None
        assert "opens a new session" in ended.error
        assert kernel.run("%%sql --connection pg\nSELECT 41 + 1").error is None
        failed = kernel.run("%%sql --connection pg\nBEGIN; SELECT nothing")
        assert failed.error == "SqlCellError: Statement 2 of 2 failed (1 ran before it): There is no column 'nothing'."
        assert kernel.run("%%sql --connection pg\nROLLBACK").error is None


@pytest.mark.parametrize("option", ["", "--connection sqlite:///{shop}"])
def test_a_plan_is_shown_as_the_engine_laid_it_out(kernel: KernelSession, shop: Path, option: str) -> None:
    query = "SELECT 1 AS x UNION ALL SELECT 2" if not option else "SELECT * FROM orders o JOIN orders p USING (id)"
    explain = "EXPLAIN" if not option else "EXPLAIN QUERY PLAN"
    bundle = kernel.run(f"%%sql {option.format(shop=shop)}\n{explain} {query}").displays[0]
    assert "<pre" in bundle["text/html"]
    assert {"": "──", "--": "SCAN o"}[option[:2]] in bundle["text/plain"]
    assert "\\n" not in bundle["text/plain"]


def test_results_of_any_size_stay_small_in_the_notebook(kernel: KernelSession) -> None:
    columns = ", ".join(f"repeat('&', 300) AS column_{number}" for number in range(300))
    bundle = kernel.run(f"%%sql\nSELECT {columns} FROM range(200)").displays[0]
    assert len(json.dumps(bundle).encode()) <= 64_000
    assert "of 300 columns" in bundle["text/html"]


def test_each_of_several_statements_tells_what_became_of_it(kernel: KernelSession) -> None:
    source = "%%sql\nCREATE TABLE told (n INT);\nINSERT INTO told VALUES (1), (2);\nSELECT * FROM told"
    text = kernel.run(source).displays[0]["text/plain"]
    assert "1. CREATE TABLE told (n INT): done" in text
    assert "2. INSERT INTO told VALUES (1), (2): 2 rows affected" in text
    assert "3. SELECT * FROM told: 2 rows" in text
    assert kernel.run("%%sql\nDROP TABLE told").error is None


def test_frames_of_anything_are_neither_in_the_way_nor_noisy(kernel: KernelSession) -> None:
    ran = kernel.run("mixed = pd.DataFrame({'a': [1, 'x', None, [1]], 'b': [b'x', {}, object(), float('nan')]})")
    assert (ran.error, ran.text) == (None, "")
    assert list(ran.report["bound"]) == ["mixed"]
