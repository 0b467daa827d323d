r"""`column_lineage` against a case table (tests/cases/sql/lineage): `name<relation.column,...`.

`?` stands for no relation, `\s` for a space in a name.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sept_ext.core import column_lineage

from .case_files import Case, read_cases

CASES = read_cases("sql/lineage")


def stage(case: Case, kind: str) -> dict[str, str]:
    """The lines `#: kind name = text` of a case."""
    lines = [line.partition(" = ") for line in case.stage.split("\n") if line.startswith(kind + " ")]
    return {head.removeprefix(kind + " "): text for head, _, text in lines}


def shown(lineage: object) -> frozenset[str]:
    assert isinstance(lineage, dict)
    return frozenset(
        f"{name}<" + ",".join(sorted(f"{relation or '?'}.{column}" for relation, column in origins))
        for name, origins in lineage.items()
    )


@pytest.mark.parametrize("case", CASES, ids=str)
def test_result_columns_come_from_what_the_case_says(case: Case) -> None:
    schema = {name: columns.split() for name, columns in stage(case, "schema").items()}
    (dialect,) = case.fields.get("dialect", ("duckdb",))
    found = column_lineage(case.source, dialect, schema, stage(case, "upstream"))
    expected = {
        f"{name}<" + ",".join(sorted(filter(None, origins.split(","))))
        for name, _, origins in (word.replace("\\s", " ").partition("<") for word in case.fields["columns"])
    }
    assert shown(found) == expected


def test_no_dialect_means_duckdb() -> None:
    assert column_lineage("FROM t SELECT a") == {"a": {("t", "a")}}


def test_dialects_are_known() -> None:
    found = column_lineage("SELECT i.q, t.s.f FROM ds.t t, t.items i", "bigquery")
    assert found == {"q": {("ds.t", "items")}, "f": {("ds.t", "s")}}


def test_columns_come_in_the_order_of_the_result() -> None:
    assert list(column_lineage("SELECT c, t.*, a AS z FROM t", schema={"t": ["b", "c", "a"]})) == ["c", "b", "a", "z"]


@given(st.text(alphabet="SELECTFROM abt,*()'\";.=<", max_size=60))
def test_it_never_raises(sql: str) -> None:
    column_lineage(sql, upstream={"a": sql})


def test_deep_nesting_gives_nothing() -> None:
    assert column_lineage("SELECT " + "(" * 5000 + "1" + ")" * 5000) == {}
