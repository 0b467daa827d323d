"""The graph of a notebook with calls followed: what a function reads counts for the cells that use it.

`analyze_cell` knows one text. A cell that says `area(2)` does not show that `area`, defined elsewhere, reads `PI`; so
when cells are put together, each name a cell uses at once is looked up at the cells that may have defined it, and what
using it does is added to the cell's own uses, through as many definitions as it takes. A name that a function reads is
bound where the function is used, as Python does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from .cells import CellAnalysis, FunctionEffects
from .graph import DependencyGraph, Key, Uses
from .observed import NOTHING_OBSERVED, Observed


class LinkedGraph:
    """Analyses by cell and the dependency graph that follows from them, kept up to date together.

    `observed`: what a run of a cell's present text was seen to do, besides what the text tells.
    """

    def __init__(self) -> None:
        self.graph = DependencyGraph()
        self.analyses: dict[str, CellAnalysis] = {}
        self._observed: dict[str, Observed] = {}
        # How many cells define a function of a name: most names have none, and need no looking up.
        self._defined: Counter[str] = Counter()

    @classmethod
    def build(cls, cells: Iterable[tuple[str, CellAnalysis]]) -> LinkedGraph:
        """The graph of cells given in notebook order."""
        linked = cls()
        for cell_id, analysis in cells:
            linked.analyses[cell_id] = analysis
            linked._defined.update(analysis.functions.keys())
            linked.graph.append(cell_id, Uses.of(analysis))
        linked.link(linked.analyses)
        return linked

    def insert(self, cell_id: str, analysis: CellAnalysis, after: str | None) -> set[str]:
        """Add a cell; the cells whose edges may have changed."""
        self._add(cell_id, analysis, after)
        return self._relink({cell_id} | self.neighbours(cell_id))

    def update(self, cell_id: str, analysis: CellAnalysis, observed: Observed = NOTHING_OBSERVED) -> set[str]:
        """Replace what is known of a cell; the cells whose edges may have changed, empty when nothing did."""
        known = self.analyses[cell_id]
        is_known = analysis is known or analysis == known
        if is_known and observed == self._observed.get(cell_id, NOTHING_OBSERVED):
            return set()
        self._defined.subtract(known.functions.keys())
        self._defined.update(analysis.functions.keys())
        self.analyses[cell_id] = analysis
        self._observed[cell_id] = observed
        uses = self._uses(cell_id)
        if uses == self.graph.uses(cell_id) and analysis.functions == known.functions:
            return {cell_id}  # another value of the same names: nobody else's uses follow from it
        before = self.neighbours(cell_id)
        self.graph.update(cell_id, uses)
        return self._relink({cell_id} | before | self.neighbours(cell_id))

    def remove(self, cell_id: str) -> set[str]:
        """Take a cell out; the cells whose edges may have changed."""
        before = self.neighbours(cell_id)
        self.graph.remove(cell_id)
        self._defined.subtract(self.analyses.pop(cell_id).functions.keys())
        self._observed.pop(cell_id, None)
        return self._relink(before)

    def reorder(self, order: Sequence[str]) -> None:
        """Give all cells a new order."""
        self.graph.reorder(order)
        self.link(self.analyses)

    def neighbours(self, cell_id: str) -> set[str]:
        """Cells with an edge to or from this one."""
        return self.graph.parent_ids(cell_id) | self.graph.child_ids(cell_id)

    def link(self, cell_ids: Iterable[str]) -> set[str]:
        """Work out anew what cells use; those for which that changed."""
        changed = set()
        for cell_id in cell_ids:
            uses = self._uses(cell_id)
            if uses != self.graph.uses(cell_id):
                self.graph.update(cell_id, uses)
                changed.add(cell_id)
        return changed

    def _add(self, cell_id: str, analysis: CellAnalysis, after: str | None) -> None:
        self.analyses[cell_id] = analysis
        self._defined.update(analysis.functions.keys())
        self.graph.insert(cell_id, Uses.of(analysis), after)

    def _relink(self, concerned: set[str]) -> set[str]:
        """Follow calls anew in the cells concerned; a change of theirs concerns their neighbours in turn."""
        waiting, done = set(concerned), set(concerned)
        while waiting:
            changed = self.link(waiting)
            waiting = {other for cell_id in changed for other in self.neighbours(cell_id)} - done
            done |= waiting
        return done

    def _uses(self, cell_id: str) -> Uses:
        analysis = self.analyses[cell_id]
        own = Uses.of(analysis, self._observed.get(cell_id, NOTHING_OBSERVED))
        if not any(self._defined[name] for name in analysis.reads - analysis.deferred):
            return own
        reads: set[Key] = set(own.reads)
        writes: set[Key] = set(own.writes)
        for name in self._followed(cell_id, analysis.reads - analysis.deferred):
            for effects in self._definitions(cell_id, name):
                reads |= effects.reads | effects.mutates
                writes |= effects.writes | effects.mutates
        return Uses(frozenset(reads), frozenset(writes), own.kills)

    def _followed(self, cell_id: str, names: frozenset[str]) -> Iterator[str]:
        """The names a cell uses, and those that what it uses uses, each once."""
        seen = set(names)
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            yield name
            for effects in self._definitions(cell_id, name):
                fresh = effects.reads - seen
                seen |= fresh
                waiting.extend(fresh)

    def _definitions(self, cell_id: str, name: str) -> list[FunctionEffects]:
        found = (self.analyses[writer].functions.get(name) for writer in self.graph.reaching_writers(cell_id, name))
        return [effects for effects in found if effects is not None]
