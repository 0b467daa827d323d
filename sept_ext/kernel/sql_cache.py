"""Results kept on disk: a query that ran before over the same data gives its rows without asking the database.

A result is found by what was asked (the query without comments, white space and the case of keywords, its values, the
connection) and by the state of the data: a mark that the database itself gives and that changes with every write,
whoever makes it. Databases without such a mark are not cached, nor are queries that may give something else each time.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from hashlib import blake2b
from pathlib import Path
from typing import Any
from uuid import UUID

from sept_ext.core.sql_chaining import normal_form

from .sql_statement import Bound, Parts

SETTING = "SEPT_SQL_CACHE"
"""`0` turns the cache off; a number of megabytes bounds it (default 1024)."""
_DEFAULT_MB = 1_024
_TOLD = (type(None), bool, int, float, str, bytes, Decimal, UUID, date, datetime, time, timedelta)
_LARGEST_SHARE = 4  # one result takes at most a quarter of the room


@dataclass(frozen=True, slots=True)
class SqlCache:
    """A folder of results. Safe for several kernels: files are written aside and moved into place."""

    folder: Path
    limit_bytes: int

    @classmethod
    def of_environment(cls) -> SqlCache | None:
        """The user's cache, or None when it is turned off."""
        setting = os.environ.get(SETTING, "").strip()
        megabytes = int(setting) if setting.isdigit() else _DEFAULT_MB
        if megabytes == 0:
            return None
        home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
        return cls(Path(home).expanduser() / "sept" / "sql", megabytes * 1_000_000)

    def get(self, key: str) -> Any | None:
        """The frame kept under a key; None if there is none (any more)."""
        path = self.folder / key
        try:
            with path.open("rb") as file:
                frame = pickle.load(file)  # noqa: S301 - our own file, in the user's own folder
            path.touch()
        except Exception:  # noqa: BLE001 - a file that was cut off, or is another version's, may raise anything
            return None
        return frame

    def put(self, key: str, frame: Any) -> None:
        """Keep a frame; one that is too large, or cannot be written, is not kept."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft = self.folder / f".{key}.{os.getpid()}"
            with draft.open("wb") as file:
                os.chmod(draft, 0o600)  # noqa: PTH101 - before a byte of it is there
                pickle.dump(frame, file, protocol=5)
            if draft.stat().st_size > self.limit_bytes // _LARGEST_SHARE:
                draft.unlink()
                return
            draft.replace(self.folder / key)
            self._make_room()
        except (OSError, pickle.PicklingError, TypeError):
            return

    def clear(self) -> int:
        """Delete everything; gives how many results there were."""
        files = self._files()
        for path in files:
            path.unlink(missing_ok=True)
        return len(files)

    def _files(self) -> list[Path]:
        return [path for path in self.folder.glob("*") if path.is_file()] if self.folder.is_dir() else []

    def _make_room(self) -> None:
        """Delete what was not used for longest, until the rest fits."""
        known = sorted(((path.stat().st_mtime, path.stat().st_size, path) for path in self._files()), reverse=True)
        room = self.limit_bytes
        for _, size, path in known:
            room -= size
            if room < 0:
                path.unlink(missing_ok=True)


def key_of(parts: Parts, dialect: str, connection: Iterable[str], state: str, output: str) -> str | None:
    """The key of a statement over data in a state; None for one that must not be cached."""
    text = "".join(f" :sept{number} " if isinstance(part, Bound) else part for number, part in enumerate(parts))
    normal = normal_form(text, dialect)
    if normal is None:
        return None
    values = [part.value for part in parts if isinstance(part, Bound)]
    if not all(map(_is_told_by_repr, values)):
        return None
    kinds = [type(value).__name__ for value in values]
    described = repr((normal, kinds, values, dialect, tuple(connection), state, output))
    return blake2b(described.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()


def _is_told_by_repr(value: Any) -> bool:
    """Whether two values that look alike are alike: drivers' wrappers, say, cut what they show."""
    if isinstance(value, list):
        return all(map(_is_told_by_repr, value))
    return type(value) in _TOLD or type(value).__module__.startswith("pandas.")  # its time stamps
