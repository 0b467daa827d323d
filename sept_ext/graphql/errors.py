"""What of an error reaches the client: refusals with their code, faults only as an id that is in the log."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from graphql import GraphQLError

from sept_ext.core.errors import SeptError, SqlError

log = logging.getLogger(__name__)


def format_error(error: GraphQLError) -> dict[str, Any]:
    """An entry of `errors`. What the client did wrong in GraphQL itself is BAD_INPUT."""
    cause = error.original_error
    while isinstance(cause, GraphQLError):  # graphql-core wraps its own refusals of variables
        cause = cause.original_error
    formatted: dict[str, Any] = dict(error.formatted)
    if cause is None:
        formatted["extensions"] = {"code": "BAD_INPUT", **(error.extensions or {})}
    elif isinstance(cause, SeptError):
        formatted["message"] = cause.message
        formatted["extensions"] = {"code": cause.code, **_details(cause)}
    else:
        identity = uuid.uuid4().hex[:12]
        log.error("Sept: fault %s at %s", identity, error.path, exc_info=cause)
        formatted["message"] = f"Something went wrong in Sept. The server's log has it under {identity}."
        formatted["extensions"] = {"code": "INTERNAL", "id": identity}
    return formatted


def refusal(message: str, code: str = "BAD_INPUT") -> dict[str, Any]:
    """A response that is nothing but one error."""
    return {"errors": [{"message": message, "extensions": {"code": code}}]}


def _details(cause: SeptError) -> dict[str, Any]:
    if isinstance(cause, SqlError):
        span = cause.span
        where = None if span is None else [span.line, span.column, span.end_line, span.end_column]
        return {"span": where, "candidates": list(cause.candidates)}
    return {}
