"""What there is in a connection's database: relations with their columns, kept for a while; a look at their rows."""

from __future__ import annotations

import asyncio
import json
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from time import monotonic
from typing import Any
from uuid import UUID

from sept_ext.connectors.base import ConnectionSpec, HasSchemas, HasTypes, Session
from sept_ext.connectors.registry import connector
from sept_ext.core.errors import BadInput, NotFound

from .databases import Databases

PREVIEW_ROWS = 100
FRESH_S = 600.0
"""How long a catalog is taken for what the database has, unless somebody asks for it anew."""

_KEPT = 64
_MAX_VALUE_CHARS = 200
_MAX_NAMED = 40
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
_PLAIN_UPPER = re.compile(r"[A-Z_][A-Z0-9_]*")
# Names of types and functions, which every engine takes as names of columns.
_RESERVED = """
ALL ANALYZE AND ANY ARRAY AS ASC BETWEEN BOTH BY CASE CAST CHECK COLLATE COLUMN CONSTRAINT CREATE CROSS DEFAULT DELETE
DESC DISTINCT DO DROP ELSE END EXCEPT EXISTS FALSE FETCH FOR FOREIGN FROM FULL GRANT GROUP HAVING IN INDEX INNER INSERT
INTERSECT INTO IS JOIN KEY LEADING LEFT LIKE LIMIT NATURAL NOT NULL OFFSET ON ONLY OR ORDER OUTER PRIMARY REFERENCES
RIGHT SELECT SESSION_USER SET SOME SYMMETRIC TABLE THEN TO TRAILING TRUE UNION UNIQUE UPDATE USER USING VALUES WHEN
WHERE WINDOW WITH
"""
_FREE = frozenset({"DATE", "TIME", "TIMESTAMP", "TEXT", "YEAR", "MONEY", "NAME", "VERSION", "COMMENT", "LEVEL"})


@dataclass(frozen=True, slots=True)
class CatalogRelation:
    """A table or view with its columns, in the database's order."""

    schema: str | None
    name: str
    columns: tuple[str, ...]
    dialect: str

    @property
    def select_statement(self) -> str:
        """A statement for a person to go on with: columns by name unless there are very many."""
        return select_statement(self.dialect, self, PREVIEW_ROWS)


@dataclass(frozen=True, slots=True)
class CatalogColumn:
    """A column with its type in the database's own words; None where the database does not tell."""

    name: str
    type: str | None


@dataclass(frozen=True, slots=True)
class Catalog:
    """All relations of a schema (None: the one that plain names mean), and when they were looked up."""

    relations: tuple[CatalogRelation, ...]
    at: datetime

    def matching(self, search: str | None) -> list[CatalogRelation]:
        """Those whose name, or one of whose columns, holds the text; a name that begins with it comes first."""
        wanted = (search or "").strip().casefold()
        if not wanted:
            return list(self.relations)
        found = [(_rank(relation, wanted), relation) for relation in self.relations]
        return [relation for rank, relation in sorted(found, key=lambda one: one[0]) if rank < _NO_MATCH]

    def named(self, name: str) -> CatalogRelation:
        """One of them. NotFound when the database has it no more."""
        for relation in self.relations:
            if relation.name == name:
                return relation
        raise _no_relation(name)


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a relation, as text; None is NULL."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    is_cut: bool


class Catalogs:
    """Catalogs by connection. Belongs to the event loop; who asks while one is fetched waits for the same."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        self._kept: OrderedDict[tuple[Any, ...], tuple[float, Catalog]] = OrderedDict()
        self._fetching: dict[tuple[Any, ...], asyncio.Task[Catalog]] = {}

    async def get(
        self, connection_id: UUID, spec: ConnectionSpec, schema: str | None = None, *, is_refreshed: bool = False
    ) -> Catalog:
        """The catalog, from the cache while it is fresh."""
        key = _key(connection_id, schema, spec)
        known = self._kept.get(key)
        if known is not None and not is_refreshed and monotonic() - known[0] < FRESH_S:
            self._kept.move_to_end(key)
            return known[1]
        task = self._fetching.get(key)
        if task is None:
            task = self._fetching[key] = asyncio.create_task(self._fetch(key, spec, schema))
            task.add_done_callback(lambda _: self._fetching.pop(key, None))
        return await asyncio.shield(task)

    def known(self, connection_id: UUID, spec: ConnectionSpec) -> dict[str | None, Catalog]:
        """The catalogs that are at hand and fresh, by schema; nothing is fetched."""
        kept = [(key, at, catalog) for key, (at, catalog) in self._kept.items() if key[0] == connection_id]
        return {
            key[1]: catalog
            for key, at, catalog in kept
            if key == _key(connection_id, key[1], spec) and monotonic() - at < FRESH_S
        }

    async def schemas(self, spec: ConnectionSpec) -> list[str]:
        """The schemas besides those that plain names mean, where the database shows that level; else none."""
        return await self._databases.run(spec, _schemas)

    async def columns(self, spec: ConnectionSpec, schema: str | None, name: str) -> list[CatalogColumn]:
        """One relation's columns with their types. NotFound when the database has it no more."""
        found = await self._databases.run(spec, lambda session: _columns(session, schema, name))
        if not found:
            raise _no_relation(name)
        return found

    async def preview(self, spec: ConnectionSpec, schema: str | None, name: str) -> Preview:
        """The first 100 rows of a relation. NotFound for what is none: DuckDB would read a file of that name."""

        def work(session: Session) -> Preview:
            if not _may_be_there(session, schema, name):
                raise _no_relation(name)
            return _preview(session, preview_statement(_dialect(session, spec), schema, name))

        return await self._databases.run(spec, work)

    async def _fetch(self, key: tuple[Any, ...], spec: ConnectionSpec, schema: str | None) -> Catalog:
        dialect, found = await self._databases.run(
            spec, lambda session: (_dialect(session, spec), _relations(session, schema))
        )
        relations = (CatalogRelation(schema, name, columns, dialect) for name, columns in found.items())
        catalog = Catalog(tuple(sorted(relations, key=lambda one: one.name.casefold())), datetime.now(UTC))
        self._kept[key] = (monotonic(), catalog)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return catalog


