"""The magics `%%sql` and `%sql`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, line_magic, magics_class, needs_local_scope

from sept_ext.core.errors import SeptError
from sept_ext.core.hidden_state import SETTINGS
from sept_ext.core.magic_syntax import SqlMagic, parse_sql_cell, parse_sql_line

from .cell_error import SqlCellError, told_shortly
from .display import ResultView
from .sql_cell import SqlContext, run_sql

HELP = """\
%%sql [result <<] [--connection NAME] [--as pandas|polars|arrow] [--limit N] [--pull] [--no-cache] [--transaction]
SELECT ...

Runs SQL in this kernel. Without a connection it reads the notebook's own dataframes, by their names (DuckDB).
  result <<          put the rows into this variable
  --connection NAME  a connection of the workspace, SEPT_CONNECTION_NAME of the environment, a variable that holds an
                     engine or a connection, or a URL without password
  --as KIND          make the variable a pandas frame (default), a Polars frame or an Arrow table
  --limit N          keep the first N rows
  --no-cache         ask the database again, even if it holds what it held when the same query ran last
  --transaction      all statements of the cell count, or none
  --pull             read results of other SQL cells from memory instead of running them in the database again
{{ expression }} and :name are Python values; they are bound, never pasted into the text. {{ name | identifier }} is
the name of a table or column. {% for x in xs %} {% if x %} {% set y = x %} put the text together.
"""


@magics_class
class SeptMagics(Magics):
    """SQL over the notebook's dataframes and over databases."""

    def __init__(self, shell: Any, forget: Callable[[list[str]], None]) -> None:
        super().__init__(shell)
        self._names: dict[str, Any] = shell.user_ns
        self._forget = forget
        self.context = SqlContext()

    @needs_local_scope
    @line_cell_magic
    def sql(self, line: str, cell: str | None = None, local_ns: dict[str, Any] | None = None) -> Any:
        """Run SQL: `%sql --help` tells the options."""
        if "--help" in line.split():
            print(HELP)  # noqa: T201 - help is text for the cell's output
            return None
        text = f"%%sql {line}\n{cell}" if cell is not None else line
        magic: SqlMagic | None = None
        namespace = self._names | (local_ns or {})
        try:
            magic = parse_sql_cell(text) if cell is not None else parse_sql_line(line)
            assert magic is not None
            view = run_sql(magic, self.context, namespace)
        except SeptError as error:
            raise SqlCellError(error, text, getattr(error, "span", None)) from None
        except KeyboardInterrupt as interrupt:
            raise told_shortly(interrupt) from None
        if magic.result is not None:
            self._names[magic.result] = view.frame
        return self._show(view, is_line=cell is None and magic.result is None)

    @line_magic
    def sept_cache(self, line: str) -> None:
        """`%sept_cache clear`: delete the results of SQL queries that are kept on disk."""
        cache = self.context.cache
        if line.strip() != "clear":
            raise UsageError("Write %sept_cache clear. SEPT_SQL_CACHE=0 in the environment turns the cache off.")
        print(f"{cache.clear() if cache is not None else 0} results deleted.")  # noqa: T201 - for the cell's output

    @line_magic
    def sept_forget(self, line: str) -> None:
        """`%sept_forget NAME, ...`: take names out of the kernel that no cell writes any more, reset settings."""
        parts = [part.strip() for part in line.split(",")]
        self._forget([name for part in parts for name in ([part] if part in SETTINGS else part.split())])

    def _show(self, view: ResultView, *, is_line: bool) -> Any:
        """A line gives its frame as a value (`x = %sql ...`); a cell shows a table."""
        if is_line and view.frame is not None:
            return view.frame
        from IPython.display import display

        display(view)  # type: ignore[no-untyped-call]
        return None
