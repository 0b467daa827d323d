"""Warehouses, each by its real client against a server that stands for it, in an environment of its own.

`make test-warehouses` builds the environments and runs this in each; elsewhere, without the client, it is skipped.
It is run without the other tests' fixtures: the environments have little in them.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sept_ext.connectors.base import ConnectionSpec, HasSchemas, HasTypes, Session
from sept_ext.connectors.registry import connector
from sept_ext.core.errors import BadInput, SqlError

BIN = Path(sys.executable).parent


@contextmanager
def server(command: list[str], port: int, log: Path, home: Path) -> Iterator[None]:
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env={**os.environ, "HOME": str(home)})
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end and process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        else:
            pytest.fail(log.read_text(errors="replace")[-2000:])
        yield
    finally:
        process.kill()
        process.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def snowflake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    pytest.importorskip("fakesnow", reason="Snowflake: make test-warehouses")
    folder, port = tmp_path_factory.mktemp("snowflake"), free_port()
    parameters = {"account": "fakesnow", "user": "fake", "database": "shop", "schema": "public"}
    parameters |= {"host": "127.0.0.1", "port": str(port), "protocol": "http"}
    with server([str(BIN / "fakesnow"), "-s", "-p", str(port)], port, folder / "log", folder):
        session = connector("snowflake").open(ConnectionSpec("x", "snowflake", parameters, "snow"))
        session.execute("CREATE TABLE orders (id INT, customer VARCHAR, amount NUMBER(10,2), paid BOOLEAN)", [])
        yield session
        session.close()


@pytest.fixture(scope="module")
def bigquery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    pytest.importorskip("bqemulator", reason="BigQuery: make test-warehouses")
    folder, port, other = tmp_path_factory.mktemp("bigquery"), free_port(), free_port()
    found = importlib.util.find_spec("duckdb_extension_spatial")
    assert found is not None
    assert found.origin is not None
    for extension in Path(found.origin).parent.glob("extensions/v*/*.duckdb_extension"):
        for platform in ("linux_amd64", "linux_arm64", "osx_arm64", "osx_amd64"):  # the emulator would download it
            place = folder / ".duckdb" / "extensions" / extension.parent.name / platform
            place.mkdir(parents=True)
            (place / extension.name).symlink_to(extension)
    command = [str(BIN / "bqemulator"), "start", "--rest-port", str(port), "--grpc-port", str(other)]
    with server([*command, "--project", "sept"], port, folder / "log", folder):
        parameters = {"project": "sept", "dataset": "shop", "api_endpoint": f"http://127.0.0.1:{port}"}
        session = connector("bigquery").open(ConnectionSpec("x", "bigquery", parameters))
        session.execute("CREATE SCHEMA shop", [])
        session.execute("CREATE TABLE shop.orders (id INT64, customer STRING, amount NUMERIC, paid BOOL)", [])
        yield session
        session.close()


@pytest.fixture(params=["snowflake", "bigquery"])
def session(request: pytest.FixtureRequest) -> Session:
    opened: Session = request.getfixturevalue(request.param)
    opened.execute("DELETE FROM orders WHERE TRUE", [])
    # Amounts as literals: fakesnow reads a bound Decimal as a whole number, and the client asks again for minutes.
    for amount, row in (("1.50", (1, "Ada", True)), ("2.25", (2, "O'Hara", None))):
        opened.execute(f"INSERT INTO orders (id, customer, amount, paid) VALUES (?, ?, {amount}, ?)", row)
    return opened


BROKEN = "bqemulator 1.4.0 makes SQL of INFORMATION_SCHEMA.COLUMNS that it cannot read itself"


TYPES_OF_SNOWFLAKE = ["NUMBER(38,0)", "TEXT", "NUMBER(10,2)", "BOOLEAN"]


def names(frame: Any) -> list[str]:
    return [name.lower() for name in frame.columns]


def test_rows_come_as_a_frame(session: Session) -> None:
    result = session.execute("SELECT id, customer FROM orders ORDER BY id", [])
    assert names(result.frame) == ["id", "customer"]
    assert result.frame.to_numpy().tolist() == [[1, "Ada"], [2, "O'Hara"]]
    assert session.execute("SELECT id FROM orders", [], "arrow").frame.num_rows == 2


def test_values_are_exact_and_nulls_are_kept(session: Session) -> None:
    frame = session.execute("SELECT amount, paid FROM orders ORDER BY id", []).frame
    assert frame.iloc[:, 0].tolist() == [Decimal("1.50"), Decimal("2.25")]
    assert frame.iloc[:, 1].isna().tolist() == [False, True]
    assert str(frame.dtypes.iloc[1]) == "boolean"


def test_no_rows_still_have_their_columns(session: Session) -> None:
    frame = session.execute("SELECT id, customer FROM orders WHERE id > 99", []).frame
    assert (names(frame), len(frame)) == (["id", "customer"], 0)


def test_changes_tell_how_many_rows_they_affected(session: Session) -> None:
    result = session.execute("UPDATE orders SET paid = TRUE WHERE TRUE", [])
    assert (result.frame, result.rows_affected) == (None, 2)
    assert session.execute("CREATE OR REPLACE TABLE other (x INT)", []).frame is None


@pytest.mark.parametrize("value", ["Ada", "O'Hara", "x' OR '1'='1", "%s", "?", "$1", "{{ x }}", "Zoë", ""])
def test_values_are_bound_whatever_is_in_them(session: Session, value: str) -> None:
    assert session.execute("SELECT ? AS v", [value]).frame.iloc[0, 0] == value
    hits = session.execute("SELECT customer FROM orders WHERE customer = ?", [value]).frame
    assert set(hits.iloc[:, 0]) <= {value}


@pytest.mark.parametrize("value", [3, 1.5, True, Decimal("1.25"), date(2020, 1, 2)])
def test_values_of_other_types_are_bound(session: Session, value: Any, request: pytest.FixtureRequest) -> None:
    if isinstance(value, Decimal) and "snowflake" in request.node.name:
        pytest.skip("fakesnow cannot bind a Decimal")
    assert session.execute("SELECT ? = ? AS v", [value, value]).frame.iloc[0, 0] in (True, 1)


def test_relations_name_tables_with_their_columns(session: Session, request: pytest.FixtureRequest) -> None:
    if "bigquery" in request.node.name:
        pytest.skip(BROKEN)
    found = {name.lower(): tuple(map(str.lower, columns)) for name, columns in session.relations().items()}
    assert found["orders"] == ("id", "customer", "amount", "paid")


def test_other_schemas_and_the_types_of_columns_are_told(session: Session, request: pytest.FixtureRequest) -> None:
    assert isinstance(session, HasSchemas)
    assert isinstance(session, HasTypes)
    session.execute("CREATE SCHEMA IF NOT EXISTS archive", [])
    session.execute("CREATE TABLE IF NOT EXISTS archive.old (note STRING)", [])
    is_bigquery = "bigquery" in request.node.name
    if not is_bigquery:
        session.execute("USE SCHEMA public", [])  # Snowflake goes into a schema that it makes
    assert [name.lower() for name in session.schemas()] == ["archive"]
    orders, schema, old = ("orders", "archive", "old") if is_bigquery else ("ORDERS", "ARCHIVE", "OLD")
    types = list(session.columns_of(orders, None).values())
    assert types == (["INT64", "STRING", "NUMERIC", "BOOL"] if is_bigquery else TYPES_OF_SNOWFLAKE)
    assert list(map(str.lower, session.columns_of(old, schema))) == ["note"]
    assert session.columns_of("nobody", None) == {}
    if not is_bigquery:
        assert session.relations_in(schema) == {"OLD": ("NOTE",)}


def test_a_dataset_is_named_as_datasets_are(bigquery: Session) -> None:
    assert isinstance(bigquery, HasSchemas)
    with pytest.raises(BadInput, match="no name of a dataset"):
        bigquery.relations_in("shop`.INFORMATION_SCHEMA.TABLES --")


@pytest.mark.parametrize("statement", ["SELEC 1", "SELECT * FROM nobody", "SELECT nothing FROM orders"])
def test_a_refused_statement_is_a_sql_error_and_the_session_goes_on(
    session: Session, statement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sept_ext.connectors.bigquery._RETRY_S", 1)
    with pytest.raises(SqlError) as caught:
        session.execute(statement, [])
    assert str(caught.value)
    assert len(session.execute("SELECT * FROM orders", []).frame) == 2


def test_snowflakes_variants_are_what_they_say(snowflake: Session) -> None:
    frame = snowflake.execute("SELECT parse_json('{\"a\": [1]}') AS v", []).frame
    assert frame.iloc[0, 0] == {"a": [1]}
    assert len(snowflake.execute("SHOW TABLES", []).frame) >= 1


def test_bigquerys_arrays_and_instants(bigquery: Session) -> None:
    frame = bigquery.execute("SELECT [1, 2] AS a, STRUCT(1 AS x) AS s", []).frame
    assert (list(frame["a"][0]), dict(frame["s"][0])) == ([1, 2], {"x": 1})
    assert bigquery.execute("SELECT 2 IN UNNEST(?) AS v", [[1, 2]]).frame["v"][0]
    instant = datetime(2020, 1, 1, 12, tzinfo=UTC)
    assert bigquery.execute("SELECT ? AS v", [instant]).frame["v"][0] == instant


def test_the_environment_has_its_programs() -> None:
    """In the environments of `make test-warehouses` nothing may be skipped unseen."""
    wanted = os.environ.get("SEPT_TEST_WAREHOUSE")
    if wanted is None:
        pytest.skip("not in an environment of make test-warehouses")
    assert shutil.which(wanted, path=str(BIN)) is not None
