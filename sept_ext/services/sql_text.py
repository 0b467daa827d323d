"""SQL as text: laid out anew, or in another dialect's words. What cannot be done safely is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sept_ext.core.errors import BadInput
from sept_ext.core.sql_parameters import split_parameters
from sept_ext.core.sql_parsed import ParsedSql

MAX_CHARS = 100_000
DIALECTS = {
    "bigquery": "BigQuery",
    "clickhouse": "ClickHouse",
    "databricks": "Databricks",
    "duckdb": "DuckDB",
    "mysql": "MySQL, MariaDB",
    "oracle": "Oracle",
    "postgres": "PostgreSQL",
    "redshift": "Redshift",
    "snowflake": "Snowflake",
    "spark": "Spark",
    "sqlite": "SQLite",
    "trino": "Trino",
    "tsql": "SQL Server",
}
DEFAULT = "duckdb"
"""What a cell without a connection speaks."""

_JINJA_BLOCK = re.compile(r"\{[%#]")
_STAND_IN = "sept_parameter_"


@dataclass(frozen=True, slots=True)
class SqlDialect:
    """A dialect by sqlglot's name, and for people."""

    name: str
    title: str


def dialects() -> list[SqlDialect]:
    """Those that SQL can be converted between."""
    return [SqlDialect(name, title) for name, title in DIALECTS.items()]


def formatted(sql: str, dialect: str | None) -> str:
    """The same statements, laid out. BadInput when they cannot be read, or would come out otherwise."""
    name = _known(dialect)
    return _rewritten(sql, name, name)


def converted(sql: str, source: str | None, target: str) -> str:
    """The statements in another dialect. BadInput when they cannot be read, or have no counterpart."""
    return _rewritten(sql, _known(source), _known(target))


def _rewritten(sql: str, source: str, target: str) -> str:
    from sqlglot import ErrorLevel, exp, parse
    from sqlglot.errors import SqlglotError

    parsed = _checked(sql, source)
    text = parsed.render(lambda number: f"{_STAND_IN}{number}")
    try:
        statements = [one for one in parse(text, read=source) if one is not None]
        if not statements:
            raise BadInput("There is no statement to change.")
        if any(one.find(exp.Command) for one in statements):
            raise BadInput("A statement here is not understood well enough to be changed safely.")
        pieces = [one.sql(target, pretty=True, unsupported_level=ErrorLevel.RAISE) for one in statements]
        again = [one for one in parse(";\n".join(pieces), read=target) if one is not None]
    except SqlglotError as error:
        raise BadInput(_place(error)) from None
    except RecursionError:
        raise BadInput("The statement is nested too deeply.") from None
    made = ";\n\n".join(pieces) + (";" if text.rstrip().endswith(";") else "")
    if source == target and again != statements:
        raise BadInput("Laid out anew, the statement would not mean the same; it stays as it is.")
    if _comments(text, source) != _comments(made, target):
        raise BadInput("A comment would be lost; the statement stays as it is.")
    return _with_parameters(made, parsed)


def _checked(sql: str, dialect: str) -> ParsedSql:
    if len(sql) > MAX_CHARS:
        raise BadInput(f"A statement can have at most {MAX_CHARS:,} characters here.")
    if _JINJA_BLOCK.search(sql):
        raise BadInput("Text with {% blocks %} is put together when it runs; it stays as it is.")
    parsed = split_parameters(sql, dialect=dialect)
    if parsed.problems:
        raise BadInput(parsed.problems[0].message)
    return parsed


def _known(dialect: str | None) -> str:
    name = dialect or DEFAULT
    if name not in DIALECTS:
        raise BadInput(f"There is no dialect {name!r}; there are {', '.join(DIALECTS)}.")
    return name


def _comments(sql: str, dialect: str) -> list[str]:
    from sqlglot import tokenize

    found = [comment.strip() for token in tokenize(sql, read=dialect) for comment in token.comments]
    return sorted(found)


def _with_parameters(made: str, parsed: ParsedSql) -> str:
    """The parameters back in their places, as they were written."""
    found = parsed.parameters
    wanted = [str(number) for number in range(len(found))]
    if sorted(re.findall(rf"{_STAND_IN}(\d+)", made)) != sorted(wanted):
        raise BadInput("A parameter would be lost; the statement stays as it is.")
    return re.sub(
        rf"{_STAND_IN}(\d+)", lambda match: parsed.text[found[int(match[1])].start : found[int(match[1])].end], made
    )


def _place(error: Exception) -> str:
    """What sqlglot found wrong, and where in the text."""
    details = getattr(error, "errors", None)
    if not details:
        return f"This cannot be read: {str(error).splitlines()[0]}"
    first = details[0]
    where = f"line {first['line']}, column {first['col']}"
    near = f" near {first['highlight']!r}" if first.get("highlight") else ""
    return f"This cannot be read: {first['description']} ({where}{near})."
