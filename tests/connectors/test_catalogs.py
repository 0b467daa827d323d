"""The levels above and below relations: schemas, and columns with their types, on a real database of each kind."""

from __future__ import annotations

import os
from contextlib import suppress

import pytest

from sept_ext.connectors.base import ConnectionSpec, HasSchemas, HasTypes, Session
from sept_ext.connectors.registry import spec_from_url
from sept_ext.core.errors import SqlError

from .test_conformance import mysql_spec, opened, session, spec

__all__ = ["mysql_spec", "session", "spec"]  # fixtures


def test_other_schemas_are_a_level_of_their_own_without_the_systems(session: Session, spec: ConnectionSpec) -> None:
    if "sqlite" in (spec.kind, spec.parameters.get("url", "")[:6]):
        assert getattr(session, "schemas", list)() == []
        return
    assert isinstance(session, HasSchemas)
    name = f"archive_{os.getpid()}"  # servers may be shared
    before = set(session.schemas())
    session.execute(f"CREATE SCHEMA {name}", [])
    try:
        session.execute(f"CREATE TABLE {name}.orders (id INTEGER, note VARCHAR(9))", [])
        assert name in set(session.schemas()) - before
        assert session.relations_in(name) == {"orders": ("id", "note")}
        with suppress(SqlError):  # SQLAlchemy's MySQL says that there is none of that name
            assert session.relations_in("'; DROP TABLE orders; --") == {}
        assert session.relations()["orders"] == ("id", "customer", "paid")
        assert isinstance(session, HasTypes)
        assert list(session.columns_of("orders", name)) == ["id", "note"]
    finally:
        session.execute(f"DROP TABLE {name}.orders", [])
        session.execute(f"DROP SCHEMA {name}", [])
    seen = {one for one in before if not one.startswith(("sept_", "archive_", "shop_"))}
    assert seen <= {"public", "test"}


TYPES = {
    "duckdb": ["INTEGER", "VARCHAR", "INTEGER"],
    "sqlite": ["INTEGER", "VARCHAR(40)", "INTEGER"],
    "postgres": ["integer", "varchar(40)", "integer"],
    "redshift": ["integer", "varchar(40)", "integer"],
    "mysql": ["int(11)", "varchar(40)", "int(11)"],
    "sqlalchemy": ["INTEGER", "VARCHAR(40)", "INTEGER"],
}


def test_columns_tell_their_types_in_the_databases_words(session: Session, spec: ConnectionSpec) -> None:
    assert isinstance(session, HasTypes)
    # MariaDB tells how wide a whole number is shown, by SQLAlchemy too.
    found = {name: kind.replace("INTEGER(11)", "INTEGER") for name, kind in session.columns_of("orders", None).items()}
    assert found == dict(zip(("id", "customer", "paid"), TYPES[spec.kind], strict=True))
    assert session.columns_of("nobody", None) == {}


@pytest.mark.postgres
def test_a_table_that_another_of_the_search_path_hides_is_not_among_the_plain_ones(empty_postgres_url: str) -> None:
    session = opened(spec_from_url("x", empty_postgres_url))
    for statement in (
        "CREATE SCHEMA first",
        "CREATE TABLE public.t (hidden INT)",
        "CREATE TABLE first.t (a NUMERIC(10,2), b INT[])",
        "CREATE MATERIALIZED VIEW first.m AS SELECT a FROM first.t",
        "SET search_path = first, public",
        "CREATE TEMP TABLE mine (x TIMESTAMPTZ(3)[], y TIMESTAMP, z TIME(0))",
    ):
        session.execute(statement, [])
    assert session.relations() == {"m": ("a",), "mine": ("x", "y", "z"), "t": ("a", "b")}
    assert isinstance(session, HasSchemas)
    assert isinstance(session, HasTypes)
    assert (session.schemas(), session.relations_in("public")) == ([], {"t": ("hidden",)})
    assert session.columns_of("t", None) == {"a": "numeric(10,2)", "b": "integer[]"}
    assert session.columns_of("mine", None) == {"x": "timestamptz(3)[]", "y": "timestamp", "z": "time(0)"}
    session.close()


@pytest.mark.postgres
def test_what_the_user_may_not_read_is_not_shown(empty_postgres_url: str) -> None:
    owner = opened(spec_from_url("x", empty_postgres_url))
    owner.execute("CREATE SCHEMA closed", [])
    owner.execute("CREATE TABLE public.secret (x INT)", [])
    owner.execute("DROP ROLE IF EXISTS sept_guest", [])
    owner.execute("CREATE ROLE sept_guest", [])
    owner.execute("SET ROLE sept_guest", [])
    assert isinstance(owner, HasSchemas)
    assert (owner.relations(), owner.schemas()) == ({}, [])
    owner.execute("RESET ROLE", [])
    owner.execute("DROP ROLE sept_guest", [])
    owner.close()
