"""Before the tables of a SQLite store are changed, a copy of it is kept."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest

from sept_ext.core.errors import Unavailable
from sept_ext.storage import schema_version
from sept_ext.storage.unit_of_work import SqlDatabase


@pytest.fixture
def old_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of a release before ours, with one row."""
    file = tmp_path / "sept.sqlite3"
    database = SqlDatabase(f"sqlite:///{file}")
    database.check()
    database.close()
    with sqlite3.connect(file) as connection:
        connection.execute("INSERT INTO blobs VALUES ('precious', x'00')")
        connection.execute("UPDATE sept_schema_version SET version_num = '0000'")
    connection.close()
    monkeypatch.setattr(schema_version, "REVISIONS", ("0000", "0001"))
    return file


def test_a_migration_begins_with_a_private_copy(old_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_connection: object) -> None:
        raise Unavailable("the migration broke")

    monkeypatch.setattr(schema_version, "migrate", fail)
    with pytest.raises(Unavailable, match="broke"):
        SqlDatabase(f"sqlite:///{old_store}").check()
    copy = old_store.with_name("sept.sqlite3.0000.bak")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with sqlite3.connect(copy) as connection:
        assert connection.execute("SELECT hash FROM blobs").fetchall() == [("precious",)]
    connection.close()
    assert sorted(path.name for path in old_store.parent.iterdir() if "bak" in path.name) == [copy.name]


def test_a_new_store_and_a_current_one_are_not_copied(tmp_path: Path) -> None:
    for _ in range(2):
        database = SqlDatabase(f"sqlite:///{tmp_path / 'sept.sqlite3'}")
        database.check()
        database.close()
    assert [path.name for path in tmp_path.iterdir() if "bak" in path.name] == []
