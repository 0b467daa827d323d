"""Which kinds of connection there are, found by the entry-point group `sept_ext.connectors`: others add theirs."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import lru_cache
from importlib import import_module
from importlib.metadata import entry_points

from sept_ext.core.errors import BadInput

from .base import ConnectionSpec, Connector

GROUP = "sept_ext.connectors"
# Also known by name, so that a checkout on the path works without being installed.
_FILES = ("duckdb", "sqlite", "postgres", "mysql", "redshift", "snowflake", "bigquery", "clickhouse")
_BUILT_IN = {kind: f"sept_ext.connectors.{kind}" for kind in _FILES}
_BUILT_IN["sqlalchemy"] = "sept_ext.connectors.sqlalchemy_url"
_SCHEMES = {
    "postgresql": "postgres",
    "postgres": "postgres",
    "sqlite": "sqlite",
    "duckdb": "duckdb",
    "mysql": "mysql",
    "mariadb": "mysql",
    "redshift": "redshift",
    "snowflake": "snowflake",
    "bigquery": "bigquery",
    "clickhouse": "clickhouse",
}


_SECRET_WORD = re.compile(
    r"(?:[?&;]|%3B)\s*(?:\w*password|passwd|pwd|\w*token|\w*secret|private_?key|api_?key)(?:=|%3D)", re.IGNORECASE
)


@lru_cache(maxsize=1)
def kinds() -> tuple[str, ...]:
    """All kinds that are installed, sorted."""
    return tuple(sorted({*_BUILT_IN, *(point.name for point in entry_points(group=GROUP))}))


@lru_cache(maxsize=32)
def connector(kind: str) -> Connector:
    """The connector of a kind. Raises BadInput that names the nearest kind."""
    if kind in _BUILT_IN:
        found: Connector = import_module(_BUILT_IN[kind]).CONNECTOR
        return found
    for point in entry_points(group=GROUP, name=kind):
        loaded: Connector = point.load()
        return loaded
    nearest = get_close_matches(kind, kinds(), n=1)
    hint = f" Did you mean {nearest[0]!r}?" if nearest else ""
    raise BadInput(f"There is no kind of connection {kind!r}; there are {', '.join(kinds())}.{hint}")


def dialect_of(spec: ConnectionSpec) -> str:
    """Sqlglot's name of what a connection speaks: its kind's, or what it tells of itself where its kind has many."""
    found = connector(spec.kind)
    tells = getattr(found, "dialect_of", None)
    return str(tells(spec)) if tells is not None else found.info.dialect


def spec_from_url(name: str, url: str) -> ConnectionSpec:
    """A connection from a URL such as `postgresql://user:password@host:5432/shop` or `sqlite:///shop.db`."""
    from urllib.parse import parse_qsl, unquote, urlsplit

    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadInput(f"The URL of connection {name!r} cannot be read: check host and port.") from None
    kind = _SCHEMES.get(parts.scheme.partition("+")[0])
    if kind is None and _is_sqlalchemys(parts.scheme):
        return _sqlalchemy_spec(name, url, unquote(parts.password) if parts.password else None)
    if kind is None:
        raise BadInput(
            f"The URL of connection {name!r} begins with {parts.scheme!r}; known are {', '.join(_SCHEMES)}, and the "
            "dialects of SQLAlchemy that are installed."
        )
    if kind in ("sqlite", "duckdb"):
        path = unquote(parts.path)
        return ConnectionSpec(name, kind, {"path": path[1:] if path.startswith("/") else path or ":memory:"})
    parameters = {
        "host": parts.hostname or "",
        "port": str(port or ""),
        "user": unquote(parts.username or ""),
        "database": unquote(parts.path.lstrip("/")),
    }
    _warehouse_words(kind, parameters)
    parameters |= dict(parse_qsl(parts.query))
    in_query = parameters.pop("password", "")
    secret = unquote(parts.password) if parts.password else in_query or None
    return ConnectionSpec(name, kind, {key: value for key, value in parameters.items() if value}, secret)


def has_secret_word(url: str) -> bool:
    """Whether a URL has a password among the words behind its `?`, as those of ODBC do (`...PWD%3D...`)."""
    return _SECRET_WORD.search(url) is not None


def _is_sqlalchemys(scheme: str) -> bool:
    """Whether SQLAlchemy has a dialect of that name, by itself or by a package that is installed."""
    names = {scheme.partition("+")[0], scheme.replace("+", ".")}
    known = {"mssql", "oracle", *(point.name for point in entry_points(group="sqlalchemy.dialects"))}
    return not names.isdisjoint(known)


def _sqlalchemy_spec(name: str, url: str, secret: str | None) -> ConnectionSpec:
    """The URL without its password, which goes apart."""
    start, mark, rest = url.partition("://")
    end = min((rest.find(sign) for sign in "/?#" if sign in rest), default=len(rest))
    login, at, place = rest[:end].rpartition("@")
    place += rest[end:]
    return ConnectionSpec(name, "sqlalchemy", {"url": start + mark + login.partition(":")[0] + at + place}, secret)


def _warehouse_words(kind: str, parameters: dict[str, str]) -> None:
    """The words of `snowflake://user@account/database/schema` and `bigquery://project/dataset`."""
    if kind == "snowflake":
        parameters["account"] = parameters.pop("host")
        database, _, schema = parameters["database"].partition("/")
        parameters |= {"database": database, "schema": schema}
    elif kind == "bigquery":
        parameters["project"] = parameters.pop("host")
        parameters["dataset"] = parameters.pop("database")
