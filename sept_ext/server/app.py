"""The server extension: settings, routes, and what starts with the server.

Importing this module is all that `jupyter server` pays for at start, so it imports nothing but jupyter_server and
light modules of ours; everything else is imported by backend.py on first use.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_data_dir
from jupyter_server.extension.application import ExtensionApp
from traitlets import Unicode, default

from sept_ext import __version__

from .backend_settings import BackendSettings
from .handlers.graphql import GraphQLHandler
from .handlers.graphql_ws import GraphQLSocketHandler
from .handlers.kernel_connection import KernelConnectionHandler
from .handlers.meta import HealthHandler, SchemaHandler
from .handlers.operations import OperationHandler
from .kernel_tokens import KernelTokens
from .lazy_backend import LazyBackend
from .save_hooks import SaveHooks


class SeptExtension(ExtensionApp):
    """Sept for Jupyter."""

    name = "sept_ext"
    description = "Standard notebooks that know their dependencies and remember their team."
    load_other_extensions = True

    db_url = Unicode(
        help="Database of comments, versions and workspaces: a SQLAlchemy URL of SQLite or Postgres. "
        "Default: the environment's SEPT_DATABASE_URL, else a SQLite file in Jupyter's data directory."
    ).tag(config=True)

    secret_key_file = Unicode(
        help="File with the key that encrypts secrets of connections; made when it does not exist. "
        "The environment's SEPT_SECRET_KEY, when set, is used instead."
    ).tag(config=True)

    user_name = Unicode(
        help="Under plain token or password authentication: the name of the person this server belongs to. "
        "Default: the name of the operating system's account."
    ).tag(config=True)

    @default("db_url")
    def _default_db_url(self) -> str:
        file = Path(jupyter_data_dir(), "sept", "sept.sqlite3")
        return os.environ.get("SEPT_DATABASE_URL") or f"sqlite:///{file}"

    @default("secret_key_file")
    def _default_secret_key_file(self) -> str:
        return str(Path(jupyter_data_dir(), "sept", "secret.key"))

    def initialize_settings(self) -> None:
        """Put what handlers need where they find it, and hook into saves and kernels."""
        server = self.serverapp
        if server is None:  # traitlets allow it, a running extension always has one
            raise RuntimeError("the extension runs without a server")
        settings = BackendSettings(
            version=__version__,
            db_url=self.db_url,
            secret_key_file=Path(self.secret_key_file),
            user_name=self.user_name,
            root_dir=server.root_dir,
            contents_manager=server.contents_manager,
            kernel_manager=server.kernel_manager,
            session_manager=server.session_manager,
            identity_provider=server.identity_provider,
            event_logger=server.event_logger,
        )
        self.backend = LazyBackend(settings)
        self.kernel_tokens = KernelTokens(lambda: str(server.connection_url))
        self.kernel_tokens.attach(server.kernel_manager)
        self.save_hooks = SaveHooks(self.backend)
        self.save_hooks.attach(server.contents_manager, server.event_logger)
        self.settings.update(sept_backend=self.backend, sept_kernel_tokens=self.kernel_tokens)

    def initialize_handlers(self) -> None:
        """The routes; every one is authenticated, see handlers/base.py."""
        routes: list[tuple[str, type[Any]]] = [
            (r"sept/graphql", GraphQLHandler),
            (r"sept/graphql/ws", GraphQLSocketHandler),
            (r"sept/op/([A-Za-z_][A-Za-z0-9_]*)", OperationHandler),
            (r"sept/schema\.graphql", SchemaHandler),
            (r"sept/health", HealthHandler),
            (r"sept/kernel/connection", KernelConnectionHandler),
        ]
        self.handlers.extend(routes)

    async def stop_extension(self) -> None:
        """Close what was opened."""
        await self.save_hooks.close()
        await self.backend.close()


main = launch_instance = SeptExtension.launch_instance
