"""Secrets are sealed with a key that can be changed, and that is never beside them."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from sept_ext.core.errors import Unavailable
from sept_ext.services import connections
from sept_ext.services.records import SYSTEM
from sept_ext.storage.secret_box import FernetBox, key_id
from tests.support.world import PEOPLE, World, play


def test_what_is_sealed_names_its_key_and_tells_nothing_else(tmp_path: Path) -> None:
    box = FernetBox(tmp_path / "secret.key")
    sealed = box.seal("hunter2")
    key = (tmp_path / "secret.key").read_text()
    assert sealed.startswith(key_id(key).encode() + b".")
    assert b"hunter2" not in sealed
    assert key_id(key) not in key
    assert box.open(sealed) == "hunter2"
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


def test_keys_can_be_changed_while_a_server_runs(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    running = FernetBox(file)
    sealed = running.seal("hunter2")
    old, new = file.read_text(), Fernet.generate_key().decode()
    file.write_text(f"{new},{old}")
    changing = FernetBox(file)
    assert changing.open(sealed) == "hunter2"
    again = changing.resealed(sealed)
    assert again is not None
    assert again.startswith(key_id(new).encode())
    assert changing.resealed(again) is None
    file.write_text(new)
    assert running.open(again) == "hunter2"
    with pytest.raises(Unavailable, match="another key"):
        running.open(sealed)


def test_what_was_sealed_before_there_were_ids_can_still_be_opened(tmp_path: Path) -> None:
    box = FernetBox(tmp_path / "secret.key")
    box.seal("x")
    old = Fernet((tmp_path / "secret.key").read_text()).encrypt(b"hunter2")
    assert box.open(old) == "hunter2"
    again = box.resealed(old)
    assert again is not None
    assert box.open(again) == "hunter2"


def test_all_secrets_of_a_store_are_sealed_anew(database_url: str, tmp_path: Path) -> None:
    async def story(world: World) -> None:
        store, workspace, file = world.services.store, await world.team(), tmp_path / "secret.key"
        first = FernetBox(file)
        for name in ("one", "two", "open"):
            sealed = None if name == "open" else first.seal(name)
            await store.write(
                connections.create_connection,
                PEOPLE["admin"],
                workspace.id,
                name,
                "postgres",
                {},
                sealed_secret=sealed,
            )
        file.write_text(f"{Fernet.generate_key().decode()},{file.read_text()}")
        box = FernetBox(file)
        assert await store.write(connections.reseal_secrets, SYSTEM, box) == 2
        assert await store.write(connections.reseal_secrets, SYSTEM, box) == 0
        file.write_text(file.read_text().split(",")[0])
        found = await store.read(connections.connection_for_kernel, PEOPLE["admin"], "two", "r", None)
        assert FernetBox(file).open(found.sealed_secret or b"") == "two"

    play(database_url, story)
