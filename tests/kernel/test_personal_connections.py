"""Connections in a person's own files."""

from __future__ import annotations

from pathlib import Path

import pytest

from sept_ext.connectors.registry import spec_from_url
from sept_ext.core.errors import BadInput
from sept_ext.kernel.connections import resolve
from sept_ext.kernel.personal_connections import FILES, personal_connection
from sept_ext.services.connections import checked_parameters

TOML = """
[shop]
url = "postgresql://ada@db.example/shop"
password = "hunter2"
read_only = true
[file]
kind = "sqlite"
path = "shop.db"
[odd]
color = "red"
"""
INI = """
[warehouse]
drivername = postgresql+psycopg2
host = db.example
port = 5433
database = sales
username = ada
password = hunter2%20
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, content in zip(FILES, (TOML, INI), strict=True):
        path = Path(name).expanduser()
        path.parent.mkdir(parents=True)
        path.write_text(content)
    return tmp_path


def test_a_table_of_the_toml_file_is_a_connection() -> None:
    spec = resolve("shop")
    assert (spec.kind, spec.parameters["host"], spec.secret, spec.is_read_only) == (
        "postgres",
        "db.example",
        "hunter2",
        True,
    )
    assert "hunter2" not in repr(spec)
    assert personal_connection("file") is not None
    assert resolve("file").parameters == {"path": "shop.db"}


def test_a_section_of_jupysqls_file_is_a_connection() -> None:
    spec = resolve("warehouse")
    assert (spec.kind, spec.parameters["port"], spec.parameters["user"], spec.secret) == (
        "postgres",
        "5433",
        "ada",
        "hunter2%20",
    )


@pytest.mark.parametrize(("content", "message"), [("password = hunter2 [", "TOML"), ("shop = 5", "is no table")])
def test_a_bad_file_is_named_and_never_quoted(content: str, message: str) -> None:
    Path(FILES[0]).expanduser().write_text(content)
    with pytest.raises(BadInput, match=message) as caught:
        resolve("shop")
    assert "hunter2" not in str(caught.value)


def test_a_table_without_a_kind_says_what_is_missing() -> None:
    with pytest.raises(BadInput, match="needs url"):
        resolve("odd")


def test_a_section_of_jupysqls_file_keeps_driver_and_user(home: Path) -> None:
    file = home / ".jupysql" / "connections.ini"
    file.parent.mkdir(exist_ok=True)
    file.write_text(
        "[far]\ndrivername = mssql+pymssql\nusername = ann@firm\npassword = p\nhost = db\ndatabase = shop\n"
    )
    spec = personal_connection("far")
    assert spec is not None
    assert (spec.parameters, spec.secret) == ({"url": "mssql+pymssql://ann%40firm@db/shop"}, "p")


@pytest.mark.parametrize(
    "url",
    [
        "mssql+pyodbc:///?odbc_connect=DRIVER%3Dx%3BUID%3Dann%3BPWD%3Dhunter2",
        "oracle://ann@db/x?wallet_password=hunter2",
    ],
)
def test_a_password_behind_the_question_mark_of_a_url_is_refused_in_a_cell_and_a_workspace(url: str) -> None:
    with pytest.raises(BadInput, match="password in a cell"):
        resolve(url)
    with pytest.raises(BadInput, match="holds a secret"):
        checked_parameters({"url": url})


def test_an_at_sign_behind_the_place_of_a_url_is_no_login() -> None:
    spec = spec_from_url("x", "mssql+pymssql://ann:p@db:1433/shop?mail=a@b")
    assert (spec.parameters, spec.secret) == ({"url": "mssql+pymssql://ann@db:1433/shop?mail=a@b"}, "p")
    assert spec_from_url("x", "mssql://db:1433/shop?mail=a@b").parameters == {"url": "mssql://db:1433/shop?mail=a@b"}
