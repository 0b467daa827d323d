"""Seals secrets with Fernet; the key is in a file of the owner's (or the environment), never in the database."""

# ruff: noqa: D102 - the methods are those of services.ports, and documented there

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from sept_ext.core.errors import Unavailable

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

KEY_VARIABLE = "SEPT_SECRET_KEY"


class FernetBox:
    """See services.ports.SecretBox. Several keys, separated by commas, allow a change of keys: the first seals."""

    def __init__(self, key_file: Path) -> None:
        self._key_file = key_file
        self._lock = threading.Lock()
        self._fernet: MultiFernet | None = None

    def seal(self, secret: str) -> bytes:
        return self._box().encrypt(secret.encode())

    def open(self, sealed: bytes) -> str:
        from cryptography.fernet import InvalidToken

        try:
            return self._box().decrypt(sealed).decode()
        except InvalidToken:
            raise Unavailable("The secret was encrypted with another key; enter it again.") from None

    def _box(self) -> MultiFernet:
        # Imported here: 50 ms, needed only where connections have secrets.
        from cryptography.fernet import Fernet, MultiFernet

        with self._lock:
            if self._fernet is None:
                try:
                    keys = (os.environ.get(KEY_VARIABLE) or self._key_from_file()).split(",")
                    self._fernet = MultiFernet([Fernet(key.strip()) for key in keys])
                except OSError as error:
                    raise Unavailable(f"The key for secrets cannot be read: {error.strerror}.") from None
                except ValueError:
                    raise Unavailable("The key for secrets is not a Fernet key.") from None
            return self._fernet

    def _key_from_file(self) -> str:
        from cryptography.fernet import Fernet

        self._key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Written aside and linked into place: of two servers that start at once both use the key that came first.
        draft = self._key_file.with_name(f"{self._key_file.name}.{os.getpid()}.{threading.get_ident()}")
        if not self._key_file.exists():
            with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write(Fernet.generate_key().decode())
            try:
                os.link(draft, self._key_file)
            except FileExistsError:
                pass  # another server was first
            finally:
                draft.unlink()
        return self._key_file.read_text(encoding="ascii")
