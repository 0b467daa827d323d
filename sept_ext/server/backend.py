"""Puts the services of one server together: store, files, secrets, events, GraphQL. Imported on first use only."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sept_ext.graphql.context import Context
from sept_ext.graphql.execute import GraphQLEngine
from sept_ext.graphql.stored_operations import StoredOperation, load_operations
from sept_ext.services import connections, sharing
from sept_ext.services.container import Services
from sept_ext.services.databases import Databases
from sept_ext.services.event_hub import EventHub
from sept_ext.services.notebook_json import notebook_id
from sept_ext.services.records import SYSTEM, Actor
from sept_ext.services.store import Store
from sept_ext.storage.secret_box import FernetBox
from sept_ext.storage.unit_of_work import SqlDatabase

from .backend_settings import BackendSettings
from .daemon_pool import DaemonPool
from .identity import Identities
from .live_backend import LiveHalf, build_live
from .notebook_files import ContentsNotebookFiles

# On SQLite more readers only compete for the interpreter's lock (measured); Postgres has waiting to overlap.
_POOL_SIZE = {"embedded": 3, "direct": 8}
# People who set up connections or look around in them; each waits for a database of somebody else's.
_DATABASE_THREADS = 4

log = logging.getLogger(__name__)


@dataclass
class Backend:
    """What handlers use: run GraphQL for a request."""

    services: Services
    engine: GraphQLEngine
    operations: dict[str, StoredOperation]
    identities: Identities
    _database: SqlDatabase
    _pool: DaemonPool
    _database_pool: DaemonPool
    _live: LiveHalf

    def actor_of(self, handler: Any) -> Actor:
        """Who makes a request."""
        return self.identities.actor_of(handler.current_user)

    def context_for(self, handler: Any) -> Context:
        """The GraphQL context of a request."""
        return Context(self.actor_of(handler), self.services)

    async def connection_for_kernel(self, name: str, kernel_id: str) -> dict[str, Any]:
        """A connection with its secret, for a kernel of this server's owner."""
        store, root, owner = self.services.store, self.services.files.root, self.identities.owner
        path = await self._live.live.kernels.path_of(kernel_id)
        found = await store.write(connections.take_for_kernel, owner, name, root, path, kernel_id)
        log.info("Sept: kernel %s of %s, %s, took the connection %r (%s)", kernel_id, owner.name, path, name, found.id)
        sealed = found.sealed_secret
        secret = None if sealed is None else await store.run(self.services.secrets.open, sealed)
        spec = self.services.databases.spec_of(found, secret)
        return {
            "kind": spec.kind,
            "parameters": dict(spec.parameters),
            "secret": spec.secret,
            "isReadOnly": spec.is_read_only,
        }

    async def note_save(self, path: str, in_file: str | None) -> None:
        """A notebook was saved at this path, with this UUID in its metadata."""
        identity = notebook_id({"metadata": {"sept": {"notebook": in_file}}})
        await sharing.note_save(self.services, SYSTEM, path, identity)

    async def note_rename(self, old: str, new: str) -> None:
        """A file or folder has another path now."""
        self._live.live.notebooks.rename(old, new)
        await sharing.note_rename(self.services, SYSTEM, old, new)

    async def close(self) -> None:
        """End subscriptions and close the database."""
        await self._live.close()
        self.services.events.close()
        self._database_pool.shutdown(wait=False, cancel_futures=True)
        await asyncio.to_thread(self._pool.shutdown, wait=True, cancel_futures=True)
        self._database.close()


def build(settings: BackendSettings, engine: GraphQLEngine) -> Backend:
    """Build the backend; call it on the event loop. Opens no database yet."""
    database = SqlDatabase(settings.db_url)
    pool = DaemonPool(_POOL_SIZE[database.mode], "sept-store")
    database_pool = DaemonPool(_DATABASE_THREADS, "sept-databases")
    # Store and event hub know each other: the store rings after commits, the hub reads the outbox.
    store = Store(database, pool, on_commit=lambda: events.ring())
    events = EventHub(store, SYSTEM)
    services = Services(
        version=settings.version,
        store=store,
        events=events,
        files=ContentsNotebookFiles(settings.contents_manager, settings.root_dir),
        secrets=FernetBox(settings.secret_key_file),
        databases=Databases(
            database_pool, Path(settings.root_dir).expanduser().absolute(), database_pool.replace_lost
        ),
    )
    identities = Identities(settings.identity_provider, settings.user_name, database.mode)
    operations = load_operations(engine.schema)
    live = build_live(settings, services)
    return Backend(services, engine, operations, identities, database, pool, database_pool, live)
