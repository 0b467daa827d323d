"""sqlglot's parser, which here never raises and never logs."""

from __future__ import annotations

import logging

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

DEFAULT_DIALECT = "duckdb"
logging.getLogger("sqlglot").addFilter(lambda record: "falling back" not in record.getMessage().lower())


def parse_trees(text: str, dialect: str) -> list[exp.Expression] | None:
    """The statements of a text; None if it does not parse."""
    try:
        return [tree for tree in sqlglot.parse(text, read=dialect) if isinstance(tree, exp.Expression)]
    except (SqlglotError, ValueError, AttributeError, TypeError, IndexError, KeyError, AssertionError):
        return None  # sqlglot's own slips on strange input count as "not understood" too
