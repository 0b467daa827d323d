"""`analyze_sql` against hand-labelled statements in many dialects (tests/cases/sql)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sept_ext.core import analyze_sql
from sept_ext.core.cells import Span

from .case_files import Case, read_cases

CASES = read_cases("sql")


def words(case: Case, field: str) -> frozenset[str]:
    r"""The words of a label; `\s` stands for a space inside a name."""
    return frozenset(word.replace("\\s", " ") for word in case.fields.get(field, ()))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_statement_reads_and_writes_what_its_label_says(case: Case) -> None:
    (dialect,) = case.fields["dialect"]
    analysis = analyze_sql(case.source, dialect)
    expected = (words(case, "reads"), words(case, "writes"), "unknown" in case.fields)
    assert (analysis.reads, analysis.writes, analysis.unknown) == expected


def test_there_are_enough_statements_in_enough_dialects() -> None:
    assert len(CASES) >= 100
    assert len({next(iter(case.fields["dialect"])) for case in CASES}) >= 11


def test_no_dialect_means_duckdb() -> None:
    assert analyze_sql("FROM a").reads == {"a"}


def test_what_is_not_understood_says_where() -> None:
    analysis = analyze_sql("SELECT 1;\nSELEC 2 FRM a")
    (problem,) = analysis.problems
    assert problem.kind == "sql-unknown"
    assert problem.span == Span(1, 9, 2, 13)


def test_parameters_are_listed() -> None:
    analysis = analyze_sql("SELECT * FROM a WHERE x = :lo AND y = {{ f(hi) }}")
    assert analysis.parameters == {"lo", "f(hi)"}


def test_an_unknown_dialect_is_unknown_and_no_error() -> None:
    assert analyze_sql("SELECT * FROM a", "klingon").unknown


@given(st.sampled_from(CASES), st.integers(0, 30), st.integers(0, 30))
def test_no_piece_of_a_statement_makes_it_raise(case: Case, start: int, length: int) -> None:
    (dialect,) = case.fields["dialect"]
    analyze_sql(" ".join(case.source.split(" ")[start : start + length]), dialect)


def test_deep_nesting_is_unknown_and_no_error() -> None:
    assert analyze_sql("SELECT " + "(" * 5000 + "1" + ")" * 5000).unknown