def _no_relation(name: str) -> NotFound:
    return NotFound(f"There is no table or view {name!r} in this connection.")


def _key(connection_id: UUID, schema: str | None, spec: ConnectionSpec) -> tuple[Any, ...]:
    """What leads elsewhere is another database: its catalog is not kept from before."""
    return (connection_id, schema, spec.kind, tuple(sorted(spec.parameters.items())), hash(spec.secret))


def preview_statement(dialect: str, schema: str | None, name: str) -> str:
    """`SELECT * FROM "name" LIMIT 100` in the dialect's own quotes."""
    from sqlglot import exp

    def identifier(text: str) -> exp.Identifier:
        return exp.to_identifier(text, quoted=not _means_any_case(dialect, text))

    table = exp.Table(this=identifier(name), db=None if schema is None else identifier(schema))
    return exp.select("*").from_(table).limit(PREVIEW_ROWS).sql(dialect=dialect)


def select_statement(dialect: str, relation: CatalogRelation, limit: int) -> str:
    """A statement on lines of its own that reads a relation; names are quoted where they must be, or may have to."""
    from sqlglot import exp

    def identifier(name: str) -> exp.Identifier:
        return exp.to_identifier(name, quoted=_needs_quotes(dialect, name))

    columns = [exp.column(identifier(name)) for name in relation.columns]
    table = exp.Table(
        this=identifier(relation.name), db=identifier(relation.schema) if relation.schema is not None else None
    )
    wanted = columns if 0 < len(columns) <= _MAX_NAMED else ["*"]
    return exp.select(*wanted).from_(table).limit(limit).sql(dialect=dialect, pretty=True)


def _means_any_case(dialect: str, name: str) -> bool:
    """SQLAlchemy gives Oracle's names in lower case when they are the same in every case; quoted they would not be."""
    return dialect == "oracle" and _PLAIN.fullmatch(name) is not None and name.upper() not in _keywords(dialect)


def _needs_quotes(dialect: str, name: str) -> bool:
    if _means_any_case(dialect, name):
        return False
    plain = _PLAIN_UPPER if dialect in ("snowflake", "oracle") else _PLAIN
    return plain.fullmatch(name) is None or name.upper() in _keywords(dialect)


@lru_cache(maxsize=16)
def _keywords(dialect: str) -> frozenset[str]:
    from sqlglot import Dialect

    keywords = Dialect.get_or_raise(dialect).tokenizer_class.KEYWORDS
    return frozenset(word for keyword in keywords for word in keyword.upper().split()) - _FREE | {*_RESERVED.split()}


_NO_MATCH = 4


def _rank(relation: CatalogRelation, wanted: str) -> int:
    name = relation.name.casefold()
    if name.startswith(wanted):
        return 0
    if wanted in name:
        return 1
    columns = [column.casefold() for column in relation.columns]
    if any(column.startswith(wanted) for column in columns):
        return 2
    return 3 if any(wanted in column for column in columns) else _NO_MATCH


def _dialect(session: Session, spec: ConnectionSpec) -> str:
    """Sqlglot's name of what the database speaks: a kind that leads to many lets each session tell its own."""
    return getattr(session, "dialect", "") or connector(spec.kind).info.dialect


def _schemas(session: Session) -> list[str]:
    return sorted(session.schemas()) if isinstance(session, HasSchemas) else []


def _relations(session: Session, schema: str | None) -> Mapping[str, tuple[str, ...]]:
    if schema is None:
        return session.relations()
    if not isinstance(session, HasSchemas):
        raise BadInput("This kind of connection has no schemas to look into.")
    return session.relations_in(schema)


def _columns(session: Session, schema: str | None, name: str) -> list[CatalogColumn]:
    if isinstance(session, HasTypes):
        return [CatalogColumn(column, kind or None) for column, kind in session.columns_of(name, schema).items()]
    return [CatalogColumn(column, None) for column in _relations(session, schema).get(name, ())]


def _may_be_there(session: Session, schema: str | None, name: str) -> bool:
    """False where the database says that it has no such relation."""
    if schema is not None and not isinstance(session, HasTypes | HasSchemas):
        return True
    return bool(_columns(session, schema, name))


def _preview(session: Session, statement: str) -> Preview:
    frame = session.execute(statement, []).frame
    if frame is None:
        raise BadInput("The database gave no rows to show.")
    rows = tuple(tuple(_text(value) for value in row) for row in frame.itertuples(index=False, name=None))
    return Preview(tuple(str(column) for column in frame.columns), rows, len(rows) >= PREVIEW_ROWS)


def _inner(value: Any) -> Any:
    """What JSON does not know, inside of a value: a list of DuckDB's, or as text."""
    return value.tolist() if hasattr(value, "tolist") else str(value)


def _text(value: Any) -> str | None:
    if hasattr(value, "tolist"):  # what DuckDB has for a list, and numpy's scalars
        value = value.tolist()
    if value is None or str(value) in ("<NA>", "NaT") or value != value:
        return None
    if isinstance(value, list | dict):
        text = json.dumps(value, ensure_ascii=False, default=_inner)
    else:
        text = bytes(value).hex() if isinstance(value, bytes | bytearray) else str(value)
    return text if len(text) <= _MAX_VALUE_CHARS else text[:_MAX_VALUE_CHARS] + "…"
