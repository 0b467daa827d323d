"""Puts Sept into an IPython shell: `%%sql`, and the observer when the shell is a kernel's."""

from __future__ import annotations

from typing import Any

_ATTRIBUTE = "_sept_extension"


def load(shell: Any) -> None:
    """Register magics and hooks. Loading twice does nothing."""
    if getattr(shell, _ATTRIBUTE, None) is not None:
        return
    from .magics import SeptMagics
    from .observer import Observer

    observer = Observer(shell)
    magics = SeptMagics(shell, observer.forget)
    shell.register_magics(magics)
    observer.on_begin, observer.on_change = magics.context.results.note_run, magics.context.results.changed
    observer.attach()
    setattr(shell, _ATTRIBUTE, (magics, observer))


def unload(shell: Any) -> None:
    """Take the observer away and close the SQL sessions. The magics stay known until the kernel restarts."""
    loaded = getattr(shell, _ATTRIBUTE, None)
    if loaded is None:
        return
    magics, observer = loaded
    observer.detach()
    magics.context.sessions.close()
    setattr(shell, _ATTRIBUTE, None)
