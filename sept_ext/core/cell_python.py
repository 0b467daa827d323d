"""A cell of Python, with or without IPython's lines in it."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable

from .cell_record import to_analysis
from .cells import CellAnalysis
from .magic_syntax import PythonText, may_have_magics, to_python
from .python_frame import Context, Frame
from .python_parse import parse_module
from .python_protocols import show
from .python_walk import run
from .source_hash import SourceHash, hash_python, hash_text

_INDENTED = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*(?P<indent>[ \t]+)(?=[^\s#])")


def analyze_python(
    source: str,
    python: str | None = None,
    *,
    finally_: Callable[[Frame], None] | None = None,
    context: Context | None = None,
) -> CellAnalysis:
    """Analyse `python` (default: all of `source`), which has the same lines as the cell's `source`.

    `finally_` does to the frame what happens when the body is through; `context` tells what the cells above leave.
    Raises SyntaxError, ValueError (null bytes, surrogates), MemoryError and RecursionError as the parser does.
    """
    frame, text = _walk(source if python is None else python, finally_, context)
    hashed = SourceHash(text.text) if not text.magics else _hash_with_magics(text)
    return to_analysis(source, frame, hashed)


def _walk(
    python: str, finally_: Callable[[Frame], None] | None = None, context: Context | None = None
) -> tuple[Frame, PythonText]:
    frame = Frame("module", context=context)
    text, tree = parse(python)
    frame.budget.allow(text.text)
    frame.walrus = ":=" in text.text or bool(text.magics)
    frame.magics = {magic.line: magic for magic in text.magics}
    run(frame, tree.body)
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        show(frame, tree.body[-1])
    if finally_ is not None:
        finally_(frame)
    return frame, text


def steps_taken(source: str) -> int:
    """How many steps of its budget a cell of Python takes (`python_budget`). Raises what `analyze_python` does."""
    return _walk(source)[0].budget.steps


def parse(python: str) -> tuple[PythonText, ast.Module]:
    """Parse, with IPython's lines replaced if there are any."""
    try:
        return PythonText(python, ()), parse_module(python)
    except IndentationError as error:
        indented = _INDENTED.match(python)
        if indented is None:
            raise
        return _parse_indented(python, indented["indent"], error)
    except SyntaxError as error:
        text = to_python(python, automagic=False) if may_have_magics(python) else PythonText(python, ())
        first = error
    try:
        return text, _parse_quietly(text.text)
    except SyntaxError as error:
        automatic = to_python(python)
        if automatic.magics == text.magics:
            raise (error if text.magics else first) from None
    return automatic, _parse_quietly(automatic.text)


def _parse_indented(python: str, indent: str, error: IndentationError) -> tuple[PythonText, ast.Module]:
    """Like IPython, take the first line's indentation off every line that has it; places stay the cell's."""
    lines = python.split("\n")
    shorter = "\n".join(line.removeprefix(indent) for line in lines)
    try:
        text, tree = parse(shorter)
    except SyntaxError:
        raise error from None
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt | ast.expr) and lines[node.lineno - 1].startswith(indent):
            node.col_offset += len(indent)
            if node.end_lineno == node.lineno and node.end_col_offset is not None:
                node.end_col_offset += len(indent)
    return text, tree


def _parse_quietly(text: str) -> ast.Module:
    """Parse once more without warnings: where they are errors, an odd escape would make a cell look broken."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return parse_module(text)


def _hash_with_magics(text: PythonText) -> str:
    lines = "\0".join(f"{magic.kind}{magic.name} {magic.text.strip()}" for magic in text.magics)
    return hash_text(hash_python(text.text) + lines)
