"""`jupyter sept upgrade-db`: the store's database brought to this version's schema."""

from __future__ import annotations

import os
from pathlib import Path


def upgrade_db(url: str | None) -> int:
    """Apply migrations under the store's own lock. Raises Unavailable (unreachable, or of a newer Sept)."""
    from jupyter_core.paths import jupyter_data_dir

    from sept_ext.storage.unit_of_work import SqlDatabase

    wanted = (
        url or os.environ.get("SEPT_DATABASE_URL") or f"sqlite:///{Path(jupyter_data_dir(), 'sept', 'sept.sqlite3')}"
    )
    database = SqlDatabase(wanted)
    try:
        database.check()
    finally:
        database.close()
    print(f"The {database.mode} database has this version's schema.")
    return 0
