"""Cells that mean the same have the same hash; others do not."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sept_ext.core import analyze_cell

SAME = [
    ("x = 1", "x=1"),
    ("x = 1", "x = 1  # why"),
    ("x = 1\ny = 2", "\n\nx = 1\n\n# a comment\ny = 2\n\n"),
    ("f(a, b)", "f(a,\n  b)"),
    ("if a:\n    b", "if a:\n  b"),
    ("if a:\n    b\nc", "if a:\n\tb\n# x\nc"),
    ("x = a + \\\n  b", "x = a + b"),
    ("%%sql\nSELECT  1 -- one", "%%sql\nSELECT 1"),
    ("%%sql r <<\nSELECT 1", "%%sql   r  <<\n\n/* x */ SELECT\n1"),
    ("%%time\nx = 1", "%%time\nx=1 # one"),
    ("!ls a\nx = 1", "!ls a\nx=1"),
]
DIFFERENT = [
    ("x = 1", "x = 2"),
    ("x = 'a b'", "x = 'a  b'"),
    ("x = '#a'", "x = '#b'"),
    ("if a:\n    b\nc", "if a:\n    b\n    c"),
    ("a\nb", "a; b"),
    ("x = 1", "x == 1"),
    ("a b", "ab"),
    ("%%sql\nSELECT 'a  b'", "%%sql\nSELECT 'a b'"),
    ("%%sql\nSELECT a", "%%sql\nSELECT A"),
    ("%%sql r <<\nSELECT 1", "%%sql s <<\nSELECT 1"),
    ("%%time\nx", "%%capture\nx"),
    ("!ls a", "!ls b"),
    ("def f(:", "def f( :"),
    ('"""a"""', "'''a'''b"),
]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_comments_and_white_space_do_not_count(first: str, second: str) -> None:
    assert analyze_cell(first).source_hash == analyze_cell(second).source_hash


@pytest.mark.parametrize(("first", "second"), DIFFERENT)
def test_everything_else_counts(first: str, second: str) -> None:
    assert analyze_cell(first).source_hash != analyze_cell(second).source_hash


STATEMENTS = st.sampled_from(
    [
        "x = 1",
        "x = 'a # b'",
        "if a:\n    b = 2",
        "def f(a,\n      b):\n    return (a +\n        b)",
        "x = [1,\n 2]",
        "# c",
        "",
    ]
)


@given(st.lists(STATEMENTS, max_size=5), st.lists(STATEMENTS, max_size=5))
def test_equal_hashes_mean_equal_syntax_trees(first: list[str], second: list[str]) -> None:
    sources = "\n".join(first), "\n".join(second)
    same = analyze_cell(sources[0]).source_hash == analyze_cell(sources[1]).source_hash
    assert same == (ast.dump(ast.parse(sources[0])) == ast.dump(ast.parse(sources[1])))
