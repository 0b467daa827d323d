"""How much a document may ask for. Checked before validation, which itself can be made to take a second.

Sizes count what execution would visit: a fragment counts each time it is spread.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from sept_ext.core.errors import BadInput

MAX_DOCUMENT_CHARS = 16_000
MAX_TOKENS = 2_000
MAX_DEPTH = 12
MAX_ALIASES = 50
MAX_FIELDS = 1_000


@dataclass(frozen=True, slots=True)
class Size:
    """Of a selection: levels of fields, aliased fields, all fields."""

    depth: int = 0
    aliases: int = 0
    fields: int = 0


def check_length(text: str) -> None:
    """Raise BadInput for a text that is too long to be parsed at all."""
    if len(text) > MAX_DOCUMENT_CHARS:
        raise BadInput(f"A document can have at most {MAX_DOCUMENT_CHARS:,} characters.")


def check_size(document: DocumentNode) -> None:
    """Raise BadInput when an operation of the document asks for too much."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    known: dict[str, Size] = {}
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            _refuse_too_big(_measure(node.selection_set, fragments, known))
        elif isinstance(node, FragmentDefinitionNode):
            # Its depth counts where it is spread, which may be in introspection; its size even when it is unused.
            _refuse_too_big(replace(_measure(node.selection_set, fragments, known), depth=0))


def _refuse_too_big(size: Size) -> None:
    for what, value, maximum in (
        ("levels", size.depth, MAX_DEPTH),
        ("aliases", size.aliases, MAX_ALIASES),
        ("fields", size.fields, MAX_FIELDS),
    ):
        if value > maximum:
            raise BadInput(f"The document has too many {what}: at most {maximum}.")


def _measure(
    selections: SelectionSetNode | None, fragments: Mapping[str, FragmentDefinitionNode], known: dict[str, Size]
) -> Size:
    depth = aliases = fields = 0
    for node in () if selections is None else selections.selections:
        if isinstance(node, FieldNode):
            inner = _measure(node.selection_set, fragments, known)
            # Introspection is deep by nature, small, and limited by a validation rule of graphql-core.
            is_introspection = node.name.value in ("__schema", "__type")
            depth = max(depth, 1 if is_introspection else 1 + inner.depth)
            aliases += inner.aliases + (node.alias is not None)
            fields += inner.fields + 1
            continue
        if isinstance(node, FragmentSpreadNode):
            inner = _fragment(node.name.value, fragments, known)
        elif isinstance(node, InlineFragmentNode):
            inner = _measure(node.selection_set, fragments, known)
        else:  # pragma: no cover - the grammar has no fourth kind
            continue
        depth, aliases, fields = max(depth, inner.depth), aliases + inner.aliases, fields + inner.fields
    return Size(depth, aliases, fields)


def _fragment(name: str, fragments: Mapping[str, FragmentDefinitionNode], known: dict[str, Size]) -> Size:
    if name not in known:
        known[name] = Size()  # a fragment within itself counts as empty here; validation refuses it
        if name in fragments:
            known[name] = _measure(fragments[name].selection_set, fragments, known)
    return known[name]
