"""A small world for tests of services and GraphQL: a store, notebook files in memory, and four people."""

from __future__ import annotations

import asyncio
import copy
import hashlib
import json
from collections.abc import Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from sept_ext.core.access import Role
from sept_ext.core.errors import Conflict, NotFound
from sept_ext.graphql.context import Context
from sept_ext.graphql.execute import GraphQLEngine
from sept_ext.services import members, sharing, workspaces
from sept_ext.services.container import Services
from sept_ext.services.event_hub import EventHub
from sept_ext.services.execution import Execution
from sept_ext.services.keyed_locks import KeyedLocks
from sept_ext.services.live import Live
from sept_ext.services.live_ports import CellOutcome
from sept_ext.services.notebooks import LiveNotebooks
from sept_ext.services.records import SYSTEM, Actor, Project, Workspace, make_user
from sept_ext.services.store import Store
from sept_ext.storage.unit_of_work import SqlDatabase

T = TypeVar("T")

PEOPLE: dict[str, Actor] = {
    name: make_user("test", name, display_name=name.title()) for name in ("admin", "editor", "viewer", "stranger")
}


def notebook(*cells: tuple[str, str], minor: int = 5) -> dict[str, Any]:
    """A notebook of code cells, given as (id, source)."""
    made = [
        {"cell_type": "code", "id": key, "metadata": {}, "source": text, "outputs": [], "execution_count": None}
        for key, text in cells
    ]
    return {"nbformat": 4, "nbformat_minor": minor, "metadata": {}, "cells": made}


@dataclass
class MemoryFiles:
    """NotebookFiles in a dict; obeys the port's rules about hashes."""

    root: str = "here:/root"
    contents: dict[str, dict[str, Any]] = field(default_factory=dict)
    locks: KeyedLocks = field(default_factory=KeyedLocks)

    def locked(self, path: str) -> asyncio.Lock:
        return self.locks.of(path)

    async def read(self, path: str) -> tuple[dict[str, Any], str]:
        if path not in self.contents:
            raise NotFound("There is no such notebook.")
        return copy.deepcopy(self.contents[path]), self.hash_of(path)

    async def write(self, path: str, notebook: dict[str, Any], expected_hash: str | None) -> None:
        if expected_hash is not None and self.hash_of(path) != expected_hash:
            raise Conflict("The file changed meanwhile.")
        self.contents[path] = copy.deepcopy(notebook)

    async def stamp(self, path: str) -> str | None:
        return self.hash_of(path) if path in self.contents else None

    async def exists(self, root: str, path: str) -> bool:
        return root == self.root and path in self.contents

    async def is_same_file(self, root: str, path: str, other_path: str) -> bool:
        return root == self.root and path == other_path

    def hash_of(self, path: str) -> str:
        return hashlib.sha256(json.dumps(self.contents[path], sort_keys=True).encode()).hexdigest()

    def ids(self, path: str) -> list[str]:
        return [cell["id"] for cell in self.contents[path]["cells"]]


class PlainBox:
    """A SecretBox that seals by reversing: enough to see that services never store what they are given."""

    def seal(self, secret: str) -> bytes:
        return secret[::-1].encode()

    def open(self, sealed: bytes) -> str:
        return sealed.decode()[::-1]

    def resealed(self, sealed: bytes) -> bytes | None:
        return None


@dataclass
class PaperKernels:
    """Kernels that note what they were given to run, and say that it went well."""

    ran: list[str] = field(default_factory=list)

    def watch(self, kernel_id: str) -> bool:
        return True

    async def kernel_of(self, path: str) -> str | None:
        return None

    async def ensure(self, path: str, kernel_name: str | None) -> str:
        return "kernel"

    async def forget(self, kernel_id: str, names: Sequence[str]) -> None: ...

    async def execute(self, kernel_id: str, cell_id: str, source: str) -> CellOutcome:
        self.ran.append(cell_id)
        return CellOutcome("success", len(self.ran), [])


@dataclass
class World:
    """Services on one database, with a GraphQL engine."""

    services: Services
    files: MemoryFiles
    engine: GraphQLEngine
    kernels: PaperKernels

    async def graphql(self, who: str, document: str, **variables: Any) -> dict[str, Any]:
        """Run a document as somebody."""
        prepared = await self.engine.prepare(document)
        if prepared.document is None:
            return prepared.refusal
        return await self.engine.execute(prepared, Context(PEOPLE[who], self.services), variables, None)

    async def data(self, who: str, document: str, **variables: Any) -> Any:
        """The data of a document that must succeed: of its one root field."""
        response = await self.graphql(who, document, **variables)
        assert "errors" not in response, response["errors"]
        return next(iter(response["data"].values()))

    async def code(self, who: str, document: str, **variables: Any) -> str:
        """The code of a document that must be refused."""
        response = await self.graphql(who, document, **variables)
        assert "errors" in response, response
        return str(response["errors"][0]["extensions"]["code"])

    async def team(self) -> Workspace:
        """A workspace with an admin, an editor and a viewer."""
        store = self.services.store
        workspace = await store.write(workspaces.create_workspace, PEOPLE["admin"], "Team")
        for name, role in (("editor", Role.EDITOR), ("viewer", Role.VIEWER)):
            await store.write(members.add_member, PEOPLE["admin"], workspace.id, name, role)
        return workspace

    async def project(self, workspace_id: UUID, path: str = "sales.ipynb") -> Project:
        """A shared notebook with cells a, b and c."""
        if path not in self.files.contents:
            self.files.contents[path] = notebook(("a", "x = 1"), ("b", "y = x"), ("c", "z = y"))
        return await sharing.share_notebook(self.services, PEOPLE["admin"], path, workspace_id=workspace_id)


_engine: GraphQLEngine | None = None


@contextmanager
def open_world(database_url: str) -> Iterator[World]:
    """A world on a database; call it inside a running loop."""
    global _engine  # the schema takes 0.1 s to build and never changes
    _engine = _engine or GraphQLEngine()
    database = SqlDatabase(database_url)
    pool = ThreadPoolExecutor(4)
    store = Store(database, pool, on_commit=lambda: hub.ring())
    hub = EventHub(store, SYSTEM, poll_interval_s=0.05)
    files = MemoryFiles()
    try:
        services = Services("test", store, hub, files, PlainBox())
        kernels, notebooks = PaperKernels(), LiveNotebooks(lambda path: None)
        services.live = Live(notebooks, kernels, Execution(services, notebooks, kernels))
        yield World(services, files, _engine, kernels)
    finally:
        hub.close()
        pool.shutdown()
        database.close()


def play(database_url: str, story: Any) -> None:
    """Run an async story (a function of a world) to its end."""

    async def tell() -> None:
        with open_world(database_url) as world:
            await story(world)

    asyncio.run(tell())


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine."""
    return asyncio.run(coroutine)
