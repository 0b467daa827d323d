"""A real MariaDB for tests, without containers and without running anything as root.

Either the server that SEPT_TEST_MARIADB_URL names, or the programs on the machine, run in a temporary folder as an
ordinary user when we are root.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from .postgres import _free_port, _ordinary_user, _reason

URL_VARIABLE = "SEPT_TEST_MARIADB_URL"
PASSWORD = "hunter2-mariadb"


class NoMariadb(Exception):
    """There is no way to a MariaDB on this machine; the message says what was tried."""


@pytest.fixture(scope="session")
def mariadb_url() -> Iterator[str]:
    """The URL of a server; without one the test is skipped, and in CI it fails."""
    try:
        with mariadb_server() as url:
            yield url
    except NoMariadb as error:
        if os.environ.get("CI"):
            pytest.fail(str(error), pytrace=False)
        pytest.skip(f"MARIADB TESTS ARE NOT RUN. {error}")


@contextmanager
def mariadb_server() -> Iterator[str]:
    """The URL of a server on which databases may be created and dropped."""
    given = os.environ.get(URL_VARIABLE)
    if given:
        yield given
        return
    install, server = shutil.which("mariadb-install-db"), _server()
    if install is None or server is None:
        raise NoMariadb(f"No MariaDB: {URL_VARIABLE} is not set, and mariadbd is not on this machine")
    folder = Path(tempfile.mkdtemp(prefix="sept-mariadb-"))
    process = None
    try:
        port = _free_port()
        try:
            process = _start(install, server, folder, port)
        except (subprocess.SubprocessError, OSError) as error:
            raise NoMariadb(f"No MariaDB: {server} does not start: {_reason(error)}") from error
        yield f"mysql://sept:{PASSWORD}@127.0.0.1:{port}/test"
    finally:
        if process is not None:
            process.kill()
            process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _server() -> str | None:
    return shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def _start(install: str, server: str, folder: Path, port: int) -> subprocess.Popen[bytes]:
    user = _ordinary_user()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    environment = {**os.environ, "HOME": str(folder), "LC_ALL": "C", "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin"}
    options = {"cwd": "/", "env": environment, "stdin": subprocess.DEVNULL}
    if user is not None:
        options |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    data = f"--datadir={folder}/data"
    subprocess.run(
        [install, "--no-defaults", data, "--auth-root-authentication-method=normal", "--skip-name-resolve"],
        check=True, timeout=90, capture_output=True, **options,
    )  # fmt: skip
    first = folder / "first.sql"
    first.write_text(
        f"CREATE USER sept@'%' IDENTIFIED BY '{PASSWORD}';\n"  # one statement a line: what it understands
        "GRANT ALL ON *.* TO sept@'%';\nCREATE OR REPLACE DATABASE test CHARACTER SET utf8mb4;\n"
    )
    first.chmod(0o644)
    command = [server, "--no-defaults", data, f"--port={port}", "--bind-address=127.0.0.1", "--skip-name-resolve"]
    command += [f"--socket={folder}/socket", f"--tmpdir={folder}", f"--init-file={first}", f"--pid-file={folder}/pid"]
    command += ["--innodb-flush-log-at-trx-commit=0", "--character-set-server=utf8mb4", "--max-connections=50"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, **options)
    _await(process, folder, port)
    return process


def _await(process: subprocess.Popen[bytes], folder: Path, port: int) -> None:
    import pymysql

    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        with suppress(pymysql.MySQLError):
            pymysql.connect(host="127.0.0.1", port=port, user="sept", password=PASSWORD).close()
            return
        time.sleep(0.1)
    process.kill()
    process.wait(30)
    raise OSError((folder / "log").read_text(errors="replace")[-500:])
