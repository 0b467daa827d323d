"""Seals secrets with Fernet; the key is in a file of the owner's (or the environment), never in the database."""

# ruff: noqa: D102 - the methods are those of services.ports, and documented there

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from sept_ext.core.errors import Unavailable

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

KEY_VARIABLE = "SEPT_SECRET_KEY"


class FernetBox:
    """See services.ports.SecretBox. Several keys, separated by commas, allow a change of keys: the first seals.

    What is sealed is `<key id>.<Fernet token>`; the id is of the key's hash, and tells nothing of the key.
    """

    def __init__(self, key_file: Path) -> None:
        self._key_file = key_file
        self._lock = threading.Lock()
        self._keys: dict[str, Fernet] = {}
        self._stamp: tuple[int, int] | None = None

    def seal(self, secret: str) -> bytes:
        identity, fernet = next(iter(self._known().items()))
        return identity.encode() + b"." + fernet.encrypt(secret.encode())

    def open(self, sealed: bytes) -> str:
        secret = self._opened(sealed, self._known())
        if secret is None:
            raise Unavailable("The secret was encrypted with another key; enter it again.")
        return secret

    def resealed(self, sealed: bytes) -> bytes | None:
        first = next(iter(self._known()))
        return None if sealed.startswith(first.encode() + b".") else self.seal(self.open(sealed))

    def _opened(self, sealed: bytes, keys: dict[str, Fernet]) -> str | None:
        from cryptography.fernet import InvalidToken

        identity, separator, token = sealed.partition(b".")
        # What was sealed before there were ids is tried with every key.
        wanted = [keys.get(identity.decode("ascii", "replace"))] if separator else list(keys.values())
        for fernet in wanted:
            try:
                if fernet is not None:
                    return fernet.decrypt(token if separator else sealed).decode()
            except InvalidToken:
                continue
        return None

    def _known(self) -> dict[str, Fernet]:
        """The keys by id, the one that seals first; read again when the file is another one (see rotate-key)."""
        # Imported here: 50 ms, needed only where connections have secrets.
        from cryptography.fernet import Fernet

        with self._lock:
            if not self._keys or self._stamp != self._present_stamp():
                try:
                    keys = [key.strip() for key in self._text().split(",")]
                    self._keys = {key_id(key): Fernet(key) for key in keys}
                    self._stamp = self._present_stamp()
                except OSError as error:
                    raise Unavailable(f"The key for secrets cannot be read: {error.strerror}.") from None
                except ValueError:
                    raise Unavailable("The key for secrets is not a Fernet key.") from None
            return self._keys

    def _present_stamp(self) -> tuple[int, int] | None:
        try:
            found = self._key_file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino

    def _text(self) -> str:
        return os.environ.get(KEY_VARIABLE) or self._key_from_file()

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


def key_id(key: str) -> str:
    """Names a key without telling anything of it."""
    return hashlib.sha256(b"sept key id " + key.encode()).hexdigest()[:12]
