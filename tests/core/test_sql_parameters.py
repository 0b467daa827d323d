"""Parameters in SQL text are found where a value may stand, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sept_ext.core.cells import Span
from sept_ext.core.sql_parameters import split_parameters

FOUND = [
    ("SELECT {{ x }}", ["x"]),
    ("SELECT {{x}}, {{ y.z[0] + 1 }}", ["x", "y.z[0] + 1"]),
    ("SELECT :x, a = :y", ["x", "y"]),
    ("WHERE a IN (:x, :y) LIMIT :n", ["x", "y", "n"]),
    ("SELECT a::int, b :: text", []),
    ("SELECT '12:30', ':x', \"a:b\", `c:d`", []),
    ("SELECT '{{ x }}'", ["str(x)"]),
    ("-- :x {{ y }}\nSELECT :z", ["z"]),
    ("/* :x {{ y }} */ SELECT :z", ["z"]),
    ("SELECT $$ :x $$, $tag$ :y $tag$, :z", ["z"]),
    ("SELECT 'it''s :x', :y", ["y"]),
    ("SELECT E'it\\'s :x', :y", ["y"]),
    ("SELECT v:path.x, v:y", []),
    ("SELECT xs[1:2], xs[:n], ARRAY[:a]", ["a"]),
    ("SELECT {'k':x, 'l': y}", []),
    ("SELECT {{ {'k': [1, 2]}['k'] }}", ["{'k': [1, 2]}['k']"]),
    ("SELECT {{ '}}' }}", ["'}}'"]),
    ("SET @a := :b", ["b"]),
    ("{# :x #} SELECT :y", ["y"]),
    ("SELECT {{ größe }}", ["größe"]),
]


@pytest.mark.parametrize(("sql", "expected"), FOUND)
def test_parameters_are_found_outside_of_literals_comments_casts_and_paths(sql: str, expected: list[str]) -> None:
    assert [parameter.text for parameter in split_parameters(sql).parameters] == expected


@pytest.mark.parametrize("sql", [sql for sql, _ in FOUND])
def test_masking_keeps_every_place(sql: str) -> None:
    parsed = split_parameters(sql)
    masked = parsed.masked()
    assert len(masked) == len(sql)
    assert [i for i, c in enumerate(masked) if c == "\n"] == [i for i, c in enumerate(sql) if c == "\n"]


def test_a_statement_is_rendered_with_the_placeholders_of_the_driver() -> None:
    parsed = split_parameters("SELECT * FROM t WHERE a = :x AND b = {{ y + 1 }} AND c = :x")
    assert parsed.render(lambda number: f"${number + 1}") == "SELECT * FROM t WHERE a = $1 AND b = $2 AND c = $3"


def test_an_identifier_is_asked_for_explicitly() -> None:
    (parameter,) = split_parameters("SELECT * FROM {{ name | identifier }}").parameters
    assert (parameter.text, parameter.kind) == ("name", "identifier")


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELECT {{ x | upper }}", "no filter 'upper'"),
        ("SELECT {{ x + }}", "no Python expression"),
        ("SELECT {{ x", "not closed"),
        ("{% if x %} SELECT 1", "{% if %} is not closed by {% endif %}."),
        ("SELECT 1 {% endfor %}", "There is nothing that {% endfor %} belongs to."),
        ("{% if x %} a {% endfor %}", "{% endfor %} cannot stand in this {% if %}."),
        ("{% if x %} a {% else %} b {% elif y %} c {% endif %}", "{% elif %} cannot stand in this {% if %}."),
        ("{% for x in xs %} a {% elif y %} c {% endfor %}", "{% elif %} cannot stand in this {% for %}."),
        ("{% if x > %} a {% endif %}", "'x >' is no Python expression."),
        ("{% for xs %} a {% endfor %}", "{% for x in values %}, not 'xs'"),
        ("{% set x %}", "{% set name = expression %}, not 'x'"),
        ("{% macro m() %} a {% endmacro %}", "There is no {% macro %} here; SQL cells know for, if and set."),
        ("SELECT {% if x", "{% is not closed by %}."),
        ("SELECT 'a{% if x %}b{% endif %}'", "amid a text in quotes"),
        ("SELECT {{ }}", "no Python expression"),
        ("SELECT * FROM orders_{{ year }}", "{{ year }} cannot be a part of a name"),
        ("SELECT * FROM {{ schema }}.orders", "write {{ f'...' | identifier }} for all of it"),
        ("SELECT * FROM shop.{{ table }}", "cannot be a part of a name"),
        ('SELECT * FROM "{{ table }}"', "in a quoted name is not replaced"),
        ("SELECT * FROM `a.{{ dataset }}.b`", "{{ dataset }} in a quoted name"),
    ],
)
def test_what_cannot_be_bound_is_a_problem_with_a_place(sql: str, words: str) -> None:
    problem = split_parameters(sql).problems[0]
    assert words in problem.message
    assert problem.span is not None


def test_places_count_from_where_the_text_stands_in_the_cell() -> None:
    first, second = split_parameters("a = :x\nAND b = :y", line=3, column=7).parameters
    assert first.span == Span(3, 11, 3, 13)
    assert second.span == Span(4, 8, 4, 10)


def test_statements_are_split_at_semicolons_of_the_text_only() -> None:
    sql = "SELECT ';'; -- ;\nSELECT $$;$$;; SELECT {{ ';' }} ;\n"
    assert [sql[start:end].strip() for start, end in split_parameters(sql).statements()] == [
        "SELECT ';'",
        "-- ;\nSELECT $$;$$",
        "SELECT {{ ';' }}",
    ]


@pytest.mark.parametrize(
    ("dialect", "sql", "statements", "parameters"),
    [
        ("mysql", r"SELECT 'it\'s; :no', :x # don't; :no", 1, ["x"]),
        ("mysql", r'SELECT "a\"; :no" FROM t; SELECT 2', 2, []),
        ("bigquery", """SELECT \'\'\'it's; "q" :no\'\'\', r"x", @p FROM t # :no;""", 1, []),
        ("bigquery", 'SELECT """a "quoted"; :no""", {{ x }}', 1, ["x"]),
        ("snowflake", r"SELECT 'it\'s; :no', v:path // it's :no", 1, []),
        ("clickhouse", r"SELECT 'it\'s; :no', :x", 1, ["x"]),
        ("spark", r"SELECT 'it\'s; :no', :x", 1, ["x"]),
        ("postgres", r"SELECT '\', :x; SELECT 'b'", 2, ["x"]),
        (None, r"SELECT '\', :x; SELECT 'b'", 2, ["x"]),
    ],
)
def test_quotes_and_comments_end_as_their_dialect_says(
    dialect: str | None, sql: str, statements: int, parameters: list[str]
) -> None:
    parsed = split_parameters(sql, dialect=dialect)
    assert len(parsed.statements()) == statements
    assert [parameter.text for parameter in parsed.parameters] == parameters


