"""`analyze_cell` against hand-labelled cells (tests/cases/cells)."""

from __future__ import annotations

import subprocess
import sys

import pytest

from sept_ext.core import analyze_cell
from sept_ext.core.cells import CellAnalysis, Span

from .case_files import Case, read_cases

CASES = read_cases("cells")


def words(analysis: CellAnalysis, field: str) -> frozenset[str]:
    if field == "problems":
        return frozenset(problem.kind for problem in analysis.problems)
    if field.startswith("relations"):
        return frozenset(f"{found.connection or ''}/{found.name}" for found in getattr(analysis, field))
    return frozenset(getattr(analysis, field))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_cell_reads_and_writes_what_its_label_says(case: Case) -> None:
    needed = case.fields.get("python")
    if needed and sys.version_info < tuple(int(part) for part in next(iter(needed)).split(".")):
        pytest.skip("this syntax needs a newer Python")
    if case.missed:
        pytest.xfail(case.missed)
    analysis = analyze_cell(case.source)
    fields = {field: expected for field, expected in case.fields.items() if field != "python"}
    fields.setdefault("problems", frozenset())
    assert {field: words(analysis, field) for field in fields} == fields


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 200
    assert len({str(case) for case in CASES}) == len(CASES)


def test_equal_texts_share_one_analysis() -> None:
    assert analyze_cell("x = y") is analyze_cell("x = " + "y")


def test_spans_point_at_the_characters_of_the_cell() -> None:
    analysis = analyze_cell("ä = 'ü' + größe + 1\n!ls {p}\nb = größe")
    assert analysis.read_spans["größe"] == (Span(1, 10, 1, 15), Span(3, 4, 3, 9))
    assert analysis.write_spans["ä"] == (Span(1, 0, 1, 1),)
    assert analysis.read_spans["p"][0].line == 2


def test_spans_of_a_sql_cell_point_into_the_cell() -> None:
    analysis = analyze_cell("%%sql out <<\nSELECT *\nFROM orders WHERE a > {{ t }}")
    assert analysis.read_spans["orders"] == (Span(3, 5, 3, 11),)
    assert analysis.read_spans["t"] == (Span(3, 22, 3, 29),)
    assert analysis.write_spans["out"] == (Span(1, 6, 1, 9),)


def test_a_syntax_error_has_its_line_and_column() -> None:
    (problem,) = analyze_cell("x = 1\ny = = 2").problems
    assert problem.kind == "syntax"
    assert problem.span is not None
    assert (problem.span.line, problem.span.column) == (2, 4)


def test_every_read_and_write_has_a_span() -> None:
    for case in CASES:
        analysis = analyze_cell(case.source)
        if not analysis.is_broken:
            assert set(analysis.read_spans) == analysis.reads, case
            assert set(analysis.write_spans) >= analysis.writes - {"out"}, case


def test_a_text_beyond_half_a_million_characters_is_not_analysed() -> None:
    analysis = analyze_cell("x = 1\n" * 100_000)
    assert [problem.kind for problem in analysis.problems] == ["too-long"]
    assert analysis.is_broken


def test_python_cells_do_not_load_sqlglot() -> None:
    code = "import sys; from sept_ext.core import analyze_cell; analyze_cell('x = y'); print('sqlglot' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


DEFERRED = [
    ("def f(): return x", {"x"}),
    ("def f(): return x\nf()", set()),
    ("g = lambda: y", set()),
    ("sum(z * i for i in rows)", set()),
    ("class A:\n    def m(self): return cfg\n    k = now", {"cfg"}),
]


@pytest.mark.parametrize(("source", "deferred"), DEFERRED)
def test_reads_of_functions_that_nobody_calls_here_are_deferred(source: str, deferred: set[str]) -> None:
    assert analyze_cell(source).deferred == deferred
