"""Runs GraphQL documents: parse, limit, validate (kept in a cache), execute, format."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationType,
    execute,
    get_operation_ast,
    parse,
    subscribe,
    validate,
)

from sept_ext.core.errors import BadInput, SeptError

from .binding import executable_schema
from .context import Context
from .errors import format_error, refusal
from .limits import MAX_TOKENS, check_length, check_size

QUERY_TIMEOUT_S = 10.0
_CACHE_SIZE = 512

Response = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that was parsed and validated: either `document`, or the `errors` that refuse it."""

    document: DocumentNode | None = None
    errors: tuple[GraphQLError, ...] = ()

    def kind_of(self, operation_name: str | None) -> OperationType | None:
        """Which kind of operation would run; None when the name fits none (or is missing and needed)."""
        operation = None if self.document is None else get_operation_ast(self.document, operation_name)
        return None if operation is None else operation.operation

    @property
    def refusal(self) -> Response:
        """The response for a document that was refused."""
        return {"errors": [format_error(error) for error in self.errors]}


class GraphQLEngine:
    """The executable schema with its cache of documents. Belongs to the event loop."""

    def __init__(self) -> None:
        self.schema: GraphQLSchema = executable_schema()
        self._cache: OrderedDict[str, Prepared] = OrderedDict()

    async def prepare(self, text: str) -> Prepared:
        """Parse and validate a document; unknown ones in a thread, since a hostile one takes long."""
        known = self._cache.get(text)
        if known is not None:
            self._cache.move_to_end(text)
            return known
        prepared = await asyncio.to_thread(self._prepare, text)
        if prepared.document is not None:
            self._cache[text] = prepared
            if len(self._cache) > _CACHE_SIZE:
                self._cache.popitem(last=False)
        return prepared

    async def execute(
        self, prepared: Prepared, context: Context, variables: Mapping[str, Any] | None, operation_name: str | None
    ) -> Response:
        """Run a query or mutation. Queries end after 10 s with UNAVAILABLE."""
        document = cast("DocumentNode", prepared.document)
        run = self._execute(document, context, variables, operation_name)
        if prepared.kind_of(operation_name) is not OperationType.QUERY:
            return _formatted(await run)
        try:
            return _formatted(await asyncio.wait_for(run, QUERY_TIMEOUT_S))
        except TimeoutError:
            return refusal(f"The query took longer than {QUERY_TIMEOUT_S:.0f} s.", "UNAVAILABLE") | {"data": None}

    async def subscribe(
        self, prepared: Prepared, context: Context, variables: Mapping[str, Any] | None, operation_name: str | None
    ) -> AsyncGenerator[Response, None]:
        """Run a subscription: responses as they come. One that cannot begin or go on gives a response with errors."""
        document = cast("DocumentNode", prepared.document)
        begun = subscribe(self.schema, document, None, context, _own(variables), operation_name)
        stream = await begun if asyncio.iscoroutine(begun) or asyncio.isfuture(begun) else begun
        if isinstance(stream, ExecutionResult):
            yield _formatted(stream)
            return
        results = cast("AsyncIterator[ExecutionResult]", stream)
        try:
            async for result in results:
                yield _formatted(result)
        except SeptError as error:  # raised by the source of events, which graphql-core lets pass
            yield {"errors": [format_error(GraphQLError(error.message, original_error=error))]}
        finally:
            close = getattr(results, "aclose", None)
            if close is not None:
                await close()

    def _prepare(self, text: str) -> Prepared:
        try:
            check_length(text)
            document = parse(text, max_tokens=MAX_TOKENS)
            check_size(document)
        except GraphQLError as error:
            return Prepared(errors=(error,))
        except BadInput as error:
            return Prepared(errors=(GraphQLError(error.message, original_error=error),))
        except RecursionError:
            return Prepared(errors=(GraphQLError("The document is nested too deeply."),))
        errors = validate(self.schema, document, max_errors=20)
        return Prepared(errors=tuple(errors)) if errors else Prepared(document)

    async def _execute(
        self,
        document: DocumentNode,
        context: Context,
        variables: Mapping[str, Any] | None,
        operation_name: str | None,
    ) -> ExecutionResult:
        result = execute(self.schema, document, None, context, _own(variables), operation_name)
        return result if isinstance(result, ExecutionResult) else await result


def _own(variables: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if variables is None else dict(variables)


def _formatted(result: ExecutionResult) -> Response:
    """The response map. `data` is left out when execution never began, as GraphQL over HTTP demands."""
    if not result.errors:
        return {"data": result.data}
    errors = [format_error(error) for error in result.errors]
    never_began = result.data is None and all(error.path is None for error in result.errors)
    return {"errors": errors} if never_began else {"errors": errors, "data": result.data}
