"""`jupyter sept rotate-key`: every stored secret sealed with a new key."""

from __future__ import annotations

import os
from pathlib import Path

KEY_VARIABLE = "SEPT_SECRET_KEY"


def rotate_key(url: str | None, key_file: str | None) -> int:
    """Make a new key in front of the old one, seal all secrets anew, drop the old key. Servers may run meanwhile.

    Where the environment holds the key, its first one is the new one: nothing is made, only sealed. Raises Unavailable
    for a store that cannot be reached or a secret that no key opens; the old key then stays.
    """
    from jupyter_core.paths import jupyter_data_dir

    from sept_ext.services.connections import reseal_secrets
    from sept_ext.services.records import SYSTEM
    from sept_ext.storage.secret_box import FernetBox
    from sept_ext.storage.unit_of_work import SqlDatabase

    folder = Path(jupyter_data_dir(), "sept")
    file = Path(key_file) if key_file else folder / "secret.key"
    new = None if os.environ.get(KEY_VARIABLE) else _put_first(file)
    database = SqlDatabase(url or os.environ.get("SEPT_DATABASE_URL") or f"sqlite:///{folder / 'sept.sqlite3'}")
    try:
        with database.write() as uow:
            count = reseal_secrets(uow, SYSTEM, FernetBox(file))
    finally:
        database.close()
    if new is not None:
        _write(file, new)
    rest = "The old key is gone." if new else f"Keys after the first can be taken out of {KEY_VARIABLE}."
    print(f"{count} {'secret' if count == 1 else 'secrets'} sealed with the new key. {rest}")
    return 0


def _put_first(file: Path) -> str:
    """Put a new key before those in the file, and give it."""
    from cryptography.fernet import Fernet

    new = Fernet.generate_key().decode()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    old = file.read_text(encoding="ascii").strip() if file.exists() else ""
    _write(file, f"{new},{old}" if old else new)
    return new


def _write(file: Path, text: str) -> None:
    """Replace the file in one step: a server reads the old text or the new."""
    draft = file.with_name(f"{file.name}.{os.getpid()}.new")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as opened:
        opened.write(text)
    draft.replace(file)
