"""Whatever text a cell holds, `analyze_cell` and `analyze_sql` answer and never raise."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sept_ext.core import CellAnalysis, SqlAnalysis, analyze_cell, analyze_sql

from .case_files import read_cases

pytestmark = pytest.mark.filterwarnings("ignore::SyntaxWarning")  # odd literals are what this is about
CELLS = [case.source for case in read_cases("cells")]
STATEMENTS = [case.source for case in read_cases("sql")]
WORDS = """
    x y df _ def class lambda : ( ) [ ] { } = := += == , . * ** @ ; \\ ' " \"\"\" f'{ }' # % %% %%sql %time ! ? if for
    in else try except finally with as match case import from global nonlocal return yield await async del 0
    1.5 ... -> {{ }} {% %} << -- :x SELECT FROM
"""
PIECES = (*WORDS.split(), "\n", "\n  ", "\n\t", "\x00", "\ud800", "é", "𝒳", " ")


def is_consistent(analysis: CellAnalysis) -> bool:
    return (
        analysis.kills <= analysis.writes
        and analysis.mutates <= analysis.writes
        and analysis.mutates <= analysis.reads
        and analysis.deletes <= analysis.writes
        and analysis.imports <= analysis.writes
        and set(analysis.read_spans) == analysis.reads
        and bool(analysis.source_hash)
    )


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_analysed(source: str) -> None:
    assert is_consistent(analyze_cell(source))


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_any_row_of_tokens_is_analysed(pieces: list[str]) -> None:
    assert is_consistent(analyze_cell(" ".join(pieces)))
    assert is_consistent(analyze_cell("".join(pieces)))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(CELLS), st.sampled_from(CELLS), st.integers(0, 200), st.integers(0, 200))
def test_cells_cut_and_joined_anywhere_are_analysed(first: str, second: str, cut: int, other: int) -> None:
    assert is_consistent(analyze_cell(first[:cut] + second[other:]))
    assert is_consistent(analyze_cell(first + "\n" + second))


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(STATEMENTS), st.sampled_from(STATEMENTS), st.integers(0, 100), st.sampled_from(["duckdb", "tsql"])
)
def test_statements_cut_and_joined_anywhere_are_analysed(first: str, second: str, cut: int, dialect: str) -> None:
    assert isinstance(analyze_sql(first[:cut] + second[cut:], dialect), SqlAnalysis)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="SELCTFROMWHITabx.,;()'\"-/*{}:%#@ \n\x00\ud800", max_size=80))
def test_any_sql_text_is_analysed(sql: str) -> None:
    assert isinstance(analyze_sql(sql), SqlAnalysis)
    assert is_consistent(analyze_cell("%%sql\n" + sql))


@pytest.mark.parametrize(
    "source",
    [
        "(" * 10_000,
        "[" * 90 + "a" + "]" * 90,
        "x = " + " + ".join(["a"] * 3_000),
        "x = " + " and ".join(["a"] * 10_000),
        "a" + ".b" * 3_000,
        "a" + "()" * 900,
        "-" * 5_000 + "1",
        "if a:\n" + "".join(" " * depth + "if a:\n" for depth in range(1, 90)) + " " * 90 + "b",
        "x = " + "lambda: " * 500 + "1",
        "f(" * 80 + "a" + ")" * 80,
        "def f():\n  return f()\n" * 200,
        "".join(f"for i{n} in a:\n" + " " * (n + 1) for n in range(18)) + "x = y",
        "\n" * 400_000,
        "x" * 499_999,
        "%%time\n" * 2_000 + "x",
        "!" * 10_000,
        "x = 1\\",
        "\ufeffx = 1",
        "\r\nx = 1\r\ny = x\r\n",
        "%%sql\n" + "SELECT * FROM (" * 400 + "a" + ")" * 400,
    ],
    ids=lambda source: source[:12].strip(),
)
def test_deep_long_and_odd_texts_are_analysed(source: str) -> None:
    assert is_consistent(analyze_cell(source))
