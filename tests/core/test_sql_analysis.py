"""`analyze_sql` against hand-labelled statements in many dialects (tests/cases/sql)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sept_ext.core import analyze_sql
from sept_ext.core.cells import Span
from sept_ext.core.sql_analysis import sql_facts

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


CONTROL = [
    "BEGIN",
    "END",
    "IF",
    "THEN",
    "ELSE",
    "CASE",
    "WHEN",
    "LOOP",
    "DO",
    "FOR",
    "IN",
    "IS",
    "DECLARE",
    "CURSOR",
    "EXECUTE",
    "IDENTIFIER",
    "TABLE",
    "(",
    ")",
    "$$",
    ":=",
]


@given(
    st.sampled_from(CASES), st.lists(st.tuples(st.integers(0, 40), st.sampled_from(CONTROL)), min_size=1, max_size=4)
)
def test_words_of_scripts_anywhere_do_not_make_it_raise(case: Case, inserted: list[tuple[int, str]]) -> None:
    (dialect,) = case.fields["dialect"]
    pieces = case.source.split(" ")
    for place, word in inserted:
        pieces.insert(place, word)
    analyze_sql(" ".join(pieces), dialect)


def test_deep_nesting_is_unknown_and_no_error() -> None:
    assert analyze_sql("SELECT " + "(" * 5000 + "1" + ")" * 5000).unknown


# Blocks around a statement, which change nothing of what it does.
BLOCKS = (
    ("tsql", "IF 1 = 1 BEGIN {} END ELSE PRINT 'x'"),
    ("tsql", "BEGIN TRY {} END TRY BEGIN CATCH THROW END CATCH"),
    ("tsql", "IF @a = 1 {} ELSE {}"),
    ("tsql", "SET NOCOUNT ON {} PRINT 'x'"),
    ("tsql", "WHILE @i < 3 BEGIN {} SET @i = @i + 1 END"),
    ("tsql", "CREATE PROC dbo.zz AS BEGIN {} END"),
    ("snowflake", "BEGIN {}; EXCEPTION WHEN OTHER THEN RAISE; END;"),
    ("snowflake", "EXECUTE IMMEDIATE $$ BEGIN {}; END $$"),
    ("snowflake", "BEGIN IF (x = 1) THEN {}; ELSE {}; END IF; END"),
    ("snowflake", "FOR i IN 1 TO 3 DO {}; END FOR"),
    ("oracle", "BEGIN {}; END;"),
    ("oracle", "DECLARE x INT; BEGIN IF x = 1 THEN {}; ELSE NULL; END IF; EXCEPTION WHEN OTHERS THEN RAISE; END;"),
    ("oracle", "BEGIN FOR r IN c LOOP {}; END LOOP; END;"),
    ("bigquery", "IF TRUE THEN {}; END IF;"),
    ("bigquery", "BEGIN {}; EXCEPTION WHEN ERROR THEN RAISE; END;"),
    ("bigquery", "WHILE x < 3 DO {}; END WHILE"),
    ("mysql", "CREATE PROCEDURE zz() BEGIN {}; END"),
    ("mysql", "BEGIN NOT ATOMIC IF x THEN SELECT 1; ELSE {}; END IF; END"),
    ("postgres", "DO $blk$ BEGIN IF x THEN {}; ELSE NULL; END IF; EXCEPTION WHEN OTHERS THEN RAISE; END $blk$"),
    ("databricks", "BEGIN lbl: LOOP IF x THEN {}; END IF; LEAVE lbl; END LOOP lbl; END"),
    ("sqlite", "BEGIN; {}; COMMIT"),
)


def fits(source: str, dialect: str) -> bool:
    """Whether a statement can stand in a block: INTO has another meaning there, $$ and {% do not nest."""
    is_into = source.upper().startswith("SELECT") and " INTO " in source.upper() and dialect != "tsql"
    is_batch = dialect == "tsql" and (";" in source or "GO" in source.split())
    is_last_comment = "--" in source.split("\n")[-1]
    return not (is_into or is_batch or is_last_comment or "$$" in source or "{%" in source)


@pytest.mark.parametrize(("dialect", "block"), BLOCKS)
def test_a_statement_does_the_same_in_a_block(dialect: str, block: str) -> None:
    for case in CASES:
        source = case.source.strip().rstrip(";")
        if dialect not in case.fields["dialect"] or "unknown" in case.fields or not fits(source, dialect):
            continue
        analysis = analyze_sql(block.replace("{}", source), dialect)
        expected = (words(case, "reads"), words(case, "writes"), False)
        assert (analysis.reads, analysis.writes, analysis.unknown) == expected, case


def test_places_are_right_in_a_batch() -> None:
    sql = "IF @a = 1 BEGIN DELETE FROM dbo.a INSERT INTO dbo.b SELECT * FROM dbo.c END"
    facts = sql_facts(sql, "tsql")
    assert [sql[use.start : use.end] for use in (*facts.reads, *facts.writes)] == ["dbo.c", "dbo.a", "dbo.b"]
