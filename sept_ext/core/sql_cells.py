"""`%%sql` cells and `%sql` lines: frames and parameters read, result written, tables of databases."""

from __future__ import annotations

from .cells import CellAnalysis
from .magic_syntax import LineMagic, parse_sql_cell
from .python_frame import Frame
from .source_hash import hash_text


def analyze_sql_cell(source: str) -> CellAnalysis:
    magic = parse_sql_cell(source)
    return CellAnalysis(language="sql", source_hash=hash_text(source))


def apply_sql_line(frame: Frame, magic: LineMagic) -> None:
    return None
