"""Contents by hash, compressed."""

# ruff: noqa: D102 - the methods are those of services.ports, and documented there

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeVar

import sqlalchemy as sa

from sept_ext.storage.tables import blobs

from .base import Repository

T = TypeVar("T")
_BATCH = 200


class BlobRepository(Repository):
    """See services.ports.Blobs. Contents are zlib streams in the database."""

    def missing(self, hashes: Collection[str]) -> set[str]:
        found: set[str] = set()
        for part in _batches(sorted(hashes)):
            found.update(self._connection.execute(sa.select(blobs.c.hash).where(blobs.c.hash.in_(part))).scalars())
        return set(hashes) - found

    def add(self, contents: Mapping[str, bytes]) -> None:
        # In the order of the hashes, so that two writers of the same blobs never wait for each other in a circle.
        rows = [{"hash": name, "data": zlib.compress(contents[name], 6)} for name in sorted(contents)]
        for part in _batches(rows):
            statement = self._dialect_insert(blobs).on_conflict_do_nothing(index_elements=["hash"])
            self._connection.execute(statement, part)

    def get(self, hashes: Collection[str]) -> dict[str, bytes]:
        result: dict[str, bytes] = {}
        for part in _batches(sorted(hashes)):
            rows = self._connection.execute(sa.select(blobs).where(blobs.c.hash.in_(part)))
            result.update((row.hash, zlib.decompress(row.data)) for row in rows)
        return result


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]
