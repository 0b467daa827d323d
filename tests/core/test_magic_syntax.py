"""IPython's lines and the `%%sql` grammar, read without IPython."""

from __future__ import annotations

import pytest

from sept_ext.core.errors import BadInput
from sept_ext.core.magic_syntax import (
    SqlMagic,
    expanded_expressions,
    may_have_magics,
    parse_sql_cell,
    parse_sql_line,
    split_cell_magic,
    to_python,
)

SQL_CELLS = [
    ("%%sql\nSELECT 1", SqlMagic(sql="SELECT 1", sql_line=2)),
    ("%%sql r <<\nSELECT 1", SqlMagic(result="r", sql="SELECT 1", sql_line=2)),
    ("%%sql r<<\nSELECT 1", SqlMagic(result="r", sql="SELECT 1", sql_line=2)),
    ("\n\n%%sql\nSELECT 1", SqlMagic(sql="SELECT 1", sql_line=4)),
    ("%%sql", SqlMagic(sql="", sql_line=2)),
    (
        "%%sql top << --connection shop --limit 10 --as polars\nSELECT 1",
        SqlMagic(result="top", connection="shop", limit=10, output="polars", sql="SELECT 1", sql_line=2),
    ),
    ("%%sql -c shop r <<\nSELECT 1", SqlMagic(result="r", connection="shop", sql="SELECT 1", sql_line=2)),
    ("%%sql --connection='my shop'\nSELECT 1", SqlMagic(connection="my shop", sql="SELECT 1", sql_line=2)),
    (
        "%%sql --pull --no-cache --transaction --dialect postgres\nSELECT 1",
        SqlMagic(dialect="postgres", pull=True, no_cache=True, transaction=True, sql="SELECT 1", sql_line=2),
    ),
    ("%%sql r << SELECT 1\nFROM t", SqlMagic(result="r", sql="SELECT 1\nFROM t", sql_column=11)),
    ("%%sql SELECT 1", SqlMagic(sql="SELECT 1", sql_column=6)),
    ("%%sql -- a comment\nSELECT 1", SqlMagic(sql="-- a comment\nSELECT 1", sql_column=6)),
    ("x = 1", None),
    ("%%sqlite\nSELECT 1", None),
    ("# a comment\n%%sql\nSELECT 1", None),
]


@pytest.mark.parametrize(("source", "expected"), SQL_CELLS)
def test_a_sql_cell_is_parsed(source: str, expected: SqlMagic | None) -> None:
    assert parse_sql_cell(source) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("%sql SELECT 1", SqlMagic(sql="SELECT 1", sql_column=5)),
        ("SELECT 1", SqlMagic(sql="SELECT 1")),
        ("r << SELECT 1", SqlMagic(result="r", sql="SELECT 1", sql_column=5)),
        ("--limit 3 SELECT 1 << 2", SqlMagic(limit=3, sql="SELECT 1 << 2", sql_column=10)),
    ],
)
def test_a_sql_line_is_parsed(line: str, expected: SqlMagic) -> None:
    assert parse_sql_line(line) == expected


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("--conection shop", "Did you mean --connection?"),
        ("--xyz", "There are --as"),
        ("--limit many", "--limit takes a number of rows, not 'many'."),
        ("--limit -5", "--limit"),
        ("--as panda", "Did you mean pandas?"),
        ("--connection", "--connection needs a value."),
        ("--pull --pull", "--pull is given twice."),
        ("1x <<", "'1x' cannot be the name of a result"),
        ("class <<", "'class' cannot be the name of a result"),
    ],
)
def test_a_bad_option_is_named_with_the_nearest_valid_one(head: str, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_sql_cell(f"%%sql {head}\nSELECT 1")
    assert words in caught.value.message


def test_lines_of_magic_become_python_of_the_same_line_number() -> None:
    source = 'if a:\n    %time f(x)\n    files = !ls {d} \\\n      {e}\ns = """\n%no\n"""\nx?\n'
    text = to_python(source)
    assert text.text == 'if a:\n    0\n    files = 0\n\ns = """\n%no\n"""\n0\n'
    assert [(magic.kind, magic.name, magic.text, magic.line, magic.column) for magic in text.magics] == [
        ("magic", "time", "f(x)", 2, 10),
        ("shell", "!", "ls {d} \n      {e}", 3, 13),
        ("help", "", "x", 8, 0),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ls {x} $y", ["y", "x"]),
        ("ls {x['a']} {f(1)}", ["x['a']", "f(1)"]),
        ("echo {{x}} $$y", []),
        ("awk '{print", []),
        ("echo $a.b", ["a.b"]),
    ],
)
def test_expressions_that_ipython_would_expand(text: str, expected: list[str]) -> None:
    assert sorted(expanded_expressions(text)) == sorted(expected)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1\ny = x % 2", False),
        ("%time x", True),
        ("x = !ls", True),
        ("x?", True),
        ("  !ls", True),
        ("x = y != z", False),
    ],
)
def test_the_cheap_test_finds_every_line_of_magic(source: str, expected: bool) -> None:
    assert may_have_magics(source) is expected


def test_a_cell_magic_is_split_from_its_body() -> None:
    magic = split_cell_magic("\n%%capture out --no-stderr\nprint(1)\n")
    assert magic is not None
    assert (magic.name, magic.line, magic.line_number, magic.line_column) == ("capture", "out --no-stderr", 2, 10)
    assert (magic.body, magic.body_line) == ("print(1)\n", 3)
