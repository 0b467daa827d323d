"""Notebook files through the server's contents manager, whatever it is; see services.ports.NotebookFiles."""

# ruff: noqa: D102 - the methods are those of services.ports, and documented there

from __future__ import annotations

import asyncio
import hashlib
import json
import platform
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from jupyter_core.utils import ensure_async
from tornado.web import HTTPError

from sept_ext.core.errors import BadInput, Conflict, NotFound, SeptError, Unavailable
from sept_ext.services.keyed_locks import KeyedLocks
from sept_ext.services.notebook_json import is_usable
from sept_ext.services.ports import NotebookJSON

from .file_lock import locked

_READ_TRIES = 10
_READ_PAUSE_S = 0.05
_OLDER_FORMATS = (1, 2, 3)


class ContentsNotebookFiles:
    """Reads and saves notebooks, by one contents manager."""

    def __init__(self, contents_manager: Any, root_dir: str) -> None:
        self._contents = contents_manager
        self._host = platform.node()
        self._root_dir = Path(root_dir).resolve()
        self._locks = KeyedLocks()

    @property
    def root(self) -> str:
        return f"{self._host}:{self._root_dir}"

    @asynccontextmanager
    async def locked(self, path: str) -> AsyncIterator[None]:
        _require_plain(path)
        async with self._locks.of(path), locked(self._place(self.root, path)):
            yield

    async def read(self, path: str) -> tuple[NotebookJSON, str]:
        _require_plain(path)
        for _ in range(_READ_TRIES):
            text = await self._text(path)
            if text is None:
                return await self._read_converted(path)
            value = await asyncio.to_thread(_parsed, text[0])
            if is_usable(value):
                return value, text[1]
            if isinstance(value, dict) and value.get("nbformat") in _OLDER_FORMATS:
                return await self._read_converted(path)
            if value is not None:
                break
            await asyncio.sleep(_READ_PAUSE_S)  # no JSON: perhaps another program is just writing it
        raise _unusable(path)

    async def write(self, path: str, notebook: NotebookJSON, expected_hash: str | None) -> None:
        if expected_hash is not None:
            _, present = await self.read(path)
            if present != expected_hash:
                raise Conflict("The file changed meanwhile. Load it again, then try again.")
        model = await asyncio.to_thread(_model, path, notebook)
        try:
            await ensure_async(self._contents.save(model, path))
        except HTTPError as error:
            raise _refusal(error, path) from error

    async def stamp(self, path: str) -> str | None:
        try:
            model = await ensure_async(self._contents.get(path, content=False))
        except HTTPError:
            return None
        return f"{model.get('last_modified')} {model.get('size')}"

    async def exists(self, root: str, path: str) -> bool:
        if root == self.root:
            return bool(await ensure_async(self._contents.file_exists(path)))
        place = self._place(root, path)
        return place is not None and await asyncio.to_thread(place.is_file)

    async def is_same_file(self, root: str, path: str, other_path: str) -> bool:
        place, other = self._place(root, path), self._place(self.root, other_path)
        return place is not None and other is not None and await asyncio.to_thread(_resolve_alike, place, other)

    def _place(self, root: str, path: str) -> Path | None:
        """Where a file of a root on this machine is; None for other machines, whose files we cannot see."""
        host, _, folder = root.partition(":")
        return Path(folder, *path.split("/")) if host == self._host else None

    async def _text(self, path: str) -> tuple[str, str] | None:
        """The file's text and hash; None when the manager keeps notebooks in another way.

        Not read as a notebook, because that gives cells without ids, or with ids that stand twice, new random ones
        each time; checks all outputs on the event loop, which takes seconds for large ones; and takes a file that is
        just being written for a broken one, which it moves away.
        """
        try:
            model = await self._get(path, type="file", format="text")
        except BadInput:
            return None
        return model["content"], _hash_of(model, model["content"])

    async def _read_converted(self, path: str) -> tuple[NotebookJSON, str]:
        """The file as the manager gives notebooks: brought to nbformat 4."""
        model = await self._get(path, type="notebook")
        notebook = await asyncio.to_thread(_copy, model["content"])
        if not is_usable(notebook):
            raise _unusable(path)
        for cell in notebook["cells"]:
            cell["metadata"].pop("trusted", None)  # set by the contents manager, not in the file
        return notebook, _hash_of(model, notebook)

    async def _get(self, path: str, **kind: str) -> dict[str, Any]:
        try:
            model: dict[str, Any] = await ensure_async(
                self._contents.get(path, content=True, require_hash=True, **kind)
            )
        except HTTPError as error:
            raise _refusal(error, path) from error
        except UnicodeEncodeError as error:  # half characters, which the manager's signature cannot take
            raise _unusable(path) from error
        return model


def _require_plain(path: str) -> None:
    """One spelling for each file: what finds documents, locks and sessions by path must not see two."""
    is_text = "\0" not in path and not any("\ud800" <= char <= "\udfff" for char in path)
    if not is_text or any(part in ("", ".", "..") for part in path.split("/")):
        raise NotFound("There is no such notebook.")


def _parsed(text: str) -> Any:
    """The JSON of a text; None (which is no notebook either) when it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _unusable(path: str) -> BadInput:
    return BadInput(f"{path.rsplit('/', 1)[-1]} is not a notebook that can be used: it is not valid notebook JSON.")


def _resolve_alike(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def _copy(content: Any) -> NotebookJSON:
    copy: NotebookJSON = json.loads(json.dumps(content))
    return copy


def _model(path: str, notebook: NotebookJSON) -> dict[str, Any]:
    try:
        json.dumps(notebook, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        # Jupyter, when it is given such a text, takes its store of trusted notebooks for broken and empties it.
        raise BadInput("The notebook holds half characters (lone surrogates), which cannot be saved.") from None
    # Imported here: with its validator it is slow, and few requests write. Any: nbformat has no types.
    nbformat: Any = import_module("nbformat")
    return {"type": "notebook", "format": "json", "path": path, "content": nbformat.from_dict(notebook)}


def _hash_of(model: dict[str, Any], content: Any) -> str:
    """The contents manager's hash of the file, else (managers without one) of the content."""
    given: str | None = model.get("hash")
    if given is not None:
        return given
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _refusal(error: HTTPError, path: str) -> SeptError:
    # The name comes from the caller, who knows it; the manager's own message may hold paths of the machine.
    name = path.rsplit("/", 1)[-1]
    if error.status_code in (403, 404):
        return NotFound(f"There is no notebook {name}, or it cannot be read.")
    if error.status_code < 500:
        return _unusable(path)
    return Unavailable(f"{name} could not be read or saved.")
