"""What SQL inside a cell does to names: frames and parameters are read, tables of databases kept apart."""

from __future__ import annotations

import ast
import re

from .cells import Problem, Relation, Span
from .errors import BadInput
from .magic_syntax import LineMagic, SqlMagic, parse_sql_line
from .python_frame import Frame
from .python_parse import parse_expression
from .python_values import FRESH, Position
from .python_walk import evaluate, with_position
from .sql_analysis import SqlFacts, sql_facts
from .sql_parameters import span_of
from .sql_parsed import Parameter
from .sql_uses import RelationUse


def apply_sql_line(frame: Frame, line: LineMagic) -> None:
    """What a `%sql` line inside Python does."""
    try:
        magic = parse_sql_line(line.text)
    except BadInput as error:
        span = Span(line.line, line.column, line.line, line.column + len(line.text))
        frame.relations.problems.append(Problem("syntax", error.message, span))
        return
    apply_sql(frame, magic, line.line, line.column)
    if magic.result is not None:
        place = (line.line, line.column, line.line, line.column + len(line.text))
        frame.bind(magic.result, FRESH, _node(place))


def _node(place: Position) -> ast.AST:
    return ast.Pass(lineno=place[0], col_offset=place[1], end_lineno=place[2], end_col_offset=place[3])


def apply_sql(frame: Frame, magic: SqlMagic, line: int = 1, column: int = 0) -> None:
    """Read the parameters and relations of a SQL magic; `line`, `column` is where the magic's text starts."""
    facts = sql_facts(magic.sql, magic.dialect)
    first_line = magic.sql_line + line - 1
    first_column = magic.sql_column + column
    frame.relations.problems += [_at(problem, facts, first_line, first_column) for problem in facts.parsed.problems]
    for parameter in (*facts.parsed.controls, *facts.parsed.parameters):
        read_parameter(frame, parameter, magic.sql, first_line, first_column)
    for text, start, end in facts.unknown:
        span = span_of(magic.sql, start, end, first_line, first_column)
        frame.relations.problems.append(Problem("sql-unknown", text, span))
        frame.relations.unknown = True
    frame.relations.written.update(Relation(magic.connection, use.name) for use in facts.writes)
    frame.relations.changed.update(Relation(magic.connection, name) for name in facts.changed)
    for use in facts.reads:
        frame.relations.read.add(Relation(magic.connection, use.name))
        if magic.connection is None:
            read_frame(frame, use, magic.sql, first_line, first_column)
        elif len(use.parts) == 1 and use.name.isidentifier():
            frame.relations.variables.add(use.name)
    if magic.connection is not None and magic.connection.isidentifier():
        frame.relations.variables.add(magic.connection)


def _at(problem: Problem, facts: SqlFacts, line: int, column: int) -> Problem:
    span = problem.span
    if span is None:
        return problem
    moved = Span(
        span.line + line - 1,
        span.column + (column if span.line == 1 else 0),
        span.end_line + line - 1,
        span.end_column + (column if span.end_line == 1 else 0),
    )
    return Problem(problem.kind, problem.message, moved)


def read_parameter(frame: Frame, parameter: Parameter, sql: str, line: int, column: int) -> None:
    """The names in a parameter's expression are read."""
    tree = parse_expression(parameter.reading)
    span = span_of(sql, parameter.start, parameter.end, line, column)
    with_position(frame, _position(span), lambda: evaluate(frame, tree))


def read_frame(frame: Frame, use: RelationUse, sql: str, line: int, column: int) -> None:
    """An unqualified relation of the notebook's own DuckDB may be a frame: a Python name."""
    name = use.parts[0]
    if len(use.parts) > 1 or re.fullmatch(r"[^\W\d]\w*", name) is None:
        return
    start, end = (use.start, use.end) if use.start >= 0 else (0, len(sql.rstrip()))
    place = _position(span_of(sql, start, end, line, column))
    frame.load(name, _node(place))


def _position(span: Span) -> Position:
    return (span.line, span.column, span.end_line, span.end_column)


def apply_sql_text(frame: Frame, sql: str, node: ast.AST) -> None:
    """SQL in a string that DuckDB runs over the variables around it; all effects at the place of `node`."""
    facts = sql_facts(sql)
    where = frame.at(node)
    for use in facts.reads:
        relation = Relation(None, use.name)
        is_made_here = relation in frame.relations.written
        frame.relations.read.add(relation)
        if len(use.parts) == 1 and use.parts[0].isidentifier() and not is_made_here:
            frame.load(use.parts[0], _node(where))
    frame.relations.written.update(Relation(None, use.name) for use in facts.writes)
    frame.relations.changed.update(Relation(None, name) for name in facts.changed)
    for text, _, _ in facts.unknown:
        frame.relations.problems.append(Problem("sql-unknown", text, Span(*where)))
        frame.relations.unknown = True
