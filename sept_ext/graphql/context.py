"""What resolvers get: who asks, the services, and loaders that keep lists of lists from costing a query each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, TypeVar

from graphql import GraphQLResolveInfo

from sept_ext.services.container import Services
from sept_ext.services.ports import UnitOfWork
from sept_ext.services.records import Actor

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class Context:
    """Of one request (or one WebSocket connection)."""

    actor: Actor
    services: Services
    loaders: dict[Any, Any] = field(default_factory=dict)

    def fresh(self) -> Context:
        """The same for another operation: with loaders that have loaded nothing yet."""
        return Context(self.actor, self.services)

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a blocking function in the bounded thread pool."""
        return await self.services.store.run(function, *args, **kwargs)

    async def read(
        self, use_case: Callable[Concatenate[UnitOfWork, Actor, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a use case that changes nothing, as the actor, in one hop to the pool."""
        return await self.services.store.read(use_case, self.actor, *args, **kwargs)

    async def write(
        self, use_case: Callable[Concatenate[UnitOfWork, Actor, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a use case that may change things, as the actor, in one transaction."""
        return await self.services.store.write(use_case, self.actor, *args, **kwargs)


Info = GraphQLResolveInfo[Context]
"""What graphql-core hands a resolver, with our context."""
