"""A result as the notebook shows and saves it: a static table that every viewer can read, at most 64 kB."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

MAX_ROWS = 100
MAX_COLUMNS = 100
MAX_BYTES = 60_000
_MAX_CELL = 300
# Inline, so that a saved notebook looks the same where Sept is not installed.
_SCROLL = "max-height: 320px; overflow: auto; width: fit-content; max-width: 100%"
_NOTE = "margin-top: 4px; opacity: 0.7; font-size: 0.9em"


@dataclass(frozen=True, slots=True)
class ResultView:
    """What is shown of a result: the frame (None: no rows, e.g. DML), and a line on where it came from."""

    frame: Any | None
    rows_affected: int
    seconds: float
    place: str
    variable: str | None = None

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """MIME bundle of `text/html` and `text/plain`; IPython asks for it."""
        del include, exclude
        if self.frame is None:
            return {
                "text/html": f'<div class="sept-result">{html.escape(self.summary)}</div>',
                "text/plain": self.summary,
            }
        return {"text/html": self._html(), "text/plain": f"{self.frame.head(MAX_ROWS)}\n{self.summary}"[:MAX_BYTES]}

    @property
    def summary(self) -> str:
        """E.g. `1,204 rows in 0.02 s on shop (sqlite), as orders`."""
        name = f", as {self.variable}" if self.variable else ""
        if self.frame is not None:
            count = len(self.frame)
            return f"{_rows(count)} in {self.seconds:.2f} s on {self.place}{name}"
        if self.rows_affected >= 0:
            return f"{_rows(self.rows_affected)} affected in {self.seconds:.2f} s on {self.place}"
        return f"Done in {self.seconds:.2f} s on {self.place}"

    def _html(self) -> str:
        rows, columns = MAX_ROWS, MAX_COLUMNS
        while True:
            text = self._table(rows, columns)
            if len(text.encode("utf-8", "replace")) <= MAX_BYTES or rows == columns == 1:
                return text
            if rows > 1:
                rows //= 2
            else:
                columns = max(1, columns // 2)

    def _table(self, max_rows: int, max_columns: int) -> str:
        frame = self.frame
        assert frame is not None
        head = frame.iloc[:max_rows, :max_columns]
        columns = [str(column) for column in head.columns]
        header = "".join(
            f'<th title="{html.escape(str(kind))}">{html.escape(_cut(name))}</th>'
            for name, kind in zip(columns, head.dtypes, strict=True)
        )
        rows = "".join(
            "<tr>" + "".join(f"<td>{html.escape(_text(value))}</td>" for value in row) + "</tr>"
            for row in head.itertuples(index=False, name=None)
        )
        note = f"First {len(head)} of " if len(head) < len(frame) else ""
        if len(columns) < frame.shape[1]:
            note = f"First {len(columns)} of {frame.shape[1]:,} columns. {note}"
        return (
            f'<div class="sept-result"><div style="{_SCROLL}"><table class="dataframe">'
            f"<thead><tr>{header}</tr></thead><tbody>{rows}</tbody></table></div>"
            f'<div style="{_NOTE}">{html.escape(note + self.summary)}</div></div>'
        )


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
