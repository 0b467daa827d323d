"""Decides how a SQL cell gets at the results of others that it names: as CTEs of one statement, or by their frames."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sept_ext.connectors.base import Session, TellsUnsteady
from sept_ext.core.errors import SqlError
from sept_ext.core.sql_chaining import Chain, body_end, chain

from .sql_results import Sources, SqlResult, SqlResults
from .sql_statement import Parts, Statement


@dataclass(frozen=True, slots=True)
class Way:
    """How a statement is run. `parts`: what the database gets; `note`: what people are told.

    `frames`: names whose frames must be brought to where the statement runs; empty when the database has all.
    """

    parts: Parts
    note: str = ""
    frames: frozenset[str] = frozenset()


def way_of(
    statement: Statement,
    masked: str,
    dialect: str,
    *,
    connection: str,
    results: SqlResults,
    namespace: Mapping[str, Any],
    frames: Iterable[str],
    relations: Callable[[], Iterable[str]],
    unsteady: Callable[[Sources], str | None],
    pull: bool,
) -> Way:
    """The way for one statement; `frames` are those of the relations it reads that are frames here.

    `relations` is asked only when a name could be a frame: a table of the database of that name comes first.
    `unsteady` tells what of a query's sources may give something else each time.
    """
    named = frozenset(frames)
    if named:
        tables = {table.lower() for table in relations()}
        named = frozenset(name for name in named if name.lower() not in tables)
    if not named:
        return Way(statement.parts)
    found = results.candidates(named, connection)
    if pull:
        return Way(statement.parts, _from_memory(named, "as asked by --pull"), named)
    reason = _first_reason(named, found, results, namespace, unsteady)
    made = chain(masked, dialect, named) if reason is None else reason
    if isinstance(made, str):
        return Way(statement.parts, _from_memory(named, made), named)
    return Way(composed(statement, masked, made, found), f"one statement with {_listed(named)}")


def unsteady_of(session: Session, sources: Sources) -> str | None:
    """What of the sources may give something else each time. Where the database cannot tell, any function may."""
    if not sources.relations and not sources.functions:
        return None
    if not isinstance(session, TellsUnsteady):
        return next(iter(sorted(sources.functions)), None)
    try:
        return session.unsteady(sorted(sources.relations), sorted(sources.functions))
    except SqlError:  # in a transaction that failed, or without the right to look
        return "something in it, of which the database does not tell,"


def _first_reason(
    named: frozenset[str],
    found: Mapping[str, SqlResult],
    results: SqlResults,
    namespace: Mapping[str, Any],
    unsteady: Callable[[Sources], str | None],
) -> str | None:
    for name in sorted(named):
        if name not in found:
            return f"`{name}` is no result of this connection"
        reason = results.why_not(found[name], namespace)
        if reason is not None:
            return f"`{name}`: {reason}"
        changing = unsteady(found[name].sources)
        if changing is not None:
            return f"`{name}`: {changing} may give something else each time"
    return None


def composed(statement: Statement, masked: str, made: Chain, upstream: Mapping[str, SqlResult]) -> Parts:
    """The one statement: CTEs before the user's own text."""
    ctes: list[Any] = [made.lead]
    for number, (name, written) in enumerate(sorted(made.names.items())):
        ctes += [", " if number else "", f"{written} AS (", *upstream[name].parts, "\n)"]
    edits: list[tuple[int, int, Parts]] = [(made.at, made.at, (*ctes, made.tail))]
    edits += [(edit.start, edit.end, (edit.text,)) for edit in made.edits]
    return statement.spliced(edits, body_end(masked))


def _from_memory(named: Iterable[str], reason: str) -> str:
    return f"{_listed(named)} from memory ({reason})"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))
