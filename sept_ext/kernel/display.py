"""A result as the notebook shows and saves it: a static table that every viewer can read, at most 64 kB."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from typing import Any

from sept_ext.connectors.base import is_arrow, row_count

MAX_ROWS = 100
MAX_COLUMNS = 100
# Together below 64 kB in the file.
MAX_BYTES = 34_000
_MAX_JSON = 18_000
_MAX_TEXT = 8_000
MIME_TYPE = "application/vnd.sept.result+json"
"""A first page of rows with their schema, for programs and richer views."""
_MAX_CELL = 300
# Inline, so that a saved notebook looks the same where Sept is not installed.
_SCROLL = "max-height: 320px; overflow: auto; width: fit-content; max-width: 100%"
_PLAN = "margin: 0; font-family: var(--jp-code-font-family, monospace); line-height: 1.3"
_LAID_OUT = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(?:EXPLAIN|SHOW\s+CREATE)\b", re.IGNORECASE | re.DOTALL)
_NOTE = "margin-top: 4px; opacity: 0.7; font-size: 0.9em"


@dataclass(frozen=True, slots=True)
class StatementStatus:
    """One statement that ran. `rows`: how many came (None: it gives no rows); `affected`: -1 if unknown."""

    text: str
    rows: int | None
    affected: int
    seconds: float


@dataclass(frozen=True, slots=True)
class ResultView:
    """What is shown of a result: the frame (None: no rows, e.g. DML), and a line on where it came from.

    `frame` is what the variable is: pandas, Polars or Arrow. `statements` are told when there were several,
    `note` says how other cells' results came into it.
    """

    frame: Any | None
    rows_affected: int
    seconds: float
    place: str
    variable: str | None = None
    statements: tuple[StatementStatus, ...] = ()
    note: str = ""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """MIME bundle of `text/html` and `text/plain`; IPython asks for it."""
        del include, exclude
        if self.frame is None:
            return {
                "text/html": f'<div class="sept-result">{self._told()}{_prose(self.summary)}</div>',
                "text/plain": "\n".join([*self._lines(), self.summary]),
            }
        head = _preview(self.frame)
        laid_out = self._laid_out(head)
        if laid_out is not None:
            return {
                MIME_TYPE: self._page(head),
                "text/html": f'<div class="sept-result">{self._told()}<div style="{_SCROLL}"><pre style="{_PLAN}">'
                f'{html.escape(laid_out)}</pre></div><div style="{_NOTE}">{_prose(self.summary)}</div></div>',
                "text/plain": "\n".join([laid_out, *self._lines(), self.summary]),
            }
        plain = f"{head.to_string(max_rows=20, max_cols=12, max_colwidth=40)}"[:_MAX_TEXT]
        return {
            MIME_TYPE: self._page(head),
            "text/html": self._html(head),
            "text/plain": "\n".join([plain, *self._lines(), self.summary]),
        }

    def _laid_out(self, head: Any) -> str | None:
        """A plan or a definition as the engine has laid it out; None for rows."""
        if not self.statements or not _LAID_OUT.match(self.statements[-1].text):
            return None
        columns = [str(column) for column in head.columns]
        if len(columns) > 2 and columns[-1] != "detail":  # MySQL's EXPLAIN is a table; the last is SQLite's
            return None
        return "\n".join(str(value) for value in head.iloc[:, -1])[:_MAX_TEXT]

    def _lines(self) -> list[str]:
        """A line a statement, where there are several."""
        if len(self.statements) < 2:
            return []
        return [f"{n}. {_first_words(s.text)}: {_outcome(s)}" for n, s in enumerate(self.statements[:50], start=1)]

    def _told(self) -> str:
        lines = "".join(f"<div>{html.escape(line)}</div>" for line in self._lines())
        return f'<div style="{_NOTE}">{lines}</div>' if lines else ""

    def _page(self, head: Any) -> dict[str, Any]:
        """The first rows as JSON, fewer when they are long."""
        pairs = zip(head.columns, head.dtypes, strict=True)
        schema = [{"name": _cut(str(name)), "type": _cut(str(kind))} for name, kind in pairs]
        while len(schema) > 1 and len(json.dumps(schema)) > _MAX_JSON // 2:
            schema = schema[: len(schema) // 2]
        rows = [
            [_json(value) for value in row] for row in head.iloc[:, : len(schema)].itertuples(index=False, name=None)
        ]
        while rows and len(json.dumps(rows)) + len(json.dumps(schema)) > _MAX_JSON:
            rows = rows[: len(rows) // 2]
        about = {"place": self.place, "seconds": round(self.seconds, 3), "variable": self.variable}
        return {"schema": schema, "rows": rows, "rowCount": row_count(self.frame), **about}

    @property
    def summary(self) -> str:
        """E.g. `1,204 rows in 0.02 s on shop (sqlite), as orders`."""
        name = f", as {self.variable}" if self.variable else ""
        note = f" · {self.note}" if self.note else ""
        if self.frame is not None:
            return f"{_rows(row_count(self.frame))} in {self.seconds:.2f} s on {self.place}{name}{note}"
        if self.rows_affected >= 0:
            return f"{_rows(self.rows_affected)} affected in {self.seconds:.2f} s on {self.place}{note}"
        return f"Done in {self.seconds:.2f} s on {self.place}{note}"

    def _html(self, head: Any) -> str:
        rows, columns = MAX_ROWS, MAX_COLUMNS
        while True:
            text = self._table(head, rows, columns)
            if len(text.encode("utf-8", "replace")) <= MAX_BYTES or rows == columns == 1:
                return text
            if rows > 1:
                rows //= 2
            else:
                columns = max(1, columns // 2)

    def _table(self, first: Any, max_rows: int, max_columns: int) -> str:
        count, width = row_count(self.frame), _width(self.frame)
        head = first.iloc[:max_rows, :max_columns]
        columns = [str(column) for column in head.columns]
        header = "".join(
            f'<th title="{html.escape(_cut(str(kind)))}">{html.escape(_cut(name))}</th>'
            for name, kind in zip(columns, head.dtypes, strict=True)
        )
        rows = "".join(
            "<tr>" + "".join(f"<td>{html.escape(_text(value))}</td>" for value in row) + "</tr>"
            for row in head.itertuples(index=False, name=None)
        )
        note = f"First {len(head)} of " if len(head) < count else ""
        if len(columns) < width:
            note = f"First {len(columns)} of {width:,} columns. {note}"
        return (
            f'<div class="sept-result">{self._told()}<div style="{_SCROLL}"><table class="dataframe">'
            f"<thead><tr>{header}</tr></thead><tbody>{rows}</tbody></table></div>"
            f'<div style="{_NOTE}">{_prose(note + self.summary)}</div></div>'
        )


def _prose(text: str) -> str:
    """A sentence with names in back quotes, as HTML."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", html.escape(text))


