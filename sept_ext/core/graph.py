"""Which cell depends on which: reaching definitions in notebook order, found through an index by name.

A read in a cell belongs to the nearest writers above it, up to and including the first that replaces the value for
certain (a *kill*); conditional and mutating writers in between are dependencies too (DESIGN, decision 3). The index
holds for each name the sorted positions of its writers and readers, so that an edit costs what the cell and its
neighbours are, not what the notebook holds.

The graph knows names and order only; run status and staleness live beside it (`history`, `staleness`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from .cells import CellAnalysis, Relation
from .observed import NOTHING_OBSERVED, Observed

Key = str | Relation
"""What ties cells together: a Python name, or a relation of a database."""

_GAP = 1 << 32


@dataclass(frozen=True, slots=True)
class Uses:
    """What a cell does to names, as the graph needs it. `kills` is a part of `writes`."""

    reads: frozenset[Key] = frozenset()
    writes: frozenset[Key] = frozenset()
    kills: frozenset[Key] = frozenset()

    @classmethod
    def of(cls, analysis: CellAnalysis, observed: Observed = NOTHING_OBSERVED) -> Uses:
        """The uses that an analysis tells, with what a run was seen to do besides.

        A change of a relation (INSERT, DROP ...) is a mutation of what the database held before: it depends on who
        made the relation, and readers below depend on all who changed it, as nobody knows which rows survive.
        """
        changed = observed.mutates - analysis.writes - observed.seeds
        reads: set[Key] = {*analysis.reads, *changed, *observed.settings}
        writes: set[Key] = {*analysis.writes, *changed, *observed.writes, *observed.seeds}
        kills: set[Key] = {*analysis.kills, *observed.seeds}
        reads |= analysis.maybe_read
        if analysis.relations_read:
            reads |= _keys(analysis.relations_read)
        if analysis.relations_written:
            reads |= _keys(analysis.relations_changed)
            writes |= _keys(analysis.relations_written)
            # A name in capitals may be a quoted one, and another relation than the one in small letters.
            kills |= _keys(r for r in analysis.relations_written - analysis.relations_changed if r.name.islower())
        return cls(frozenset(reads), frozenset(writes), frozenset(kills))


def _keys(relations: Iterable[Relation]) -> set[Key]:
    """One key for `Orders`, `orders` and `main.orders`: databases do not tell these apart unless they are quoted."""
    return {
        Relation(relation.connection, relation.name.lower().removeprefix("main.").removeprefix("public."))
        for relation in relations
    }


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """`reader` may use a value of `key` that `writer` left."""

    writer: str
    reader: str
    key: Key


@dataclass(slots=True)
class _NameIndex:
    """Labels of the cells that write, replace and read one name, each list sorted."""

    writers: list[int] = field(default_factory=list)
    kills: list[int] = field(default_factory=list)
    readers: list[int] = field(default_factory=list)

    def is_empty(self) -> bool:
        return not self.writers and not self.readers


class DependencyGraph:
    """Cells in notebook order with the edges between them.

    Responsible for order, the index by name and direct edges. Not for transitive questions (`traversal`), nor for
    whether a cell ran (`history`). Cells are known by their ids; unknown ids raise KeyError.
    """

    def __init__(self) -> None:
        self._labels: dict[str, int] = {}
        self._ids: dict[int, str] = {}
        self._order: list[int] = []
        self._uses: dict[str, Uses] = {}
        self._index: dict[Key, _NameIndex] = {}

    @classmethod
    def build(cls, cells: Iterable[tuple[str, Uses]]) -> DependencyGraph:
        """A graph of cells given in notebook order."""
        graph = cls()
        for cell_id, uses in cells:
            graph.append(cell_id, uses)
        return graph

    def __contains__(self, cell_id: str) -> bool:
        return cell_id in self._labels

    def __len__(self) -> int:
        return len(self._order)

    def order(self) -> Iterator[str]:
        """Cell ids from the top of the notebook to its end."""
        return (self._ids[label] for label in self._order)

    def position(self, cell_id: str) -> int:
        """A number that rises with notebook order; only its order means something."""
        return self._labels[cell_id]

    def uses(self, cell_id: str) -> Uses:
        """What the cell reads and writes."""
        return self._uses[cell_id]

    def append(self, cell_id: str, uses: Uses) -> None:
        """Add a cell at the end."""
        self._place(cell_id, uses, (self._order[-1] if self._order else 0) + _GAP)

    def insert(self, cell_id: str, uses: Uses, after: str | None) -> None:
        """Add a cell below `after`, or at the top when it is None."""
        at = bisect_right(self._order, self._labels[after]) if after is not None else 0
        low = self._order[at - 1] if at else 0
        high = self._order[at] if at < len(self._order) else low + 2 * _GAP
        if high - low < 2:  # no whole number lies between
            self._spread()
            self.insert(cell_id, uses, after)
            return
        self._place(cell_id, uses, (low + high) // 2)

    def update(self, cell_id: str, uses: Uses) -> None:
        """Replace what a cell reads and writes; its place stays."""
        label = self._labels[cell_id]
        self._unindex(label, self._uses[cell_id])
        self._uses[cell_id] = uses
        self._add_to_index(label, uses)

    def remove(self, cell_id: str) -> None:
        """Take a cell out."""
        label = self._labels.pop(cell_id)
        del self._ids[label]
        del self._order[bisect_left(self._order, label)]
        self._unindex(label, self._uses.pop(cell_id))

    def move(self, cell_id: str, after: str | None) -> None:
        """Put a cell below another one, or at the top when `after` is None."""
        uses = self._uses[cell_id]
        self.remove(cell_id)
        self.insert(cell_id, uses, after)

    def reorder(self, order: Sequence[str]) -> None:
        """Give all cells a new order; `order` holds each id once."""
        if set(order) != set(self._labels) or len(order) != len(self._labels):
            raise ValueError("the new order must hold every cell exactly once")
        uses = self._uses
        self.__init__()  # type: ignore[misc]
        for cell_id in order:
            self.append(cell_id, uses[cell_id])

    def reaching_writers(self, cell_id: str, key: Key) -> list[str]:
        """Writers whose value of `key` the cell may see, nearest first; the last one may be a kill."""
        index = self._index.get(key)
        if index is None:
            return []
        label = self._labels[cell_id]
        end = bisect_left(index.writers, label)
        kill = bisect_left(index.kills, label)
        start = bisect_left(index.writers, index.kills[kill - 1]) if kill else 0
        return [self._ids[writer] for writer in reversed(index.writers[start:end])]

    def writer_above(self, cell_id: str, key: Key) -> str | None:
        """The nearest writer above."""
        index = self._index.get(key)
        place = bisect_left(index.writers, self._labels[cell_id]) if index is not None else 0
        return self._ids[index.writers[place - 1]] if index is not None and place else None

    def writers_above(self, cell_id: str, key: Key) -> Iterator[str]:
        """All writers above, nearest first: past the first kill too, for who knows that it did not happen."""
        index = self._index.get(key)
        if index is not None:
            for place in range(bisect_left(index.writers, self._labels[cell_id]) - 1, -1, -1):
                yield self._ids[index.writers[place]]

    def keys_above(self, cell_id: str) -> Iterator[Key]:
        """Everything that cells above write."""
        label = self._labels[cell_id]
        return (key for key, index in self._index.items() if index.writers and index.writers[0] < label)

    def is_replaced_above(self, cell_id: str, key: Key) -> bool:
        """Whether a cell above replaces the value for certain."""
        index = self._index.get(key)
        return index is not None and bool(index.kills) and index.kills[0] < self._labels[cell_id]

    def reached_readers(self, cell_id: str, key: Key) -> list[str]:
        """Cells that may see the value of `key` that this cell leaves, in notebook order."""
        index = self._index.get(key)
        if index is None or not index.readers:
            return []
        label = self._labels[cell_id]
        start = bisect_right(index.readers, label)
        kill = bisect_right(index.kills, label)
        end = bisect_right(index.readers, index.kills[kill]) if kill < len(index.kills) else len(index.readers)
        return [self._ids[reader] for reader in index.readers[start:end]]

    def parents(self, cell_id: str) -> list[Edge]:
        """Edges into a cell, sorted by writer's place, nearest last."""
        edges = [
            Edge(writer, cell_id, key)
            for key in self._uses[cell_id].reads
            for writer in self.reaching_writers(cell_id, key)
        ]
        return sorted(edges, key=lambda edge: (self._labels[edge.writer], str(edge.key)))

    def children(self, cell_id: str) -> list[Edge]:
        """Edges out of a cell, in the readers' order."""
        edges = [
            Edge(cell_id, reader, key)
            for key in self._uses[cell_id].writes
            for reader in self.reached_readers(cell_id, key)
        ]
        return sorted(edges, key=lambda edge: (self._labels[edge.reader], str(edge.key)))

    def parent_ids(self, cell_id: str) -> set[str]:
        """Cells that a cell depends on directly."""
        return {writer for key in self._uses[cell_id].reads for writer in self.reaching_writers(cell_id, key)}

    def child_ids(self, cell_id: str) -> set[str]:
        """Cells that depend on a cell directly."""
        found: set[str] = set()
        for key in self._uses[cell_id].writes:
            if self._index[key].readers:
                found.update(self.reached_readers(cell_id, key))
        return found

    def _place(self, cell_id: str, uses: Uses, label: int) -> None:
        if cell_id in self._labels:
            raise ValueError(f"cell {cell_id} is in the graph already")
        self._labels[cell_id] = label
        self._ids[label] = cell_id
        insort(self._order, label)
        self._uses[cell_id] = uses
        self._add_to_index(label, uses)

    def _add_to_index(self, label: int, uses: Uses) -> None:
        for key in uses.reads:
            insort(self._index.setdefault(key, _NameIndex()).readers, label)
        for key in uses.writes:
            insort(self._index.setdefault(key, _NameIndex()).writers, label)
        for key in uses.kills:
            insort(self._index.setdefault(key, _NameIndex()).kills, label)

    def _unindex(self, label: int, uses: Uses) -> None:
        for key in uses.reads:
            _discard(self._index[key].readers, label)
        for key in uses.writes:
            _discard(self._index[key].writers, label)
        for key in uses.kills:
            _discard(self._index[key].kills, label)
        for key in uses.reads | uses.writes:
            if self._index[key].is_empty():
                del self._index[key]

    def _spread(self) -> None:
        """Label all cells anew with room between them: once in some 30 insertions into one gap."""
        self.reorder(list(self.order()))


def _discard(labels: list[int], label: int) -> None:
    at = bisect_left(labels, label)
    if at < len(labels) and labels[at] == label:
        del labels[at]


def key_label(key: Key) -> str:
    """How a key is written for people: `orders`, or `shop: orders` for a relation of a connection."""
    if isinstance(key, str):
        return key
    return f"{key.connection}: {key.name}" if key.connection else key.name
