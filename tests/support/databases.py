"""The fixture `database_url`: every test that uses it runs on SQLite and on a real Postgres."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from sept_ext.storage.engine import parse_url
from sept_ext.storage.unit_of_work import SqlDatabase

from .postgres import NoPostgres, postgres_server

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a Postgres server."""
    try:
        with postgres_server() as url:
            yield url
    except NoPostgres as error:
        if os.environ.get("CI"):
            pytest.fail(str(error), pytrace=False)
        pytest.skip(f"POSTGRES TESTS ARE NOT RUN. {error}")


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> Iterator[str]:
    """The name of a migrated database to copy, which is ten times faster than migrating."""
    name = f"sept_template_{os.getpid()}"
    _execute(postgres_url, f"CREATE DATABASE {name}")
    database = SqlDatabase(_url_of(postgres_url, name))
    database.check()
    database.close()
    yield name
    _execute(postgres_url, f"DROP DATABASE {name}")


@pytest.fixture
def empty_postgres_url(postgres_url: str) -> Iterator[str]:
    """A Postgres database without tables."""
    with_tables = _create(postgres_url, None)
    yield _url_of(postgres_url, with_tables)
    _execute(postgres_url, f"DROP DATABASE {with_tables} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database, of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'sept.sqlite3'}"
        return
    server = request.getfixturevalue("postgres_url")
    name = _create(server, request.getfixturevalue("postgres_template"))
    yield _url_of(server, name)
    _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database that was never used, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    return str(request.getfixturevalue("empty_postgres_url"))


def _create(server: str, template: str | None) -> str:
    name = f"sept_test_{os.getpid()}_{next(_numbers)}"
    _execute(server, f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
    return name


def _url_of(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _execute(server: str, statement: str) -> None:
    engine = sa.create_engine(parse_url(server), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
