"""Edit pairs kept as text (`tests/cases/edits`): a notebook, and what somebody then changes in it.

### title
#= needs: sklearn            modules that must be importable, besides what Sept needs itself
#= differs: no               the edit changes no output (otherwise it must change at least one)
#% a                         a cell of the notebook, by its id
x = 1
#% b
print(x)
#> a                         a cell with another text
x = 2
#> n after a                 a new cell (`first` for the top)
x += 1
#> b after a                 a cell moved; without a text it keeps its own
#> b deleted
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "cases" / "edits"
_MARK = re.compile(r"^#(?P<part>[%>]) (?P<id>\w+)(?P<how> deleted| first| after \w+)?\n", re.MULTILINE)
_FIELD = re.compile(r"^#= (\w+): (.*)\n", re.MULTILINE)

Cells = tuple[tuple[str, str], ...]
"""Ids and texts of code cells, in notebook order."""


@dataclass(frozen=True)
class EditPair:
    """A notebook before and after an edit. `kind` is the name of the file that holds it."""

    kind: str
    title: str
    before: Cells
    after: Cells
    needs: tuple[str, ...] = ()
    differs: bool = True

    def __str__(self) -> str:
        return f"{self.kind}: {self.title}"

    @property
    def can_run(self) -> bool:
        """Whether what it needs is importable here."""
        return all(find_spec(module) is not None for module in self.needs)

    def edited_ids(self) -> frozenset[str]:
        """Cells of the edited notebook that are new, have another text or were moved (the fewest that explain it)."""
        old = dict(self.before)
        changed = {cell_id for cell_id, source in self.after if old.get(cell_id) != source}
        return frozenset(changed | self._moved())

    def _moved(self) -> frozenset[str]:
        kept = [cell_id for cell_id, _ in self.before if cell_id in dict(self.after)]
        now = [cell_id for cell_id, _ in self.after if cell_id in dict(self.before)]
        for cell_id in now:
            if [c for c in kept if c != cell_id] == [c for c in now if c != cell_id] and kept != now:
                return frozenset({cell_id})
        return frozenset()


@cache
def edit_pairs() -> tuple[EditPair, ...]:
    """All pairs, those of one kind together."""
    return tuple(pair for path in sorted(FOLDER.glob("*.txt")) for pair in _read(path))


def write_notebook(path: Path, cells: Cells) -> str:
    """Write code cells as a notebook file without outputs; returns the path."""
    written: list[dict[str, Any]] = [
        {"cell_type": "code", "id": cell_id, "source": source, "metadata": {}, "outputs": [], "execution_count": None}
        for cell_id, source in cells
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"cells": written, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook, indent=1), encoding="utf-8")
    return str(path)


def _read(path: Path) -> list[EditPair]:
    blocks = re.split(r"^### ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return [_pair(path.stem, block) for block in blocks]


def _pair(kind: str, block: str) -> EditPair:
    title, _, rest = block.partition("\n")
    fields = dict(_FIELD.findall(rest))
    parts = _MARK.split(_FIELD.sub("", rest))[1:]
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    for part, cell_id, how, text in zip(parts[::4], parts[1::4], parts[2::4], parts[3::4], strict=True):
        source = text.rstrip("\n")
        if part == "%":
            before[cell_id] = after[cell_id] = source
        else:
            after = _edited(after, cell_id, (how or "").split(), source)
    needs = tuple(fields.get("needs", "").split())
    return EditPair(kind, title, tuple(before.items()), tuple(after.items()), needs, fields.get("differs") != "no")


def _edited(cells: dict[str, str], cell_id: str, how: list[str], source: str) -> dict[str, str]:
    """The cells after one line `#> id [deleted | first | after other]` and its text."""
    if not how:
        if cell_id not in cells:
            raise ValueError(f"cell {cell_id} is new: say where it stands")
        return {**cells, cell_id: source}
    others = [cell for cell in cells.items() if cell[0] != cell_id]
    if how == ["deleted"]:
        return dict(others)
    place = 0 if how == ["first"] else [other for other, _ in others].index(how[1]) + 1
    return dict([*others[:place], (cell_id, source or cells[cell_id]), *others[place:]])
