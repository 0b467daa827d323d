"""What is wrong with the names in a `%%sql` cell, by what is known already.

That is: catalogs that were looked up, dataframes that runs have shown, and what the notebook's cells make.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sept_ext.core.cells import Problem
from sept_ext.core.errors import BadInput
from sept_ext.core.magic_syntax import SqlMagic, parse_sql_cell
from sept_ext.core.sql_lint import Schema, lint_sql
from sept_ext.core.staleness import ExecutionState

from .catalog import Catalog
from .live_view import NotebookView

MAX_CHARS = 100_000
_WORD = re.compile(r"\w+")
# What makes plain names mean something else from then on.
_MOVES = re.compile(r"\b(?:use|attach|detach|search_path|set\s+schema|current_schema)\b", re.IGNORECASE)


def problems_of_tables(source: str, catalogs: Mapping[str | None, Catalog], view: NotebookView) -> tuple[Problem, ...]:
    """Names that a connection's database does not have; `catalogs` by schema, None for the one of plain names."""
    plain, magic = catalogs.get(None), _magic(source)
    if plain is None or not plain.relations or magic is None:
        return ()
    with view.lock:
        names = _of_notebook(view)
        if magic.connection in names or _moves(source, view):
            return ()
        schema = names | _of_catalogs(catalogs) | _of_cells(view)
    return _lint(magic, plain.relations[0].dialect, schema, is_complete=True)


def problems_of_frames(source: str, view: NotebookView) -> tuple[Problem, ...]:
    """Columns that the kernel's dataframes do not have."""
    magic = _magic(source)
    if magic is None:
        return ()
    words = {word.casefold() for word in _WORD.findall(magic.sql)}
    with view.lock:
        named = {name: columns for name, columns in view.frames.items() if name.casefold() in words}
        schema: Schema = {name: None if _is_moving(view, name) else columns for name, columns in named.items()}
    return _lint(magic, None, schema, is_complete=False)


def _magic(source: str) -> SqlMagic | None:
    """The `%%sql` of a cell; None where it is none, is too long, or cannot be read."""
    if len(source) > MAX_CHARS:
        return None
    try:
        return parse_sql_cell(source)
    except BadInput:  # an option is wrong, or half typed: its badge says so
        return None


def _lint(magic: SqlMagic, dialect: str | None, schema: Schema, *, is_complete: bool) -> tuple[Problem, ...]:
    return lint_sql(
        magic.sql,
        magic.dialect or dialect,
        schema,
        is_complete=is_complete,
        line=magic.sql_line,
        column=magic.sql_column,
    )


def _of_catalogs(catalogs: Mapping[str | None, Catalog]) -> dict[str, tuple[str, ...] | None]:
    return {
        relation.name if schema is None else f"{schema}.{relation.name}": relation.columns
        for schema, catalog in catalogs.items()
        for relation in catalog.relations
    }


def _of_notebook(view: NotebookView) -> dict[str, tuple[str, ...] | None]:
    """Names of variables: any of them may be a frame, or another cell's result."""
    written = {name: None for analysis in view.analyses.values() for name in analysis.writes}
    return dict.fromkeys([*written, *view.frames])


def _of_cells(view: NotebookView) -> dict[str, tuple[str, ...] | None]:
    """Relations that cells make, alter or fill: since then they may have any columns."""
    found = {relation.name for analysis in view.analyses.values() for relation in analysis.relations_written}
    return dict.fromkeys(found | {name.rpartition(".")[2] for name in found})


def _moves(source: str, view: NotebookView) -> bool:
    """Whether plain names mean another schema than they did."""
    return any(_MOVES.search(text) for text in (source, *_sql_texts(view)))


def _sql_texts(view: NotebookView) -> Iterator[str]:
    for cell_id, analysis in view.analyses.items():
        if analysis.language == "sql":
            yield view.cells[cell_id].source


def _is_moving(view: NotebookView, name: str) -> bool:
    """Whether a cell that writes a name is yet to run as it stands: the frame may have other columns then."""
    return any(
        view.status(cell_id).state is not ExecutionState.SUCCESS
        for cell_id, analysis in view.analyses.items()
        if name in analysis.writes or name in view.graph.uses(cell_id).writes
    )
