"""Which version of the tables a database has, and bringing it up to date.

Looking is one SELECT; alembic (0.3 s to import) is imported only when there is something to do.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sept_ext.core.errors import Unavailable

VERSION_TABLE = "sept_schema_version"
REVISIONS = ("0001", "0002")
"""Every revision this release knows, oldest first. A test holds it against migrations/versions."""

HEAD = REVISIONS[-1]
# Any number will do that no other program uses for pg_advisory_xact_lock in our database.
_MIGRATION_LOCK = 0x5E97_0001


def current_version(connection: Connection) -> str | None:
    """The database's version; None for a database without our tables."""
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        return None
    statement = sa.select(sa.column("version_num", sa.Text)).select_from(sa.table(VERSION_TABLE))
    version: str | None = connection.execute(statement).scalar()
    return version


def is_current(version: str | None) -> bool:
    """Whether a database of this version can be used as it is; Unavailable when it is newer than we are."""
    if version is not None and version not in REVISIONS:
        raise Unavailable(
            f"The store was made by a newer version of Sept (its tables have version {version}, this one knows "
            f"{HEAD}). Upgrade sept-ext. Notebooks work and save without it."
        )
    return version == HEAD


def migrate(connection: Connection) -> None:
    """Bring the tables up to date, within the connection's transaction; of several processes one does the work."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
    # On SQLite the transaction began with BEGIN IMMEDIATE, which is the lock.
    if is_current(current_version(connection)):
        return
    # Imported here because it is slow and needed once in the life of a database.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "sept_ext.storage:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
