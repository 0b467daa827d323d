"""The stored operations: documents that are shipped in operations/, one operation in each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from graphql import (
    GraphQLSchema,
    OperationDefinitionNode,
    get_operation_ast,
    is_enum_type,
    is_non_null_type,
    is_scalar_type,
    parse,
    type_from_ast,
)

_TEXT_SCALARS = frozenset({"ID", "String", "DateTime"})


@dataclass(frozen=True, slots=True)
class StoredOperation:
    """A document, its kind (query or mutation), and which variables are plain text in a query string."""

    name: str
    kind: str
    text: str
    text_variables: frozenset[str]

    def read_variables(self, given: Mapping[str, str]) -> dict[str, Any]:
        """Variables of a query string: text as it stands; numbers, booleans, lists and objects as JSON."""
        return {name: value if name in self.text_variables else _value(value) for name, value in given.items()}


def load_operations(schema: GraphQLSchema) -> dict[str, StoredOperation]:
    """All stored operations by name."""
    folder = resources.files(__package__).joinpath("operations")
    files = [file for file in folder.iterdir() if file.name.endswith(".graphql")]
    found = [_operation(schema, file.read_text(encoding="utf-8")) for file in files]
    return {operation.name: operation for operation in found}


def _operation(schema: GraphQLSchema, text: str) -> StoredOperation:
    node = get_operation_ast(parse(text))
    if node is None or node.name is None:
        raise ValueError("a stored document must have exactly one operation, with a name")
    return StoredOperation(node.name.value, node.operation.value, text, _text_variables(schema, node))


def _text_variables(schema: GraphQLSchema, node: OperationDefinitionNode) -> frozenset[str]:
    names: set[str] = set()
    for definition in node.variable_definitions or ():
        declared = type_from_ast(schema, definition.type)
        named = declared.of_type if is_non_null_type(declared) else declared
        if is_enum_type(named) or (is_scalar_type(named) and named.name in _TEXT_SCALARS):
            names.add(definition.variable.name.value)
    return frozenset(names)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text  # execution refuses it, with the variable's name and type
