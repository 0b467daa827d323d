"""Parsing without noise: a cell's odd escapes must not print warnings in the server's log."""

from __future__ import annotations

import ast
import warnings

_NAME = "<cell>"
warnings.filterwarnings("ignore", category=SyntaxWarning, module=_NAME)


def parse_module(text: str) -> ast.Module:
    """The syntax tree of statements. Raises what the parser raises."""
    return ast.parse(text, _NAME)


def parse_expression(text: str) -> ast.expr:
    """The syntax tree of one expression. Raises what the parser raises."""
    return ast.parse(text, _NAME, mode="eval").body


def try_module(text: str) -> list[ast.stmt] | None:
    """The statements of a text that may be no Python (then None)."""
    try:
        return parse_module(text.strip()).body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


def try_expression(text: str) -> ast.expr | None:
    """The expression a text holds, if it is one."""
    try:
        return parse_expression(text.strip())
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
