"""Runs the SQL of one cell: parameters bound, frames registered, interruptible; assigns nothing by itself."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from sqlglot import exp

from sept_ext.connectors.base import QueryResult, Session, columns_of
from sept_ext.connectors.duckdb import DuckdbSession
from sept_ext.connectors.registry import connector
from sept_ext.core.errors import BadInput, SqlError
from sept_ext.core.magic_syntax import SqlMagic
from sept_ext.core.sql_analysis import SqlFacts, sql_facts
from sept_ext.core.sql_chaining import body_end, own_functions, why_not_upstream
from sept_ext.core.sql_parameters import split_parameters
from sept_ext.core.sql_parsed import ParsedSql

from .connections import Sessions
from .display import ResultView, StatementStatus, first_rows
from .frames import frames_of, is_frame, registered
from .interruptible import close_when_free, is_free, run_interruptibly
from .read_only import why_refused
from .sql_cache import SqlCache, key_of
from .sql_chain import Way, unsteady_of, way_of
from .sql_errors import explain
from .sql_pull import run_here
from .sql_results import Sources, SqlResults
from .sql_statement import Parts, Statement, bind, render, values_of
from .sql_template import expand

# A backslash escapes inside quoted identifiers there.
_ESCAPING = frozenset(("bigquery", "clickhouse"))
# What takes less is asked again: a file would hardly be quicker.
_WORTH_KEEPING_S = 0.05


@dataclass(frozen=True, slots=True)
class SqlContext:
    """What the cells of a kernel share: open sessions, and which results are behind which variables."""

    sessions: Sessions = field(default_factory=Sessions)
    results: SqlResults = field(default_factory=SqlResults)
    cache: SqlCache | None = field(default_factory=SqlCache.of_environment)


def run_sql(magic: SqlMagic, context: SqlContext, namespace: Mapping[str, Any]) -> ResultView:
    """Run a parsed `%%sql`. Raises SqlError with the place in the cell, BadInput, NotFound or Unavailable.

    Several statements run one after the other; the result is that of the last one.
    """
    kind, session = _session(magic.connection, context.sessions, namespace)
    dialect = magic.dialect or dialect_of(kind, session)
    parsed = split_parameters(magic.sql, magic.sql_line, magic.sql_column, dialect)
    if parsed.problems:
        raise SqlError(parsed.problems[0].message, span=parsed.problems[0].span)
    if parsed.template:
        made, values = expand(parsed, namespace)
        parsed, namespace = split_parameters(made, dialect=dialect), {**namespace, **values}
    if not parsed.statements():
        raise BadInput("There is no SQL in this cell.")
    run = _Run(magic, context, namespace, kind, session, dialect)
    began = perf_counter()
    try:
        result = run.all(parsed)
    except SqlError as error:
        if not run.session.is_open:
            is_borrowed = context.sessions.is_borrowed(magic.connection)
            context.sessions.drop(magic.connection)
            then = f"Connect {magic.connection} anew" if is_borrowed else "The next cell opens a new session"
            raise SqlError(f"{error.message.rstrip('.')}. {then}.") from error
        told = explain(error, magic, lambda: run.session.relations() | _visible_frames(magic, namespace))
        raise _at_statement(told, len(run.done), len(parsed.statements())) from error
    frame = result.frame if magic.limit is None or result.frame is None else first_rows(result.frame, magic.limit)
    run.keep(frame, is_single=len(parsed.statements()) == 1)
    place = run.kind if magic.connection is None else f"{_place_name(magic.connection)} ({run.kind})"
    note = "; ".join(dict.fromkeys(run.notes))
    seconds = perf_counter() - began
    return ResultView(frame, result.rows_affected, seconds, place, magic.result, tuple(run.done), note)


def _session(name: str | None, sessions: Sessions, names: Mapping[str, Any] | None = None) -> tuple[str, Session]:
    """The session of a name: another one where an interrupt ended it, or left it amid what does not end."""
    kind, session = sessions.get(name, names)
    if not is_free(session):
        if sessions.is_borrowed(name):
            raise BadInput(f"The statement that was interrupted still runs on {name}, which does not answer.")
        close_when_free(sessions.release(name))
    elif session.is_open:
        return kind, session
    else:
        sessions.drop(name)
    return sessions.get(name, names)


class _Run:
    """The statements of one cell, one after the other."""

    def __init__(
        self,
        magic: SqlMagic,
        context: SqlContext,
        namespace: Mapping[str, Any],
        kind: str,
        session: Session,
        dialect: str,
    ) -> None:
        self._magic = magic
        self._context = context
        self._namespace = namespace
        self.kind = kind
        self.session = session
        self._dialect = dialect
        self._identity = context.sessions.identity(magic.connection)
        self.done: list[StatementStatus] = []
        self.notes: list[str] = []
        self._last: tuple[Parts, str, SqlFacts] | None = None

    def all(self, parsed: ParsedSql) -> QueryResult:
        """Run every statement; the last one's result. With --transaction all of them count, or none."""
        if not self._magic.transaction:
            return self._each(parsed)
        self._execute(("BEGIN",), "arrow")
        try:
            result = self._each(parsed)
            self._execute(("COMMIT",), "arrow")
        except BaseException:  # an interrupt too
            if self.session.is_open:
                with suppress(SqlError):
                    self._execute(("ROLLBACK",), "arrow")
            raise
        self.notes.append("in one transaction")
        return result

    def _each(self, parsed: ParsedSql) -> QueryResult:
        result = QueryResult(None)
        statements = parsed.statements()
        for begin, end in statements:
            text, started = parsed.text[begin:end], perf_counter()
            # Only the last one's rows are kept, so only they are made what was asked for.
            output = self._magic.output if (begin, end) == statements[-1] else "arrow"
            result = self._one(text, output)
            self.done.append(StatementStatus(text, result.row_count, result.rows_affected, perf_counter() - started))
        return result

    def _one(self, text: str, output: str) -> QueryResult:
        parsed = split_parameters(text, dialect=self._dialect)
        statement = bind(parsed, self._namespace, lambda name: quoted(name, self._dialect))
        facts = sql_facts(text, self._dialect)
        if self._context.sessions.is_read_only(self._magic.connection):
            self._refuse_writes(text, facts)
        names = {use.name for use in facts.reads if len(use.parts) == 1}
        if self._magic.connection is None and isinstance(self.session, DuckdbSession):
            # By the filter there may be columns too.
            names |= {name for name in statement.identifiers if is_frame(self._namespace.get(name))}
            with registered(self.session, names, self._namespace):
                return self._execute(statement.parts, output)
        masked = parsed.masked()
        way = self._way(statement, masked, names)
        self.notes += [way.note] if way.note else []
        self._last = (way.parts if way.frames else _trimmed(way.parts), masked, facts)
        calls = self._calls_volatile(masked)
        try:
            if way.frames:
                return self._pull(way, output)
            return self._cached(way.parts, masked, facts, output) if facts.reads else self._execute(way.parts, output)
        finally:  # a statement that failed half way may have changed something
            if facts.writes or facts.unknown:
                written = None if facts.unknown else {use.name for use in facts.writes}
                self._context.results.note_written(self._identity, written)
            if facts.changed or calls:  # views, partitions, triggers and foreign keys may take it further
                self._context.results.note_written(self._identity, None)

    def _refuse_writes(self, text: str, facts: SqlFacts) -> None:
        reason = why_refused(text, facts, self._dialect)
        if reason is not None:
            raise BadInput(f"The connection {_place_name(str(self._magic.connection))} is for reading only{reason}.")

    def _way(self, statement: Statement, masked: str, names: set[str]) -> Way:
        namespace = self._namespace
        return way_of(
            statement,
            masked,
            self._dialect,
            connection=self._identity,
            results=self._context.results,
            namespace=namespace,
            frames=[name for name in names if name in namespace and is_frame(namespace[name])],
            relations=self.session.relations,
            unsteady=lambda sources: unsteady_of(self.session, sources),
            pull=self._magic.pull,
        )

    def _calls_volatile(self, masked: str) -> bool:
        """Whether a function is called that may write; asked only where there are results that it could outdate."""
        if not self._context.results.has_any(self._identity):
            return False
        return unsteady_of(self.session, Sources(functions=own_functions(masked, self._dialect))) is not None

    def _sources(self, masked: str, facts: SqlFacts) -> Sources:
        return Sources(frozenset(use.name.lower() for use in facts.reads), own_functions(masked, self._dialect))

    def _cached(self, parts: Parts, masked: str, facts: SqlFacts, output: str) -> QueryResult:
        """The rows of a query that ran before over the same data, else those of the database."""
        cache = None if self._magic.no_cache else self._context.cache
        state = self.session.data_state() if cache is not None else None
        key = None if state is None else key_of(parts, self._dialect, [str(self._magic.connection)], state, output)
        if cache is None or key is None:
            return self._execute(parts, output)
        frame = cache.get(key)
        if frame is not None:
            self.notes.append("from the cache (--no-cache asks the database again)")
            return QueryResult(frame, columns=columns_of(frame))
        began = perf_counter()
        result = self._execute(parts, output)
        is_slow = result.frame is not None and perf_counter() - began >= _WORTH_KEEPING_S
        if is_slow and unsteady_of(self.session, self._sources(masked, facts)) is None:
            cache.put(key, result.frame)
        return result

    def _execute(self, parts: Parts, output: str) -> QueryResult:
        session = self.session
        text = render(parts, session.placeholder)
        try:
            return run_interruptibly(session, lambda: session.execute(text, values_of(parts), output))
        except (OverflowError, UnicodeError) as error:  # of the driver, about a value: none has them among its own
            raise SqlError(f"A value cannot be bound: {error}") from error

    def _pull(self, way: Way, output: str) -> QueryResult:
        _, here = _session(None, self._context.sessions)
        assert isinstance(here, DuckdbSession)
        result, note = run_here(
            way.parts,
            self._dialect,
            session=self.session,
            here=here,
            frames=way.frames,
            namespace=self._namespace,
            output=output,
            run=run_interruptibly,
        )
        self.notes += [note] if note else []
        return result

    def keep(self, frame: Any, *, is_single: bool) -> None:
        """Remember the query behind the variable, so that other cells can build on it."""
        name, results = self._magic.result, self._context.results
        if name is None:
            return
        results.drop(name)
        if frame is None or self._last is None:
            return
        parts, masked, facts = self._last
        refusal = self._refusal(masked, frame, is_single=is_single)
        results.keep(name, self._identity, parts, self._sources(masked, facts), refusal, frame)

    def _refusal(self, masked: str, frame: Any, *, is_single: bool) -> str | None:
        if not is_single:
            return "its cell has several statements"
        if self._magic.limit is not None:
            return "--limit kept only a part of it"
        if any("from memory" in note for note in self.notes):
            return "it was not run in the database"
        columns = columns_of(frame)
        if len(set(columns)) < len(columns):
            return "two of its columns have the same name"
        return why_not_upstream(masked, self._dialect)


