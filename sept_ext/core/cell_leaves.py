"""What the cells of a notebook leave under names, indexed for the cells below that use them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from .python_values import Value

NO_VALUES: Mapping[str, Value] = {}


class LeftValues:
    """Values left by cells, by cell and name; and by which names an object goes besides."""

    def __init__(self) -> None:
        self._by_cell: dict[str, Mapping[str, Value]] = {}
        self._names: Counter[str] = Counter()
        self._aliases: dict[str, dict[tuple[str, str], None]] = {}
        self._alias_cells: dict[str, set[str]] = {}

    def of(self, cell_id: str) -> Mapping[str, Value]:
        """What a cell leaves."""
        return self._by_cell.get(cell_id, NO_VALUES)

    def knows(self, name: str) -> bool:
        """Whether any cell leaves something worth knowing under the name."""
        return self._names[name] > 0

    def ever_knew(self, name: str) -> bool:
        """Whether any cell has left, or has held, something worth knowing under the name."""
        return name in self._names or name in self._aliases

    def put(self, cell_id: str, values: Mapping[str, Value]) -> None:
        """Replace what a cell leaves."""
        old = self._by_cell.pop(cell_id, NO_VALUES)
        self._names.subtract(old.keys())
        for name, value in old.items():
            for origin in shared(value):
                self._aliases[origin].pop((cell_id, name), None)
            self._alias_cells.get(name, set()).discard(cell_id)
        if not values:
            return
        self._by_cell[cell_id] = values
        self._names.update(values.keys())
        for name, value in values.items():
            for origin in shared(value):
                self._aliases.setdefault(origin, {})[(cell_id, name)] = None
                self._alias_cells.setdefault(name, set()).add(cell_id)

    def aliases(self, name: str) -> Iterator[tuple[str, str]]:
        """Cells and names under which they leave (or hold) the object called `name`."""
        return iter(self._aliases.get(name, ()))

    def cells_aliasing(self, name: str) -> Iterator[tuple[str, frozenset[str]]]:
        """Cells that leave another name's object under `name`, with those other names."""
        for cell_id in self._alias_cells.get(name, ()):
            yield cell_id, shared(self._by_cell[cell_id][name])


def shared(value: Value) -> frozenset[str]:
    """The names whose objects a value is or holds."""
    return value.origins | value.inner | value.deep
