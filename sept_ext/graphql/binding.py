"""Makes schema.graphql executable: binds resolvers, and converts names between GraphQL's manner and Python's.

A resolver module has `FIELDS`, a dict from (type, field) to a function `(source, info, **arguments)`. Arguments and
input objects come with snake_case names (`from` as `from_`), enum values as their upper-case names. Results are
attributes with snake_case names; enum values may be in lower case, with hyphens or underscores. A resolver of a
Subscription field is an async generator.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable
from functools import partial
from importlib import import_module, resources
from importlib.util import find_spec
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
)

from sept_ext.core.errors import Unavailable

from .context import Info
from .scalars import read_datetime, write_datetime

Resolver = Callable[..., Any]

# live_notebooks and execution belong to the part that watches kernels; a build without it refuses their fields.
RESOLVER_MODULES = (
    "server",
    "workspaces",
    "projects",
    "threads",
    "versions",
    "connections",
    "catalog",
    "sql_text",
    "cells",
    "events",
    "live_notebooks",
    "execution",
)


def schema_text() -> str:
    """The contract as it is shipped."""
    return resources.files(__package__).joinpath("schema.graphql").read_text(encoding="utf-8")


def executable_schema() -> GraphQLSchema:
    """The schema with all resolvers bound."""
    schema = build_schema(schema_text())
    for named in schema.type_map.values():
        if named.name.startswith("__"):
            continue
        if isinstance(named, GraphQLEnumType):
            named.coerce_output_value = partial(_enum_name, named)  # type: ignore[method-assign]
        elif isinstance(named, GraphQLInputObjectType):
            for name, field in named.fields.items():
                field.out_name = snake_case(name)
        elif isinstance(named, GraphQLObjectType):
            _prepare_object(named)
    date_time: Any = schema.type_map["DateTime"]
    date_time.coerce_output_value, date_time.coerce_input_value = write_datetime, read_datetime
    _bind_resolvers(schema)
    return schema


def snake_case(name: str) -> str:
    """`afterCellId` -> `after_cell_id`; a keyword gets an underscore at its end."""
    snake = re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()
    return snake + "_" if keyword.iskeyword(snake) else snake


def _prepare_object(named: GraphQLObjectType) -> None:
    is_root = named.name in ("Query", "Mutation", "Subscription")
    for name, field in named.fields.items():
        field.resolve = _not_in_this_build if is_root else partial(_attribute, snake_case(name))
        for argument_name, argument in field.args.items():
            argument.out_name = snake_case(argument_name)


def _bind_resolvers(schema: GraphQLSchema) -> None:
    for module_name in RESOLVER_MODULES:
        full_name = f"{__package__}.resolvers.{module_name}"
        if find_spec(full_name) is None:
            continue
        fields: dict[tuple[str, str], Resolver] = import_module(full_name).FIELDS
        for (type_name, field_name), resolver in fields.items():
            named: Any = schema.type_map[type_name]
            if type_name == "Subscription":
                named.fields[field_name].subscribe = resolver
                named.fields[field_name].resolve = _identity
            else:
                named.fields[field_name].resolve = resolver


def _attribute(name: str, source: Any, _info: Info) -> Any:
    return source[name] if isinstance(source, dict) else getattr(source, name)


def _identity(source: Any, _info: Info, **_arguments: Any) -> Any:
    return source


def _not_in_this_build(_source: Any, info: Info, **_arguments: Any) -> Any:
    raise Unavailable(f"{info.field_name} is not available on this server.")


def _enum_name(enum: GraphQLEnumType, value: Any) -> str:
    name = str(value).upper().replace("-", "_")
    if name not in enum.values:
        raise TypeError(f"{enum.name} has no value {value!r}")
    return name
