"""Learns of saves and renames, whoever makes them, and tells the services later.

The hooks run inside the event loop and inside the save: they only put a path into a queue. A post-save hook that
raised would turn a successful save into an error; one that worked would delay it.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from .lazy_backend import LazyBackend

log = logging.getLogger(__name__)

CONTENTS_EVENTS = "https://events.jupyter.org/jupyter_server/contents_service/v1"
# Long enough that a burst of saves (real-time collaboration saves each second) is one piece of work.
DEBOUNCE_S = 0.05


class SaveHooks:
    """Collects what happened to notebook files and hands it to the backend in batches."""

    def __init__(self, backend: LazyBackend) -> None:
        self._backend = backend
        self._saved: dict[str, str | None] = {}
        self._saving: dict[str, str | None] = {}
        self._renamed: list[tuple[str, str]] = []
        self._worker: asyncio.Task[None] | None = None
        self._is_closed = False

    def attach(self, contents_manager: Any, event_logger: Any) -> None:
        """Register with the server."""
        contents_manager.register_pre_save_hook(self.before_save)
        contents_manager.register_post_save_hook(self.after_save)
        event_logger.add_listener(schema_id=CONTENTS_EVENTS, listener=self.on_contents_event)

    async def close(self) -> None:
        """Give up what waits. Files are read in threads of anyio's, which live as long as the task that used them."""
        self._is_closed = True
        if self._worker is not None:
            self._worker.cancel()
            await asyncio.wait({self._worker})

    def before_save(self, model: dict[str, Any], path: str = "", **_kwargs: Any) -> None:
        """Pre-save hook: only here is the content at hand, so only here is the UUID to be had for free."""
        try:
            if model.get("type") == "notebook":
                self._saving[path.strip("/")] = _uuid_in(model.get("content"))
        except Exception:
            log.exception("Sept: a save was not noticed")

    def after_save(self, model: dict[str, Any], **_kwargs: Any) -> None:
        """Post-save hook."""
        try:
            path = str(model.get("path", "")).strip("/")
            if path in self._saving:
                self._saved[path] = self._saving.pop(path)
                self._work()
        except Exception:
            log.exception("Sept: a save was not noticed")

    async def on_contents_event(self, logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        """Listener of contents events; only renames matter here."""
        if data.get("action") == "rename" and data.get("source_path") is not None:
            old, new = str(data["source_path"]).strip("/"), str(data["path"]).strip("/")
            self._renamed.append((old, new))
            # A file saved just before is found at its new path only.
            self._saved = {new if path == old else path: uuid for path, uuid in self._saved.items()}
            self._work()

    def _work(self) -> None:
        if not self._is_closed and (self._worker is None or self._worker.done()):
            self._worker = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        while self._saved or self._renamed:
            await asyncio.sleep(DEBOUNCE_S)
            renamed, self._renamed = self._renamed, []
            saved, self._saved = self._saved, {}
            try:
                backend = await self._backend.get()
                for old, new in renamed:
                    await backend.note_rename(old, new)
                for path, in_file in saved.items():
                    await backend.note_save(path, in_file)
            except Exception:
                log.exception("Sept: saves were not taken in")


def _uuid_in(content: Any) -> str | None:
    sept = content.get("metadata", {}).get("sept") if isinstance(content, dict) else None
    value = sept.get("notebook") if isinstance(sept, dict) else None
    return value if isinstance(value, str) else None
