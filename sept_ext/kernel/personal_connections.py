"""Connections that a person keeps in files of the home directory: `connections.toml`, and JupySQL's ini file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from configparser import ConfigParser
from configparser import Error as IniError
from pathlib import Path
from typing import Any

from sept_ext.connectors.base import ConnectionSpec
from sept_ext.connectors.registry import connector, spec_from_url
from sept_ext.core.errors import BadInput

FILES = ("~/.config/sept/connections.toml", "~/.jupysql/connections.ini")


def personal_connection(name: str) -> ConnectionSpec | None:
    """The connection of that name in the person's own files; None if there is none. Raises BadInput for a bad file.

    In the TOML file a table `[shop]` holds `url`, or `kind`, its parameters and `password`; `read_only` is for both.
    """
    toml, ini = (Path(path).expanduser() for path in FILES)
    if toml.is_file():
        found = _section(_toml(toml), name, toml)
        if found is not None:
            return _of_toml(name, dict(found), toml)
    if ini.is_file():
        return _of_ini(name, ini)
    return None


def _toml(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        # Not the error's own text: it may quote the line, and the line the password.
        raise BadInput(f"{path} cannot be read as TOML ({type(error).__name__}).") from None


def _section(content: Mapping[str, Any], name: str, path: Path) -> Mapping[str, Any] | None:
    found = content.get(name)
    if found is not None and not isinstance(found, Mapping):
        raise BadInput(f"{path}: {name} is no table; write [{name}] and below it url = ...")
    return found


def _of_toml(name: str, found: dict[str, Any], path: Path) -> ConnectionSpec:
    is_read_only = bool(found.pop("read_only", False))
    url = found.pop("url", None)
    if isinstance(url, str):
        spec = spec_from_url(name, url)
        secret = str(found["password"]) if "password" in found else spec.secret
        return ConnectionSpec(name, spec.kind, spec.parameters, secret, is_read_only)
    kind = str(found.pop("kind", ""))
    if not kind:
        raise BadInput(f"{path}: [{name}] needs url = ... or kind = ...")
    secret = found.pop("password", None)
    parameters = {key: str(value) for key, value in found.items()}
    return ConnectionSpec(
        name, connector(kind).info.kind, parameters, None if secret is None else str(secret), is_read_only
    )


def _of_ini(name: str, path: Path) -> ConnectionSpec | None:
    """JupySQL's file: the parts of a SQLAlchemy URL under the connection's name."""
    from urllib.parse import quote

    parser = ConfigParser(interpolation=None)
    try:
        parser.read(path, encoding="utf-8")
    except (IniError, OSError, ValueError) as error:
        raise BadInput(f"{path} cannot be read ({type(error).__name__}).") from None
    if not parser.has_section(name):
        return None
    part = dict(parser[name])
    user = f"{quote(part['username'], safe='')}@" if part.get("username") else ""
    port = f":{part['port']}" if part.get("port") else ""
    place = f"{user}{part.get('host', '')}{port}/{part.get('database', '')}"
    spec = spec_from_url(name, f"{part.get('drivername', '')}://{place}")
    return ConnectionSpec(name, spec.kind, spec.parameters, part.get("password"))
