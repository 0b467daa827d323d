"""What a connector is: one file an engine, made of small protocols.

A connector says how it is described (for forms and docs), how to open a session, and how to ask that session. Drivers
are imported when a session is opened, never when this package is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

_URL_PASSWORD = re.compile(r"(?<=://)([^/@\s:]*):[^/@\s]+(?=@)")


@dataclass(frozen=True, slots=True)
class FormField:
    """One parameter of a connection as a form shows it.

    `choices`: all that it can be, where that is a few words; the placeholder is the default then.
    """

    name: str
    label: str
    is_required: bool = False
    placeholder: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConnectorInfo:
    """How a kind of connection is described. `dialect` is sqlglot's name; `extra` the pip extra with the driver."""

    kind: str
    title: str
    dialect: str
    fields: tuple[FormField, ...]
    has_secret: bool = False
    extra: str | None = None


@dataclass(frozen=True, slots=True)
class ConnectionSpec:
    """Where to connect. The secret is kept out of every repr. `is_read_only`: open the session so, where it can be."""

    name: str
    kind: str
    parameters: Mapping[str, str]
    secret: str | None = field(default=None, repr=False)
    is_read_only: bool = False


@dataclass(frozen=True, slots=True)
class QueryResult:
    """What a statement gave: a frame of rows, or (frame is None) how many rows it affected, -1 if unknown."""

    frame: Any | None
    rows_affected: int = -1
    columns: tuple[str, ...] = ()

    @property
    def row_count(self) -> int | None:
        """How many rows came; None for a statement without rows."""
        return None if self.frame is None else row_count(self.frame)


def is_arrow(frame: Any) -> bool:
    """Whether it is an Arrow table. By its class: to ask a pandas frame for what it has not takes 0.15 ms."""
    return type(frame).__module__.startswith("pyarrow")


def row_count(frame: Any) -> int:
    """The rows of a pandas or Polars frame or an Arrow table."""
    return int(frame.num_rows if is_arrow(frame) else len(frame))


def columns_of(frame: Any) -> tuple[str, ...]:
    """The names of a frame's columns."""
    return tuple(map(str, frame.column_names if is_arrow(frame) else frame.columns))


def scrubbed(message: str, secret: str | None) -> str:
    """A driver's message without the secret and without passwords in addresses."""
    if secret and secret in message:  # a short one would be seen by what is left out
        message = message.replace(secret, "***") if len(secret) >= 4 else "The driver's message holds the secret."
    return _URL_PASSWORD.sub(r"\1:***", message)


def columns_by_relation(rows: Iterable[Sequence[Any]]) -> dict[str, tuple[str, ...]]:
    """Rows of (relation, column), in the columns' order, as the columns of each relation."""
    found: dict[str, list[str]] = {}
    for relation, column in rows:
        found.setdefault(relation, []).append(column)
    return {relation: tuple(columns) for relation, columns in found.items()}


class Session(Protocol):
    """An open connection. Not thread-safe, but `cancel` may be called from any thread."""

    @property
    def placeholder(self) -> str:
        """How the driver writes the n-th bound value: a format with `{n}`, counted from 1."""

    @property
    def is_open(self) -> bool:
        """False once the database ended the session; a new one must be opened then."""

    def execute(self, statement: str, values: Sequence[Any], output: str = "pandas") -> QueryResult:
        """Run one statement with bound values; rows come as `output`: pandas, polars or arrow.

        Raises SqlError with the engine's message.
        """

    def relations(self) -> dict[str, tuple[str, ...]]:
        """Tables and views with their columns, to name the nearest one in an error. Raises SqlError."""

    def data_state(self) -> str | None:
        """A mark that changes with every write to the database, whoever makes it; None where there is none."""

    def cancel(self) -> None:
        """Stop the statement that runs, from another thread; ends the session if there is no other way."""

    def close(self) -> None:
        """Give the connection back."""


@runtime_checkable
class HasSchemas(Protocol):
    """What a session may offer besides: the level above relations. Nothing is looked up before somebody asks."""

    def schemas(self) -> list[str]:
        """Schemas besides those that plain names mean; the system's own are left out. Raises SqlError."""

    def relations_in(self, schema: str) -> dict[str, tuple[str, ...]]:
        """Tables and views of one of them, with their columns. Raises SqlError."""


@runtime_checkable
class TellsUnsteady(Protocol):
    """What a session may offer besides: which views and functions give something else each time they are asked."""

    def unsteady(self, relations: Sequence[str], functions: Sequence[str]) -> str | None:
        """The first of them that may; names in lower case, relations as written. Raises SqlError."""


@runtime_checkable
class HasTypes(Protocol):
    """What a session may offer besides: the types of one relation's columns."""

    def columns_of(self, relation: str, schema: str | None) -> dict[str, str]:
        """Columns with their types in the database's own words; empty for a relation that is not there.

        `schema` None: of what plain names mean. Raises SqlError.
        """


class Connector(Protocol):
    """A kind of database."""

    info: ConnectorInfo

    def open(self, spec: ConnectionSpec) -> Session:
        """Connect. Raises Unavailable (cannot be reached) or BadInput (parameters that make no sense)."""
