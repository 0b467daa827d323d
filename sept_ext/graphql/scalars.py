"""The scalar DateTime: an instant in UTC, RFC 3339."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from graphql import GraphQLError


def write_datetime(value: Any) -> str:
    """`2026-11-23T10:32:00.123456Z` for an aware datetime."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise TypeError(f"DateTime needs an aware datetime, not {value!r}")
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def read_datetime(value: Any) -> datetime:
    """An aware datetime of RFC 3339 text."""
    try:
        instant = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise GraphQLError(f"DateTime cannot represent value: {value!r}") from None
    if instant.tzinfo is None:
        raise GraphQLError("DateTime needs a time zone, such as Z.")
    return instant.astimezone(UTC)
