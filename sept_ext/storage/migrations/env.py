"""Run by alembic: migrates the connection that schema_version.migrate hands over, in its transaction."""

from __future__ import annotations

from alembic import context

from sept_ext.storage.schema_version import VERSION_TABLE
from sept_ext.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
context.run_migrations()
