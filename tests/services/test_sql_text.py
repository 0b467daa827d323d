"""SQL laid out and converted: what is safe is done, what is not is refused."""

from __future__ import annotations

import pytest

from sept_ext.core.errors import BadInput
from sept_ext.services.sql_text import converted, formatted


def test_parameters_comments_and_statements_stay() -> None:
    text = "\nselect a, -- first\n b::int from t where d > :lo and n in ({{ xs }}) limit {{ n }}; select 1;"
    made = formatted(text, None)
    assert ":lo" in made
    assert "n IN ({{ xs }})" in made
    assert "LIMIT {{ n }};\n\nSELECT\n  1;" in made
    assert "/* first */" in made
    assert formatted(made, None) == made


def test_one_dialect_in_the_words_of_another() -> None:
    assert converted("SELECT a::INT FROM t LIMIT {{ n }}", "postgres", "bigquery") == (
        "SELECT\n  CAST(a AS INT64)\nFROM t\nLIMIT {{ n }}"
    )
    assert converted('SELECT "a b" FROM t', None, "mysql") == "SELECT\n  `a b`\nFROM t"


@pytest.mark.parametrize(
    ("text", "dialect", "message"),
    [
        ("\nSELECT *\nFORM t", None, "line 3"),
        ("SELECT 'unclosed", None, "cannot be read"),
        ("VACUUM FULL t", "postgres", "not understood well enough"),
        ("SELECT {% if x %} 1 {% endif %}", None, "blocks"),
        ("SELECT {{ x ", None, "."),
        ("  -- nothing\n", None, "no statement"),
        ("SELECT 1", "klingon", "no dialect 'klingon'"),
        ("SELECT " + "(" * 5000 + "1" + ")" * 5000, None, "."),
        ("x" * 200_000, None, "100,000 characters"),
    ],
)
def test_what_cannot_be_read_stays_as_it_is(text: str, dialect: str | None, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        formatted(text, dialect)
