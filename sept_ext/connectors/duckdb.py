"""DuckDB: a database file, or (without a path) the notebook's own one in memory that reads its dataframes."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from typing import Any

from sept_ext.core.errors import SqlError, Unavailable

from .arrow_frames import as_output
from .base import ConnectionSpec, ConnectorInfo, FormField, QueryResult, columns_by_relation
from .steadiness import volatile_view

_FIRST_WITH_FAST_STRINGS = (2, 0)
# Temporary relations (registered frames are some) come before others of the same name.
_PLAIN = "(database_name = 'temp' OR (database_name = current_database() AND schema_name = current_schema()))"
_FIRST = "QUALIFY rank() OVER (PARTITION BY table_name ORDER BY database_name = 'temp' DESC) = 1"
_IN_SCHEMA = "database_name = current_database() AND schema_name = $1"


class DuckdbSession:
    """One DuckDB database with a cursor of its own."""

    placeholder = "${n}"

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    @property
    def is_open(self) -> bool:
        """Always: it is in this process."""
        return True

    def execute(self, statement: str, values: Sequence[Any], output: str = "pandas") -> QueryResult:
        """Run one statement; DML answers with the count of rows, as the engine gives it."""
        import duckdb

        rows = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN, duckdb.StatementType.CALL}
        try:
            parsed = self._connection.extract_statements(statement)
            cursor = self._connection.execute(statement, list(values) or None)
            columns = tuple(column[0] for column in cursor.description or ())
            if parsed and parsed[-1].type not in rows and columns in {(), ("Count",), ("Success",)}:
                row = cursor.fetchone() if columns == ("Count",) else None
                return QueryResult(None, rows_affected=row[0] if row else -1)
            return QueryResult(_rows(cursor, output), columns=columns)
        except duckdb.Error as error:
            raise SqlError(str(error)) from error
        except RuntimeError as error:
            # DuckDB tells of an interrupted query by a bare RuntimeError
            raise SqlError(str(error)) from error

    def register(self, name: str, frame: Any) -> None:
        """Let SQL see a frame (pandas, Polars, Arrow) under a name until `unregister`."""
        import duckdb

        is_pandas = type(frame).__module__.split(".", 1)[0] == "pandas"
        if is_pandas and tuple(int(part) for part in duckdb.__version__.split(".")[:2]) < _FIRST_WITH_FAST_STRINGS:
            # Below 2.0 pandas 3 strings take a second for a million rows; by Arrow a millisecond (facts/product.md).
            import pyarrow as pa

            names = _without_twins([str(column) for column in frame.columns])
            frame = pa.Table.from_pandas(frame.set_axis(names, axis=1), preserve_index=False)
        try:
            self._connection.register(name, frame)
        except duckdb.Error as error:
            raise SqlError(f"{name!r} cannot be read as a table: {error}") from error

    def unregister(self, name: str) -> None:
        """Forget a frame."""
        self._connection.unregister(name)

    def relations(self) -> dict[str, tuple[str, ...]]:
        """Tables and views that plain names mean (registered frames too) with their columns."""
        return columns_by_relation(self._columns("table_name, column_name", f"{_PLAIN} {_FIRST}", []))

    def schemas(self) -> list[str]:
        """The other schemas of the current database."""
        query = (
            "SELECT schema_name FROM duckdb_schemas() WHERE database_name = current_database() "
            "AND schema_name <> current_schema() ORDER BY schema_name"
        )
        return [name for (name,) in self._rows(query, [])]

    def relations_in(self, schema: str) -> dict[str, tuple[str, ...]]:
        """Tables and views of a schema of the current database with their columns."""
        return columns_by_relation(self._columns("table_name, column_name", _IN_SCHEMA, [schema]))

    def columns_of(self, relation: str, schema: str | None) -> dict[str, str]:
        """Columns with their types, such as `DECIMAL(10,2)`."""
        if schema is None:
            place = f"{_PLAIN} AND table_name = $1 {_FIRST}"
            return dict(self._columns("column_name, data_type", place, [relation]))
        return dict(self._columns("column_name, data_type", f"{_IN_SCHEMA} AND table_name = $2", [schema, relation]))

    def _columns(self, wanted: str, place: str, values: Sequence[str]) -> list[Any]:
        query = (
            f"SELECT {wanted} FROM duckdb_columns() WHERE NOT internal AND {place} ORDER BY table_name, column_index"  # noqa: S608
        )
        return self._rows(query, values)

    def _rows(self, query: str, values: Sequence[Any]) -> list[Any]:
        import duckdb

        try:
            rows: list[Any] = self._connection.execute(query, list(values) or None).fetchall()
        except duckdb.Error as error:  # in a transaction that failed
            raise SqlError(str(error)) from error
        return rows

    def data_state(self) -> str | None:
        """None: what it holds is in this process already, and quicker than a file."""
        return None

    def unsteady(self, relations: Sequence[str], functions: Sequence[str]) -> str | None:
        """The first view, macro or volatile function among them that may give something else each time."""
        called = (
            "SELECT function_name FROM duckdb_functions() WHERE lower(function_name) IN (SELECT unnest($1::VARCHAR[]))"
            " AND (stability = 'VOLATILE' OR function_type LIKE '%macro' AND NOT internal)"
        )
        for (name,) in self._rows(called, [list(functions)]) if functions else ():
            return str(name)
        views = "SELECT lower(view_name), sql FROM duckdb_views() WHERE NOT internal"
        return volatile_view(dict(self._rows(views, [])), relations)

    def cancel(self) -> None:
        """Interrupt the statement that runs."""
        self._connection.interrupt()

    def close(self) -> None:
        """Close the database."""
        self._connection.close()


def _without_twins(names: list[str]) -> list[str]:
    """Names as DuckDB tells columns of the same name apart: `id`, `id_1`."""
    made: list[str] = []
    for name in names:
        number, new = 0, name
        while new.lower() in (other.lower() for other in made):
            number += 1
            new = f"{name}_{number}"
        made.append(new)
    return made


def _rows(cursor: Any, output: str) -> Any:
    if output == "pandas":
        return cursor.df()
    with warnings.catch_warnings():  # 2.0 tells people of a quicker way, which takes queries only
        warnings.filterwarnings("ignore", "Arrow output on a DB-API result", UserWarning)
        # Below 2.0 the method that gives a table has another name.
        table = cursor.to_arrow_table() if hasattr(cursor, "to_arrow_table") else cursor.fetch_arrow_table()
    return as_output(table, output)


def _not_opened(error: Exception) -> str:
    holder = re.search(r"Conflicting lock is held in \S+ \(PID (\d+)\)", str(error))
    if holder is None:
        return f"DuckDB could not be opened: {error}"
    return (
        f"the DuckDB file is open in another process ({holder[1]}), perhaps a kernel. DuckDB lets several processes"
        " read a file only when none of them may write to it: restart that kernel, or make the connection read-only"
        " in both."
    )


class DuckdbConnector:
    """DuckDB in this process."""

    info = ConnectorInfo(
        kind="duckdb",
        title="DuckDB",
        dialect="duckdb",
        fields=(FormField("path", "File (empty: in memory)", placeholder="shop.duckdb"),),
    )

    def open(self, spec: ConnectionSpec) -> DuckdbSession:
        """Open a file, or a database in memory."""
        import duckdb

        try:
            path = spec.parameters.get("path") or ":memory:"
            connection = duckdb.connect(path, read_only=spec.is_read_only and path != ":memory:")
            # Names are looked up by us and registered one by one (DESIGN, decision 6): never scan frames.
            connection.execute("SET python_enable_replacements = false")
        except duckdb.Error as error:
            raise Unavailable(f"Connection {spec.name!r}: {_not_opened(error)}") from error
        return DuckdbSession(connection)


CONNECTOR = DuckdbConnector()
