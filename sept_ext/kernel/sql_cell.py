"""Runs the SQL of one cell: parameters bound, frames registered, interruptible; assigns nothing by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from itertools import count
from time import perf_counter
from typing import Any

from sept_ext.connectors.base import QueryResult, Session
from sept_ext.connectors.duckdb import DuckdbSession
from sept_ext.core import analyze_sql
from sept_ext.core.errors import BadInput, SqlError
from sept_ext.core.magic_syntax import SqlMagic
from sept_ext.core.sql_parameters import ParsedSql, split_parameters

from .connections import Sessions
from .display import ResultView, StatementStatus, first_rows
from .frames import frames_of, registered
from .sql_errors import explain

_CANCEL_GRACE_S = 5


def run_sql(magic: SqlMagic, sessions: Sessions, namespace: Mapping[str, Any]) -> ResultView:
    """Run a parsed `%%sql`. Raises SqlError with the place in the cell, BadInput, NotFound or Unavailable.

    Several statements run one after the other; the result is that of the last one.
    """
    parsed = split_parameters(magic.sql, magic.sql_line, magic.sql_column)
    if parsed.problems:
        raise SqlError(parsed.problems[0].message, span=parsed.problems[0].span)
    if not parsed.statements():
        raise BadInput("There is no SQL in this cell.")
    kind, session = sessions.get(magic.connection)
    if not session.is_open:  # an interrupt ended it
        sessions.drop(magic.connection)
        kind, session = sessions.get(magic.connection)
    statements = parsed.statements()
    done: list[StatementStatus] = []
    result = QueryResult(None)
    began = perf_counter()
    try:
        with _frames(magic, session, parsed, namespace):
            for begin, end in statements:
                text, started = magic.sql[begin:end], perf_counter()
                # Only the last one's rows are kept, so only they are made what was asked for.
                output = magic.output if (begin, end) == statements[-1] else "arrow"
                result = _run_statement(split_parameters(text), session, namespace, output)
                done.append(StatementStatus(text, result.row_count, result.rows_affected, perf_counter() - started))
    except SqlError as error:
        if not session.is_open:
            sessions.drop(magic.connection)
            raise SqlError(f"{error.message.rstrip('.')}. The next cell opens a new session.") from error
        told = explain(error, magic, lambda: session.relations() | _visible_frames(magic, namespace))
        raise _at_statement(told, len(done), len(statements)) from error
    frame = result.frame if magic.limit is None or result.frame is None else first_rows(result.frame, magic.limit)
    place = kind if magic.connection is None else f"{_place_name(magic.connection)} ({kind})"
    seconds = perf_counter() - began
    return ResultView(frame, result.rows_affected, seconds, place, magic.result, tuple(done))


def _at_statement(error: SqlError, done: int, count: int) -> SqlError:
    """The error, with what ran before it where there were several statements."""
    if count == 1:
        return error
    before = "nothing ran before it" if not done else f"{done} ran before it"
    message = f"Statement {done + 1} of {count} failed ({before}): {error.message}"
    return SqlError(message, span=error.span, candidates=error.candidates)


def _run_statement(parsed: ParsedSql, session: Session, namespace: Mapping[str, Any], output: str) -> QueryResult:
    evaluated = [_evaluate(parameter.text, namespace) for parameter in parsed.parameters]
    bound = [v for v, parameter in zip(evaluated, parsed.parameters, strict=True) if parameter.kind == "value"]
    numbers = count(1)

    def placeholder(place: int) -> str:
        if parsed.parameters[place].kind == "identifier":
            return _quoted(str(evaluated[place]))
        return session.placeholder.format(n=next(numbers))

    # A driver with %s wants the text's own per cent signs doubled, but only when it binds something.
    doubled = bound and session.placeholder == "%s"
    parts = tuple(part.replace("%", "%%") if doubled and isinstance(part, str) else part for part in parsed.parts)
    statement = ParsedSql(parsed.text, parts).render(placeholder)
    return run_interruptibly(session, lambda: session.execute(statement, bound, output))


def _quoted(identifier: str) -> str:
    """A standard SQL identifier in quotes, whatever is in it."""
    return '"' + identifier.replace('"', '""') + '"'


def run_interruptibly(session: Session, execute: Callable[[], QueryResult]) -> QueryResult:
    """Run in a thread, so that an interrupt reaches us while the driver waits; then cancel the engine's query too."""
    outcome: list[QueryResult | BaseException] = []

    def work() -> None:
        try:
            outcome.append(execute())
        except BaseException as error:  # noqa: BLE001 - carried over to the caller's thread, whatever it is
            outcome.append(error)

    thread = threading.Thread(target=work, name="sept-sql", daemon=True)
    thread.start()
    try:
        thread.join()
    except KeyboardInterrupt:
        session.cancel()
        thread.join(_CANCEL_GRACE_S)
        raise
    if isinstance(outcome[0], BaseException):
        raise outcome[0]
    return outcome[0]


def _evaluate(expression: str, namespace: Mapping[str, Any]) -> Any:
    """The value of a parameter: an expression of the user's own, over the user's own names."""
    try:
        return eval(expression, dict(namespace))  # noqa: S307 - the user's code in the user's kernel
    except NameError as error:
        raise BadInput(
            f"The parameter {expression!r} has no value: {error}. Run the cell that defines it first."
        ) from None
    except Exception as error:  # the user's own code may raise anything; it is told as theirs
        raise BadInput(f"The parameter {expression!r} failed: {type(error).__name__}: {error}") from error


def _frames(
    magic: SqlMagic, session: Session, parsed: ParsedSql, namespace: Mapping[str, Any]
) -> AbstractContextManager[None]:
    if magic.connection is not None or not isinstance(session, DuckdbSession):
        return nullcontext()
    return registered(session, analyze_sql(parsed.masked(), "duckdb").reads, namespace)


def _visible_frames(magic: SqlMagic, namespace: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return frames_of(namespace) if magic.connection is None else {}


def _place_name(connection: str) -> str:
    return connection.rsplit("/", 1)[-1] if "://" in connection else connection
