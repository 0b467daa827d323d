"""Cells that begin with `%%`: which run Python, which bind a name, and which are another language."""

from __future__ import annotations

import re
from dataclasses import replace

from .cell_python import analyze_python
from .cell_record import to_analysis
from .cells import CellAnalysis
from .magic_effects import code_after_options, expand, parse_at, profiled, read_profiled, run_apart
from .magic_syntax import CellMagic, split_cell_magic
from .python_frame import Context, Frame
from .python_names import words
from .python_values import FRESH, Position
from .source_hash import hash_text

_IN_NAMESPACE = words("time capture prun debug lprun mprun")
_OTHER_LANGUAGE = words(
    "bash sh script html HTML javascript js markdown latex svg SVG writefile file perl ruby pypy python python2 "
    "python3 system sx ! cmd R mermaid bigquery cache ai"
)
_OUTPUT_OPTION = re.compile(r"--(?:out|err|proc)[ =](\w+)")
_R_OPTION = re.compile(r"-(?P<way>[io])[ =]?(?P<names>[\w.,]+)")


def analyze(source: str, magic: CellMagic, context: Context | None = None) -> CellAnalysis:
    """Analyse a cell whose first line is a cell magic. Raises what the parser raises."""
    if magic.name == "sql":
        from .sql_cells import analyze_sql_cell  # sqlglot is loaded only when a notebook has SQL

        return analyze_sql_cell(source)
    if magic.name in _IN_NAMESPACE:
        return _in_namespace(source, magic, context)
    frame = Frame("module", context=context)
    if magic.name in ("timeit", "memit"):
        setup = code_after_options(magic.line, magic.line_number, magic.line_column)
        run_apart(frame, [*setup, *(parse_at(magic.body, magic.body_line, 0) or [])])
        return to_analysis(source, frame, hash_text(source))
    _other(frame, magic)
    return to_analysis(source, frame, hash_text(source), language="other")


def _place(magic: CellMagic) -> Position:
    return (magic.line_number, 0, magic.line_number, magic.line_column + len(magic.line))


def _in_namespace(source: str, magic: CellMagic, context: Context | None) -> CellAnalysis:
    """The body runs like any cell; it may begin with a magic of its own."""
    blank = "\n" * (magic.body_line - 1)
    nested = split_cell_magic(blank + magic.body)
    bound = None
    watched = profiled(magic.line)[0] if magic.name in ("lprun", "mprun") else []
    if magic.name == "capture":
        words = [word for word in magic.line.split() if not word.startswith("-")]
        bound = words[0] if words and words[0].isidentifier() else None
    if nested is not None:
        inner = analyze(blank + magic.body, nested, context)
        if bound is not None:
            own = frozenset((bound,))
            inner = replace(inner, writes=inner.writes | own, kills=inner.kills | own)
    else:

        def bind(frame: Frame) -> None:
            read_profiled(frame, watched, _place(magic))
            if bound is not None:
                frame.bind_global(bound, FRESH, _place(magic))

        inner = analyze_python(source, blank + magic.body, finally_=bind, context=context)
    return replace(inner, source_hash=hash_text(f"%%{magic.name} {magic.line}\n{inner.source_hash}"))


def _other(frame: Frame, magic: CellMagic) -> None:
    """Another language: only the magic's own line touches Python names."""
    where = _place(magic)
    expand(frame, magic.line, where)
    if magic.name == "R":
        for option in _R_OPTION.finditer(magic.line):
            for name in option["names"].split(","):
                if option["way"] == "i":
                    frame.load_global(name, where)
                else:
                    frame.bind_global(name, FRESH, where)
    elif magic.name in _OTHER_LANGUAGE:
        for option in _OUTPUT_OPTION.finditer(magic.line):
            frame.bind_global(option[1], FRESH, where)
    else:
        frame.effects.opaque.setdefault(f"%%{magic.name} is not known, so neither is what it does", where)