@given(st.text(alphabet="{}:'\"-/*$;|ab \n%#[]", max_size=60))
def test_any_text_can_be_split_and_put_together_again(sql: str) -> None:
    parsed = split_parameters(sql)
    whole = "".join(part if isinstance(part, str) else sql[part.start : part.end] for part in parsed.parts)
    # Only comments of Jinja are left out, and leave their room.
    assert len(whole) == len(sql)
    assert all(made == written or (made == " " and "{#" in sql) for made, written in zip(whole, sql, strict=True))
    assert len(parsed.masked()) == len(sql)


def test_a_value_in_a_loop_reads_what_is_outside_of_it() -> None:
    parsed = split_parameters("{% set k = a %}{% for x in xs if x %}{{ x + k + y + loop.index }}{% endfor %} {{ x }}")
    inside, outside = parsed.parameters
    assert inside.reading == "[(x + k + y + loop.index) for k in [a] for x in xs if x for loop in [0]]"
    assert outside.reading == "[(x) for k in [a]]"
    assert [control.text for control in parsed.controls] == ["a", "[0 for x in xs if x]"]


TEMPLATE = (
    "SELECT a{% if x %}, b{% elif y %}, c{% endif %} FROM t{%- for k in ks %} JOIN {{- k | identifier -}} {% endfor %}"
)


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        (0, "SELECT a , b FROM t JOIN __p0"),
        (1, "SELECT a , c FROM t JOIN __p0"),
        (2, "SELECT a FROM t JOIN __p0"),
    ],
)
def test_a_template_is_read_once_for_each_branch_and_keeps_its_places(reading: int, expected: str) -> None:
    parsed = split_parameters(TEMPLATE)
    assert parsed.problems == ()
    assert list(parsed.readings) == [0, 1, 2]
    masked = parsed.masked(reading)
    assert " ".join(masked.split()) == expected
    assert len(masked) == len(TEMPLATE)
    assert masked.index("FROM t") == TEMPLATE.index("FROM t")
