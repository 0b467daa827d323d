"""Conditions: what is bound for certain once one has turned out true, or false (`a and (b := f())`)."""

from __future__ import annotations

import ast

from .python_frame import Frame
from .python_protocols import truth_of
from .python_walk import evaluate

Killed = set[str]


def condition(frame: Frame, test: ast.expr) -> tuple[Killed, Killed]:
    """Walk a condition; gives the names bound for certain where it holds and where it does not."""
    state = frame.state
    if not frame.walrus:
        value = evaluate(frame, test, used=False)
        if value.members is not None:
            truth_of(frame, value, test)
        return state.killed, state.killed.copy()
    if isinstance(test, ast.BoolOp):
        return _boolean(frame, test)
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        holds, fails = condition(frame, test.operand)
        return fails, holds
    if isinstance(test, ast.Compare) and len(test.comparators) > 1:
        evaluate(frame, test.left)
        evaluate(frame, test.comparators[0])
        fails = state.killed.copy()
        for operand in test.comparators[1:]:
            evaluate(frame, operand)
        return state.killed.copy(), fails
    truth_of(frame, evaluate(frame, test, used=False), test)
    return state.killed.copy(), state.killed.copy()


def _boolean(frame: Frame, test: ast.BoolOp) -> tuple[Killed, Killed]:
    """`and` goes on while operands hold and fails after any of them; `or` the other way round."""
    is_and = isinstance(test.op, ast.And)
    ended: Killed | None = None
    going: Killed = frame.state.killed
    for operand in test.values:
        frame.state.killed = going.copy()
        holds, fails = condition(frame, operand)
        going, leaving = (holds, fails) if is_and else (fails, holds)
        ended = leaving if ended is None else ended & leaving
    ended = ended if ended is not None else going
    return (going, ended) if is_and else (ended, going)