def first_rows(frame: Any, count: int) -> Any:
    """The first rows, as the kind it is."""
    return frame.slice(0, count) if is_arrow(frame) else frame.head(count)


def _width(frame: Any) -> int:
    return int(frame.num_columns if is_arrow(frame) else frame.shape[1])


def _preview(frame: Any) -> Any:
    """The first rows and columns as a pandas frame."""
    head = first_rows(frame, MAX_ROWS)
    if is_arrow(head):
        return head.slice(0, MAX_ROWS).select(head.column_names[:MAX_COLUMNS]).to_pandas()
    if type(head).__module__.startswith("polars"):
        return head[:, :MAX_COLUMNS].to_pandas()
    return head.iloc[:, :MAX_COLUMNS]


def _first_words(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 40 else words[:39] + "…"


def _outcome(status: StatementStatus) -> str:
    if status.rows is not None:
        return f"{_rows(status.rows)}, {status.seconds:.2f} s"
    if status.affected >= 0:
        return f"{_rows(status.affected)} affected, {status.seconds:.2f} s"
    return f"done, {status.seconds:.2f} s"


def _json(value: Any) -> Any:
    """A value as JSON has it; what JSON has not becomes text, NULL is null."""
    text = _text(value)
    if text == "NULL" and not isinstance(value, str):
        return None
    if type(value).__module__ == "numpy" and value.ndim == 0:  # of pandas' nullable columns
        value = value.item()
    if isinstance(value, bool | int | str) or (isinstance(value, float) and value - value == 0):
        return text if isinstance(value, str) else value
    return text


def _rows(count: int) -> str:
    return f"{count:,} row" + ("" if count == 1 else "s")


def _text(value: Any) -> str:
    from pandas import isna
    from pandas.api.types import is_scalar

    if is_scalar(value) and isna(value):
        return "NULL"
    return _cut(str(value))


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_CELL else text[: _MAX_CELL - 1] + "…"
