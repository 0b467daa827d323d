"""The dispatchers of the walk, apart so that the handlers can call each other without importing each other.

`python_expressions`, `python_statements` and `magic_effects` fill the tables when
they are imported (by `python_analysis`).
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from .magic_syntax import LineMagic
from .python_frame import Frame
from .python_values import FRESH, Position, Value

EXPRESSIONS: dict[type[ast.AST], Callable[..., Value]] = {}
STATEMENTS: dict[type[ast.AST], Callable[..., None]] = {}
MAGICS: list[Callable[[Frame, LineMagic], None]] = []


def evaluate(frame: Frame, node: ast.expr, used: bool = True) -> Value:
    """Walk an expression. `used` is false where its value is thrown away (then `s.add(x)` cannot be pandas)."""
    handler = EXPRESSIONS.get(type(node))
    return handler(frame, node, used) if handler is not None else FRESH


def look(frame: Frame, node: ast.expr) -> Value:
    """Like `evaluate`, for places that only pass the value on under a name: no function in it can be called."""
    if type(node) is ast.Name:
        return frame.load(node.id, node)
    return evaluate(frame, node)


def run(frame: Frame, body: list[ast.stmt]) -> None:
    """Walk statements in order, as far as they can be reached."""
    magics = frame.magics
    for statement in body:
        if not frame.state.alive:
            return
        if magics and statement.lineno in magics:
            frame.magics = {}  # code on the magic's own line is no magic again
            for apply in MAGICS:
                apply(frame, magics[statement.lineno])
            frame.magics = magics
        STATEMENTS[type(statement)](frame, statement)


def misplaced(node: ast.stmt | ast.expr, message: str) -> SyntaxError:
    """What the parser accepts and the compiler does not."""
    return SyntaxError(
        message, ("<cell>", node.lineno, node.col_offset + 1, None, node.end_lineno, node.end_col_offset)
    )


def with_position(frame: Frame, where: Position, walk: Callable[[], object]) -> None:
    """Walk code taken from a string: all its effects are at the place of the string."""
    outer_position, frame.fixed = frame.fixed, where
    try:
        walk()
    finally:
        frame.fixed = outer_position
