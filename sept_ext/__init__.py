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


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Give a kernel `%%sql` and the observer. Called by IPython; the wheel's configuration asks for it."""
    from .kernel.extension import load

    load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Take both away again."""
    from .kernel.extension import unload

    unload(shell)
