"""The database itself, on SQLite and on a real Postgres: migrations, types, concurrency, outages."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from sept_ext.core.access import Role
from sept_ext.core.errors import Unavailable
from sept_ext.services import workspaces
from sept_ext.services.records import Project, ProjectCell, make_user
from sept_ext.services.store import WriteRace
from sept_ext.storage import schema_version
from sept_ext.storage.engine import make_engine, parse_url
from sept_ext.storage.ids import uuid7
from sept_ext.storage.tables import metadata
from sept_ext.storage.unit_of_work import SqlDatabase

ALICE = make_user("test", "alice")


def make_workspace(database: SqlDatabase, name: str = "Team") -> workspaces.Workspace:
    with database.write() as uow:
        uow.users.ensure(ALICE, uow.now)
        return workspaces.create_workspace(uow, ALICE, name)


def test_a_new_database_is_migrated_on_first_use_and_matches_the_tables(empty_database_url: str) -> None:
    database = SqlDatabase(empty_database_url)
    database.check()
    database.close()
    with make_engine(parse_url(empty_database_url)).connect() as connection:
        options = {"version_table": schema_version.VERSION_TABLE, "compare_type": True}
        difference = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    assert difference == []


def test_the_listed_revisions_are_those_of_the_migrations() -> None:
    scripts = ScriptDirectory(str(Path(schema_version.__file__).parent / "migrations"))
    assert tuple(script.revision for script in reversed(list(scripts.walk_revisions()))) == schema_version.REVISIONS


def test_four_processes_that_start_at_once_all_find_a_migrated_database(empty_database_url: str) -> None:
    program = "import sys; from sept_ext.storage.unit_of_work import SqlDatabase; SqlDatabase(sys.argv[1]).check()"
    command = [sys.executable, "-c", program, empty_database_url]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(4)]
    errors = [process.communicate(timeout=60)[1].decode() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0, 0], errors


def test_alembic_is_not_imported_for_a_database_that_is_up_to_date(database_url: str) -> None:
    SqlDatabase(database_url).check()
    program = (
        "import sys; from sept_ext.storage.unit_of_work import SqlDatabase; SqlDatabase(sys.argv[1]).check();"
        "print([name for name in ('alembic', 'pandas', 'duckdb', 'sqlalchemy.orm') if name in sys.modules])"
    )
    output = subprocess.run([sys.executable, "-c", program, database_url], capture_output=True, check=True, text=True)
    assert output.stdout.strip() == "[]"


def test_a_database_of_a_newer_version_is_refused_and_left_alone(database_url: str) -> None:
    SqlDatabase(database_url).check()
    engine = make_engine(parse_url(database_url))
    table = sa.table(schema_version.VERSION_TABLE, sa.column("version_num"))
    with engine.begin() as connection:
        connection.execute(sa.update(table).values(version_num="9999"))
    with pytest.raises(Unavailable, match="newer version of Sept"):
        SqlDatabase(database_url).check()
    with engine.begin() as connection:
        assert connection.execute(sa.select(table.c.version_num)).scalar() == "9999"
        connection.execute(sa.update(table).values(version_num=schema_version.HEAD))
    SqlDatabase(database_url).check()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("postgresql://nobody:hunter2@127.0.0.1:1/none", "cannot be used now"),
        ("mysql://root@localhost/sept", "SQLite or Postgres"),
        ("not a url hunter2", "not a database URL"),
        ("postgresql://me:hunter2@host:hunter2/none", "not a database URL"),
        ("sqlite:////proc/nowhere/sept.sqlite3", "cannot be opened"),
    ],
)
def test_a_store_that_cannot_be_reached_is_unavailable_and_no_password_is_shown(url: str, message: str) -> None:
    with pytest.raises(Unavailable, match=message) as caught:
        SqlDatabase(url).check()
    assert "hunter2" not in caught.value.message


def test_a_store_recovers_by_itself(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.write_text("a file where the folder should be")
    database = SqlDatabase(f"sqlite:///{folder / 'sept.sqlite3'}")
    with pytest.raises(Unavailable):
        database.check()
    folder.unlink()
    assert make_workspace(database).slug == "team"


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "sept.sqlite3").write_bytes(b"not a database, but long enough to be looked at as one" * 50)
    with pytest.raises(Unavailable, match="not a database"):
        SqlDatabase(f"sqlite:///{tmp_path / 'sept.sqlite3'}").check()


@pytest.mark.skipif(os.name == "nt", reason="file modes are POSIX")
def test_the_sqlite_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    SqlDatabase(f"sqlite:///{tmp_path / 'new' / 'sept.sqlite3'}").check()
    assert stat.S_IMODE((tmp_path / "new" / "sept.sqlite3").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_times_come_back_aware_and_in_utc(database_url: str) -> None:
    local = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=5)))
    database = SqlDatabase(database_url, clock=lambda: local)
    workspace = make_workspace(database)
    with database.read() as uow:
        stored = uow.workspaces.get(workspace.id)
    assert stored is not None
    assert stored.created_at == local
    assert stored.created_at.tzinfo is UTC


def test_a_naive_time_is_refused(database_url: str) -> None:
    database = SqlDatabase(database_url, clock=lambda: datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(sa.exc.StatementError, match="naive datetime"):
        make_workspace(database)


def test_order_keys_sort_by_bytes_whatever_the_database_speaks(database_url: str) -> None:
    database = SqlDatabase(database_url)
    workspace = make_workspace(database)
    keys = ["Zz", "a0", "a0V", "a0l", "a1", "b00"]
    with database.write() as uow:
        project = Project(uuid4(), workspace.id, "t", "r", "p", ALICE.id, uow.now, uow.now)
        uow.projects.add(project)
        cells = [ProjectCell(project.id, f"c{key}", "code", key, "") for key in reversed(keys)]
        uow.cells.replace(project.id, cells)
    with database.read() as uow:
        assert [cell.order for cell in uow.cells.of_projects([project.id])] == keys


def test_nothing_is_stored_when_a_use_case_fails(database_url: str) -> None:
    database = SqlDatabase(database_url)

    def fail_half_way() -> None:
        with database.write() as uow:
            uow.users.ensure(ALICE, uow.now)
            workspaces.create_workspace(uow, ALICE, "Half")
            raise RuntimeError("the second half failed")

    with pytest.raises(RuntimeError):
        fail_half_way()
    with database.read() as uow:
        assert uow.workspaces.of_user(ALICE.id) == []
        assert uow.events.last_seq() == 0


def test_two_writers_of_one_key_give_one_row_and_one_race(database_url: str) -> None:
    database = SqlDatabase(database_url)
    workspace = make_workspace(database)
    with pytest.raises(WriteRace), database.write() as uow:
        uow.workspaces.add(workspace)


def test_no_update_is_lost_between_two_connections(database_url: str) -> None:
    """Read, then write, from eight threads over two pools: the version numbers must be 1 to 40."""
    first, second = SqlDatabase(database_url), SqlDatabase(database_url)
    workspace = make_workspace(first)
    with first.write() as uow:
        project = Project(uuid4(), workspace.id, "t", "r", "p", ALICE.id, uow.now, uow.now)
        uow.projects.add(project)
        uow.blobs.add({"m": b"{}"})

    def add_versions(database: SqlDatabase) -> None:
        from sept_ext.services.records import Version

        for _ in range(5):
            with database.write() as uow:
                uow.projects.lock(project.id)
                seq = uow.versions.next_seq(project.id)
                uow.versions.add(Version(uow.new_id(), project.id, seq, "v", "manual", ALICE, uow.now, 0, "m"))

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(add_versions, database) for database in [first, second] * 4]:
            done.result()
    with first.read() as uow:
        versions = uow.versions.of_projects([project.id], 100, 0)
    assert [version.seq for version in reversed(versions)] == list(range(1, 41))


WRITER = """
import sys
from sept_ext.services import workspaces
from sept_ext.services.records import make_user
from sept_ext.storage.unit_of_work import SqlDatabase
database, alice = SqlDatabase(sys.argv[1]), make_user("test", "alice")
while True:
    with database.write() as uow:
        uow.users.ensure(alice, uow.now)
        made = workspaces.create_workspace(uow, alice, "Crash", f"c{uow.new_id().hex[:30]}")
    print(made.id, flush=True)
