"""`analyze_cell`: what a code cell reads and writes, whatever it is written in."""

from __future__ import annotations

import ast
from functools import lru_cache

from . import cell_magics
from .cell_python import analyze_python, parse
from .cell_spans import LazySpans
from .cells import CellAnalysis, Problem, Span
from .magic_syntax import split_cell_magic
from .python_frame import Context, position
from .python_names import is_provided
from .python_values import Position
from .source_hash import hash_text

MAX_LENGTH = 500_000
_CACHED_LENGTH = 50_000


def analyze_cell(source: str) -> CellAnalysis:
    """The names a code cell reads and writes, from its text alone. Never raises; equal texts are cached.

    A text that does not parse gives empty sets and a `syntax` problem; one over 500,000 characters a `too-long`
    problem. See `CellAnalysis` for what the sets mean.
    """
    if len(source) > MAX_LENGTH:
        problem = Problem("too-long", f"This cell has {len(source):,} characters; it is not analysed.")
        return CellAnalysis(problems=(problem,), source_hash=hash_text(source))
    return _cached(source) if len(source) <= _CACHED_LENGTH else _analyze(source)


@lru_cache(maxsize=20_000)
def _cached(source: str) -> CellAnalysis:
    return _analyze(source)


def _analyze(source: str) -> CellAnalysis:
    magic = split_cell_magic(source) if "%%" in source else None
    try:
        return analyze_python(source) if magic is None else cell_magics.analyze(source, magic)
    except SyntaxError as error:
        return _broken(source, _syntax_problem(error))
    except (ValueError, MemoryError) as error:  # null bytes, lone surrogates, nesting beyond the parser's stack
        return _broken(source, Problem("syntax", f"This text cannot be parsed: {error or 'it nests too deeply'}."))
    except RecursionError:
        return _too_deep(source)


def analyze_below(source: str, context: Context) -> CellAnalysis | None:
    """Analyse a cell knowing what the cells above leave under names; None if it cannot be analysed."""
    magic = split_cell_magic(source) if "%%" in source else None
    try:
        if magic is None:
            return analyze_python(source, context=context)
        return cell_magics.analyze(source, magic, context)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None  # `analyze_cell` says what is wrong with it


def _broken(source: str, problem: Problem) -> CellAnalysis:
    return CellAnalysis(problems=(problem,), source_hash=hash_text(source))


def _syntax_problem(error: SyntaxError) -> Problem:
    line = error.lineno or 1
    column = max((error.offset or 1) - 1, 0)
    end_line = max(error.end_lineno or line, line)
    end_column = max((error.end_offset or 0) - 1, column + 1 if end_line == line else 0)
    return Problem("syntax", f"Line {line}: {error.msg}.", Span(line, column, end_line, end_column))


def _too_deep(source: str) -> CellAnalysis:
    """Code nested beyond the interpreter's stack: every name in it, without scopes or flow."""
    try:
        tree = parse(source)[1]
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return _broken(source, Problem("syntax", "This text cannot be parsed: it nests too deeply."))
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    writes: dict[str, list[Position]] = {}
    reads: dict[str, list[Position]] = {}
    for name in names:
        if not isinstance(name.ctx, ast.Load):
            writes.setdefault(name.id, []).append(position(name))
    for name in names:
        if name.id in writes or not is_provided(name.id):
            reads.setdefault(name.id, []).append(position(name))
    problem = Problem("opaque", "This cell nests too deeply to be followed; the names in it are all that is known.")
    return CellAnalysis(
        reads=frozenset(reads),
        writes=frozenset(writes),
        problems=(problem,),
        read_spans=LazySpans(reads, source),
        write_spans=LazySpans(writes, source),
        is_opaque=True,
        source_hash=hash_text(source),
    )
