"""Sept for Jupyter: standard notebooks that know their dependencies and remember their team.

This module holds the version and the entry hooks only, and imports nothing heavy: JupyterLab, the Jupyter server
and every kernel import it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__version__ = "0.1.0"


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "sept-labextension"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from .server.app import SeptExtension

    return [{"module": "sept_ext.server.app", "app": SeptExtension}]


def sql(query: str, *, connection: str | None = None, output: str = "pandas", **options: Any) -> Any:
    """The rows of a query as a frame: what a `%%sql` cell gives, in Python. Only inside a kernel.

    `{{ expression }}` and `:name` are values of the caller's names. `connection`, `limit`, `pull` and `no_cache` are
    the options of `%%sql`; `output` is pandas, polars or arrow. A statement without rows gives None.
    Raises SqlCellError.
    """
    import sys

    from .kernel.api import run_query

    caller = sys._getframe(1)
    names = {**caller.f_globals, **caller.f_locals}
    return run_query(query, names, connection=connection, output=output, **options)


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Give a kernel `%%sql` and the observer. Called by IPython; the wheel's configuration asks for it."""
    from .kernel.extension import load

    load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Take both away again."""
    from .kernel.extension import unload

    unload(shell)
