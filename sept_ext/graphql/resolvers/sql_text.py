"""SQL laid out, and converted between dialects."""

from __future__ import annotations

import asyncio
from typing import Any

from sept_ext.graphql.context import Info
from sept_ext.services import sql_text
from sept_ext.services.sql_text import SqlDialect


async def resolve_format(_source: Any, _info: Info, sql: str, dialect: str | None = None) -> str:
    """The same statements, laid out."""
    return await asyncio.to_thread(sql_text.formatted, sql, dialect)


async def resolve_convert(_source: Any, _info: Info, sql: str, to: str, from_: str | None = None) -> str:
    """The statements in another dialect."""
    return await asyncio.to_thread(sql_text.converted, sql, from_, to)


def resolve_dialects(_source: Any, _info: Info) -> list[SqlDialect]:
    """The dialects."""
    return sql_text.dialects()


FIELDS = {
    ("Query", "formatSql"): resolve_format,
    ("Query", "convertSql"): resolve_convert,
    ("Query", "sqlDialects"): resolve_dialects,
}
