"""Runs a command with real databases beside it: `python -m tests.support.with_databases COMMAND`.

The command finds them as the tests of Python do, in SEPT_TEST_POSTGRES_URL and SEPT_TEST_MARIADB_URL; where one cannot
be had, its variable is not set, and this says so. Gives the command's own code.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack

from . import mariadb, postgres


def main(command: list[str]) -> int:
    """Start what can be started, run the command, stop it all again, also when we are told to end."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with ExitStack() as servers:
        environment = dict(os.environ)
        try:
            environment[postgres.URL_VARIABLE] = servers.enter_context(postgres.postgres_server())
        except postgres.NoPostgres as error:
            sys.stderr.write(f"JOURNEYS ON POSTGRES ARE NOT RUN. {error}\n")
        try:
            environment[mariadb.URL_VARIABLE] = servers.enter_context(mariadb.mariadb_server())
        except mariadb.NoMariadb as error:
            sys.stderr.write(f"JOURNEYS ON MARIADB ARE NOT RUN. {error}\n")
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