def dialect_of(kind: str, session: Session) -> str:
    """Sqlglot's name for what a session speaks: a SQLAlchemy URL may lead to any database, its session knows which."""
    return getattr(session, "dialect", "") or connector(kind).info.dialect or "duckdb"


def _trimmed(parts: Parts) -> Parts:
    """Without the blanks and the `;` at the end, to stand inside another statement."""
    if parts and isinstance(parts[-1], str):
        return (*parts[:-1], parts[-1][: body_end(parts[-1])])
    return parts


def _at_statement(error: SqlError, done: int, count: int) -> SqlError:
    """The error, with what ran before it where there were several statements."""
    if count == 1:
        return error
    before = "nothing ran before it" if not done else f"{done} ran before it"
    message = f"Statement {done + 1} of {count} failed ({before}): {error.message}"
    return SqlError(message, span=error.span, candidates=error.candidates)


def quoted(identifier: str, dialect: str) -> str:
    """An identifier in the quotes of the dialect, whatever is in it. Raises BadInput for one that cannot be quoted."""
    if "\0" in identifier or (dialect in _ESCAPING and "\\" in identifier):
        raise BadInput(f"{identifier!r} cannot be the name of a table or column here.")
    return str(exp.to_identifier(identifier, quoted=True).sql(dialect))


def _visible_frames(magic: SqlMagic, namespace: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return frames_of(namespace) if magic.connection is None else {}


def _place_name(connection: str) -> str:
    return connection.rsplit("/", 1)[-1] if "://" in connection else connection