"""


def test_what_was_acknowledged_survives_kill_9_and_nothing_is_half_there(database_url: str) -> None:
    SqlDatabase(database_url).check()
    acknowledged: list[str] = []
    for count in (3, 17, 40):
        process = subprocess.Popen([sys.executable, "-c", WRITER, database_url], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        acknowledged += [process.stdout.readline().strip() for _ in range(count)]
        process.kill()
        acknowledged += process.communicate()[0].split()
    with SqlDatabase(database_url).read() as uow:
        kept = {str(workspace.id) for workspace, _ in uow.workspaces.of_user(ALICE.id)}
        told = {event.subject_id for event in uow.events.after(0, 100_000)}
    # A last one may be there whose acknowledgement died with the process: never more than one for each kill.
    lines = {line for line in acknowledged if len(line) == 36}
    assert lines <= kept
    assert len(kept - lines) <= 3
    assert kept == told


def test_events_are_seen_in_order_and_none_is_passed_by(database_url: str) -> None:
    """While several writers commit, a reader that always asks after the last it saw sees every event."""
    database = SqlDatabase(database_url)
    make_workspace(database)
    total = 1 + 4 * 15
    seen: list[int] = []
    stop = threading.Event()

    def read_on() -> None:
        while len(seen) < total and not stop.is_set():
            with database.read() as uow:
                seen.extend(event.seq or 0 for event in uow.events.after(seen[-1] if seen else 0, 7))

    def write_on(number: int) -> None:
        for count in range(15):
            make_workspace(database, f"{number} {count}")

    with ThreadPoolExecutor(5) as pool:
        reader = pool.submit(read_on)
        try:
            for done in [pool.submit(write_on, number) for number in range(4)]:
                done.result()
            reader.result(timeout=20)
        finally:
            stop.set()
    assert seen == sorted(set(seen))
    assert len(seen) == total


def test_a_full_disk_is_unavailable_then_writes_resume(tmp_path: Path) -> None:
    file = tmp_path / "sept.sqlite3"
    database = SqlDatabase(f"sqlite:///{file}")
    make_workspace(database)

    def limit_pages(connection: sqlite3.Connection, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    engine = database._ready_engine()
    engine.dispose()
    sa.event.listen(engine, "connect", limit_pages)
    with pytest.raises(Unavailable, match="full"), database.write() as uow:
        uow.blobs.add({str(number): os.urandom(4000) for number in range(50)})
    with database.read() as uow:
        assert len(uow.workspaces.of_user(ALICE.id)) == 1
    sa.event.remove(engine, "connect", limit_pages)
    engine.dispose()
    assert make_workspace(database, "After").slug == "after"


def test_blobs_come_back_as_they_were_and_are_stored_once(database_url: str) -> None:
    database = SqlDatabase(database_url)
    contents = {f"h{number:04}": os.urandom(number) for number in range(450)}
    for _ in range(2):
        with database.write() as uow:
            uow.blobs.add(contents)
    with database.read() as uow:
        assert uow.blobs.get(contents) == contents
        assert uow.blobs.missing({"h0001", "absent"}) == {"absent"}


def test_roles_outside_the_table_are_refused_by_the_database(database_url: str) -> None:
    database = SqlDatabase(database_url)
    workspace = make_workspace(database)
    statement = sa.text("UPDATE workspace_members SET role = 'owner'")
    with pytest.raises(sa.exc.IntegrityError), make_engine(parse_url(database_url)).begin() as connection:
        connection.execute(statement)
    with database.read() as uow:
        assert uow.members.role_of(workspace.id, ALICE.id) is Role.ADMIN


def test_new_ids_are_version_7_and_ascend_with_time() -> None:
    ids = [uuid7() for _ in range(50)]
    assert {(identity.version, identity.variant) for identity in ids} == {(7, ids[0].variant)}
    assert [identity.int >> 80 for identity in ids] == sorted(identity.int >> 80 for identity in ids)
    assert len(set(ids)) == 50
