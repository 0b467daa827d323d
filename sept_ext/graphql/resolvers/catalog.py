"""What there is in the databases of connections."""

from __future__ import annotations

from typing import Any

from sept_ext.core.errors import BadInput
from sept_ext.graphql.context import Info
from sept_ext.services import inputs
from sept_ext.services.catalog import Catalog, CatalogColumn, CatalogRelation, Preview

from .connections import spec_of

_MAX_RELATIONS = 5000


async def resolve_schemas(_source: Any, info: Info, connection_id: str) -> list[str]:
    """The schemas of a database that shows them."""
    return await info.context.services.catalogs.schemas(await spec_of(info.context, connection_id))


async def resolve_relations(
    _source: Any,
    info: Info,
    connection_id: str,
    first: int,
    schema: str | None = None,
    search: str | None = None,
    is_refreshed: bool = False,
) -> dict[str, Any]:
    """Tables and views."""
    if not 1 <= first <= _MAX_RELATIONS:
        raise BadInput(f"A page of tables has 1 to {_MAX_RELATIONS:,} entries.")
    catalog = await _catalog(info, connection_id, schema, is_refreshed=is_refreshed)
    found = catalog.matching(search)
    return {"relations": found[:first], "total_count": len(found), "at": catalog.at}


async def resolve_relation(
    _source: Any, info: Info, connection_id: str, name: str, schema: str | None = None
) -> CatalogRelation:
    """One of them."""
    return (await _catalog(info, connection_id, schema)).named(name)


async def resolve_columns(
    _source: Any, info: Info, connection_id: str, name: str, schema: str | None = None
) -> list[CatalogColumn]:
    """Its columns with their types."""
    return await info.context.services.catalogs.columns(await spec_of(info.context, connection_id), schema, name)


async def resolve_preview(
    _source: Any, info: Info, connection_id: str, name: str, schema: str | None = None
) -> Preview:
    """Its first rows."""
    return await info.context.services.catalogs.preview(await spec_of(info.context, connection_id), schema, name)


async def _catalog(info: Info, connection_id: str, schema: str | None, *, is_refreshed: bool = False) -> Catalog:
    spec = await spec_of(info.context, connection_id)
    identity = inputs.existing_id(connection_id, "connection")
    return await info.context.services.catalogs.get(identity, spec, schema, is_refreshed=is_refreshed)


FIELDS = {
    ("Query", "catalogSchemas"): resolve_schemas,
    ("Query", "catalogRelations"): resolve_relations,
    ("Query", "catalogRelation"): resolve_relation,
    ("Query", "relationColumns"): resolve_columns,
    ("Query", "relationPreview"): resolve_preview,
}
