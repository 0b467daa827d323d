"""`%%sql` cells and `%sql` lines: frames and parameters read, result written, tables of databases kept apart."""

from __future__ import annotations

from .cell_record import to_analysis
from .cells import CellAnalysis, Problem, Span
from .errors import BadInput
from .magic_syntax import SqlMagic, parse_sql_cell
from .python_frame import Frame
from .python_values import FRESH
from .source_hash import hash_sql, hash_text
from .sql_effects import apply_sql


def analyze_sql_cell(source: str) -> CellAnalysis:
    """Analyse a cell that begins with `%%sql`."""
    frame = Frame("module")
    try:
        magic = parse_sql_cell(source)
    except BadInput as error:
        line = source.count("\n", 0, source.index("%%sql")) + 1
        span = Span(line, 0, line, len(source.split("\n")[line - 1]))
        problem = Problem("syntax", error.message, span)
        return CellAnalysis(problems=(problem,), language="sql", source_hash=hash_text(source))
    if magic is None:  # the caller saw `%%sql(`, say
        return CellAnalysis(problems=(Problem("syntax", "This is no %%sql line."),), source_hash=hash_text(source))
    apply_sql(frame, magic)
    if magic.result is not None:
        column = source.split("\n")[magic_line(source) - 1].find(magic.result)
        place = (magic_line(source), column, magic_line(source), column + len(magic.result))
        frame.bind_global(magic.result, FRESH, place)
    return to_analysis(source, frame, _hash(source, magic), language="sql")


def magic_line(source: str) -> int:
    """The line the `%%sql` stands on."""
    return source.count("\n", 0, source.index("%%sql")) + 1


def _hash(source: str, magic: SqlMagic) -> str:
    head = source[: len(source) - len(magic.sql)].split()
    return hash_text(" ".join(head) + "\n" + hash_sql(magic.sql))
