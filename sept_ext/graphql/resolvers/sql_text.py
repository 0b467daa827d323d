"""SQL laid out, converted between dialects, and looked through for names that are not there."""

from __future__ import annotations

import asyncio
from typing import Any

from sept_ext.core.cells import Problem
from sept_ext.core.errors import UnknownView
from sept_ext.graphql.context import Info
from sept_ext.services import inputs, sql_problems, sql_text
from sept_ext.services.sql_text import SqlDialect

from .connections import spec_of
from .live_notebooks import live


async def resolve_format(_source: Any, _info: Info, sql: str, dialect: str | None = None) -> str:
    """The same statements, laid out."""
    return await asyncio.to_thread(sql_text.formatted, sql, dialect)


async def resolve_convert(_source: Any, _info: Info, sql: str, to: str, from_: str | None = None) -> str:
    """The statements in another dialect."""
    return await asyncio.to_thread(sql_text.converted, sql, from_, to)


async def resolve_problems(
    _source: Any, info: Info, source: str, path: str, client_id: str, connection_id: str | None = None
) -> tuple[Problem, ...]:
    """Names in a cell that are not there; none where nothing is known, of the database or of the document."""
    known = None
    if connection_id is not None:
        spec = await spec_of(info.context, connection_id)
        known = info.context.services.catalogs.known(inputs.existing_id(connection_id, "connection"), spec)
    try:
        view = live(info).notebooks.view(path, client_id)
    except UnknownView:
        return ()
    if known is None:
        return await asyncio.to_thread(sql_problems.problems_of_frames, source, view)
    return await asyncio.to_thread(sql_problems.problems_of_tables, source, known, view)


def resolve_dialects(_source: Any, _info: Info) -> list[SqlDialect]:
    """The dialects."""
    return sql_text.dialects()


FIELDS = {
    ("Query", "formatSql"): resolve_format,
    ("Query", "convertSql"): resolve_convert,
    ("Query", "sqlProblems"): resolve_problems,
    ("Query", "sqlDialects"): resolve_dialects,
}
