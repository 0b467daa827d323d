"""An error as a cell shows it: the message and the place; the driver's traceback only after `%xmode Verbose`."""

from __future__ import annotations

from traceback import format_exception

from sept_ext.core.cells import Span
from sept_ext.core.errors import SeptError

# The heads of errors by their codes, as people read them.
_TITLES = {
    "BAD_INPUT": "Cannot run",
    "NOT_FOUND": "Not found",
    "FORBIDDEN": "Not allowed",
    "CONFLICT": "Not clear",
    "UNAVAILABLE": "Not available",
    "SQL_ERROR": "SQL error",
}
_RED, _BOLD, _END = "\x1b[0;31m", "\x1b[1m", "\x1b[0m"


class SqlCellError(Exception):
    """Raised by magics in place of a SeptError; IPython asks `_render_traceback_` how to show it."""

    def __init__(self, error: SeptError, text: str = "", span: Span | None = None) -> None:
        super().__init__(error.message)
        self.code = error.code
        self._mark = mark(text, span) if span is not None else []
        self._candidates: tuple[str, ...] = getattr(error, "candidates", ())

    def _render_traceback_(self) -> list[str]:
        title = _TITLES.get(self.code, "Error")
        lines = [f"{_RED}{title}{_END}: {_BOLD}{self}{_END}", *self._mark]
        if self._candidates:
            lines.append("Did you mean " + " or ".join(self._candidates) + "?")
        return [*lines, *self._asked_for()]

    def _asked_for(self) -> list[str]:
        """The tracebacks of what is behind, ours and the driver's; never the values of variables in them."""
        from IPython.core.getipython import get_ipython

        shell = get_ipython()
        if shell is None or shell.InteractiveTB.mode != "Verbose" or self.__context__ is None:
            return []
        return "".join(format_exception(self.__context__)).splitlines()


def told_shortly(interrupt: KeyboardInterrupt) -> KeyboardInterrupt:
    """The same interrupt, of which the cell shows one line: where in our waiting it came says nothing to anybody."""
    lines = [f"{_RED}KeyboardInterrupt{_END}: {_BOLD}The query was interrupted.{_END}"]
    interrupt._render_traceback_ = lambda: lines  # type: ignore[attr-defined]
    return interrupt


def mark(text: str, span: Span) -> list[str]:
    """The line of a cell's text with carets under the span, numbered as in the cell.

    The plugin finds the place by these two lines: `labextension/src/sqlEditor/places.ts`.
    """
    lines = text.splitlines()
    if not 0 < span.line <= len(lines):
        return []
    line = lines[span.line - 1]
    end = span.end_column if span.end_line == span.line else len(line)
    prefix = f"line {span.line}: "
    return [prefix + line, " " * (len(prefix) + span.column) + "^" * max(1, end - span.column)]
