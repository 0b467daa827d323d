"""The graph of a notebook with calls and aliases followed: what a function does counts for the cells that use it.

`analyze_cell` knows one text. A cell that says `area(2)` does not show that `area`, defined elsewhere, reads `PI`;
nor does `b.append(1)` show that `b` is the list another cell knows as `a`. So a cell that uses names under which
cells above leave functions, classes, aliases or texts is read once more, knowing those values (`cell_leaves`). A name
that a function reads is bound where the function is used, as Python does.

Edges point down the notebook, so one pass from the top settles what a change concerns.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from .cell_analysis import analyze_below
from .cell_leaves import LeftValues
from .cells import CellAnalysis, FunctionEffects
from .graph import DependencyGraph, Key, Uses
from .hidden_state import DISPLAY
from .observed import NOTHING_OBSERVED, Observed
from .python_names import BUILTIN_NAMES
from .python_values import Value, outer, union


@dataclass(frozen=True, slots=True)
class _Reading:
    """A cell read with what is above it: `asked` is what it wanted to know, `analysis` what came of it."""

    text: CellAnalysis
    asked: Mapping[str, Value | None]
    analysis: CellAnalysis


class LinkedGraph:
    """Analyses by cell and the dependency graph that follows from them, kept up to date together.

    `observed`: what a run of a cell's present text was seen to do, besides what the text tells.
    """

    def __init__(self) -> None:
        self.graph = DependencyGraph()
        self.analyses: dict[str, CellAnalysis] = {}
        self._observed: dict[str, Observed] = {}
        self._left = LeftValues()
        self._readings: dict[str, _Reading] = {}
        # How many cells define a function of a name: most names have none, and need no looking up.
        self._defined: Counter[str] = Counter()
        # Builtin names to which some cell gives, or gave, another meaning.
        self._shadowed: set[str] = set()
        # Cells that run code nobody can know through what the cells above define.
        self.opaque: set[str] = set()

    @classmethod
    def build(cls, cells: Iterable[tuple[str, CellAnalysis]]) -> LinkedGraph:
        """The graph of cells given in notebook order."""
        linked = cls()
        cells = list(cells)
        for _, analysis in cells:
            linked._shadowed |= analysis.writes & BUILTIN_NAMES
        for cell_id, analysis in cells:
            linked._know(cell_id, analysis)
            linked.graph.append(cell_id, Uses.of(analysis))
            linked.link([cell_id])
        return linked

    def insert(self, cell_id: str, analysis: CellAnalysis, after: str | None) -> set[str]:
        """Add a cell; the cells whose edges may have changed."""
        shadows = self._know(cell_id, analysis)
        self.graph.insert(cell_id, Uses.of(analysis), after)
        self.link([cell_id])
        return self._relink({cell_id} | shadows | self._concerned(cell_id))

    def update(self, cell_id: str, analysis: CellAnalysis, observed: Observed = NOTHING_OBSERVED) -> set[str]:
        """Replace what is known of a cell; the cells whose edges may have changed, empty when nothing did."""
        known = self.analyses[cell_id]
        is_known = analysis is known or analysis == known
        seen = self._observed.get(cell_id, NOTHING_OBSERVED)
        if is_known and observed == seen:
            return set()
        self._forget(cell_id)
        shadows = self._know(cell_id, analysis, observed)
        before, left = self.graph.uses(cell_id), self._left.of(cell_id)
        uses, leaves = self._follow(cell_id)
        if (
            uses == before
            and leaves == left
            and not shadows
            and (analysis.functions, observed.functions) == (known.functions, seen.functions)
        ):
            return {cell_id}  # another value of the same names: nobody else's uses follow from it
        concerned = self._concerned(cell_id)
        self.graph.update(cell_id, uses)
        self._left.put(cell_id, leaves)
        return self._relink({cell_id} | shadows | concerned | self._concerned(cell_id))

    def remove(self, cell_id: str) -> set[str]:
        """Take a cell out; the cells whose edges may have changed."""
        concerned = self._concerned(cell_id)
        self._left.put(cell_id, {})
        self.graph.remove(cell_id)
        self._forget(cell_id)
        self._readings.pop(cell_id, None)
        self.opaque.discard(cell_id)
        return self._relink(concerned - {cell_id})

    def reorder(self, order: Sequence[str]) -> None:
        """Give all cells a new order."""
        self.graph.reorder(order)
        self.link(order)

    def neighbours(self, cell_id: str) -> set[str]:
        """Cells with an edge to or from this one."""
        return self.graph.parent_ids(cell_id) | self.graph.child_ids(cell_id)

    def link(self, cell_ids: Iterable[str]) -> None:
        """Work out anew what cells, given from top to bottom, use and leave."""
        for cell_id in cell_ids:
            self._settle(cell_id, *self._follow(cell_id))

    def _settle(self, cell_id: str, uses: Uses, leaves: Mapping[str, Value]) -> None:
        if uses != self.graph.uses(cell_id):
            self.graph.update(cell_id, uses)
        if leaves != self._left.of(cell_id):
            self._left.put(cell_id, leaves)

    def _know(self, cell_id: str, analysis: CellAnalysis, observed: Observed = NOTHING_OBSERVED) -> set[str]:
        """Keep a cell's analysis; the cells that use a builtin name which it is the first to give another meaning."""
        self.analyses[cell_id] = analysis
        self._observed[cell_id] = observed
        self._defined.update(analysis.functions.keys() | observed.functions.keys())
        shadowed = ((analysis.writes | observed.writes) & BUILTIN_NAMES) - self._shadowed
        if not shadowed:
            return set()
        self._shadowed |= shadowed
        return {other for other, known in self.analyses.items() if known.provided & shadowed} - {cell_id}

    def _forget(self, cell_id: str) -> None:
        analysis, observed = self.analyses.pop(cell_id), self._observed.pop(cell_id)
        self._defined.subtract(analysis.functions.keys() | observed.functions.keys())

    def _concerned(self, cell_id: str) -> set[str]:
        """Cells whose uses may follow from what this one is: neighbours, and those that change an object of it."""
        found = self.neighbours(cell_id)
        for value in self._left.of(cell_id).values():
            for origin in value.origins | value.inner | value.deep:
                found.update(self.graph.reached_readers(cell_id, origin))
        for key in self.graph.uses(cell_id).writes:
            for holder, names in self._left.cells_aliasing(key) if isinstance(key, str) else ():
                for name in names:
                    found.update(self.graph.reached_readers(holder, name))
        return found

    def _relink(self, concerned: set[str]) -> set[str]:
        """Follow calls anew in the cells concerned, from the top; a change of one concerns cells below it."""
        done = set(concerned)
        waiting = [(self.graph.position(cell_id), cell_id) for cell_id in concerned if self._may_follow(cell_id)]
        heapq.heapify(waiting)
        while waiting:
            _, cell_id = heapq.heappop(waiting)
            uses, leaves = self._follow(cell_id)
            if uses == self.graph.uses(cell_id) and leaves == self._left.of(cell_id):
                continue
            others = self._concerned(cell_id)
            self._settle(cell_id, uses, leaves)
            for other in (others | self._concerned(cell_id)) - done:
                done.add(other)
                if self._may_follow(other):
                    heapq.heappush(waiting, (self.graph.position(other), other))
        return done

    def _may_follow(self, cell_id: str) -> bool:
        """Whether the cell's uses follow from more than its text, or did once; most cells' never do."""
        analysis = self.analyses[cell_id]
        if self._shadowed and not analysis.provided.isdisjoint(self._shadowed):
            return True
        return any(name in self._defined or self._left.ever_knew(name) for name in analysis.reads)

    def _follow(self, cell_id: str) -> tuple[Uses, Mapping[str, Value]]:
        """What a cell uses and leaves, with what the cells above leave taken into account."""
        analysis = self._read_below(cell_id)
        (self.opaque.add if analysis.is_opaque else self.opaque.discard)(cell_id)
        own = Uses.of(analysis, self._observed.get(cell_id, NOTHING_OBSERVED))
        reads: set[Key] = set(own.reads)
        writes: set[Key] = set(own.writes)
        if self._shadowed:
            reads |= analysis.provided & self._shadowed
        used = analysis.reads - analysis.deferred
        if any(self._defined[name] for name in used):
            for effects in self._effects(cell_id, used):
                reads |= effects.reads | effects.mutates
                writes |= effects.writes | effects.mutates
        for name in analysis.mutates:
            writes.update(self._live_aliases(cell_id, name))
        if len(reads) == len(own.reads) and len(writes) == len(own.writes):
            return own, analysis.leaves
        return Uses(frozenset(reads), frozenset(writes), own.kills), analysis.leaves

    def _read_below(self, cell_id: str) -> CellAnalysis:
        """The analysis of a cell that knows the values it finds; the text's own where nothing is known above."""
        text = self.analyses[cell_id]
        used = text.reads | (text.provided & self._shadowed) if self._shadowed else text.reads
        if not text.text or not any(self._value_above(cell_id, name) for name in used if self._left.knows(name)):
            return text
        known = self._readings.get(cell_id)
        if (
            known is not None
            and known.text is text
            and all(self._value_above(cell_id, name) == value for name, value in known.asked.items())
        ):
            return known.analysis
        asked: dict[str, Value | None] = {}

        def context(name: str) -> Value | None:
            if name not in asked:
                asked[name] = self._value_above(cell_id, name)
            return asked[name]

        analysis = analyze_below(text.text, context) or text
        analysis = replace(analysis, functions=text.functions, problems=text.problems)
        self._readings[cell_id] = _Reading(text, asked, analysis)
        return analysis

    def _value_above(self, cell_id: str, name: str) -> Value | None:
        """What the cells above leave under a name; None if nothing is known of it."""
        if not self._left.knows(name):
            return None
        found: Value | None = None
        is_known = False
        for writer in self.graph.reaching_writers(cell_id, name):
            left = self._left.of(writer).get(name)
            if left is None and name in self.graph.uses(writer).writes - self.analyses[writer].writes:
                continue  # changed in place by another name of the object: it is the object from above
            is_known = is_known or left is not None
            value = self._as_seen(cell_id, writer, name, left) if left is not None else outer(name)
            found = value if found is None else union(found, value)
        return found if is_known else None

    def _as_seen(self, cell_id: str, writer: str, name: str, left: Value) -> Value:
        """A value left by `writer`, its other names being those that still hold the object."""
        own = frozenset((name,))
        live = frozenset(origin for origin in left.origins | left.inner | left.deep
                         if not self._is_rebound(cell_id, writer, origin))  # fmt: skip
        return left._replace(
            origins=own | (left.origins & live), inner=own | (left.inner & live), deep=left.deep & live
        )

    def _is_rebound(self, cell_id: str, since: str, name: str) -> bool:
        """Whether a cell between `since` and `cell_id` gives the name another value for certain."""
        reaching = self.graph.reaching_writers(cell_id, name)
        if not reaching or self.graph.position(reaching[-1]) <= self.graph.position(since):
            return False
        return name in self.graph.uses(reaching[-1]).kills

    def _live_aliases(self, cell_id: str, name: str) -> Iterator[str]:
        """Other names by which the object called `name` goes, or in which it is held, where a cell changes it."""
        position = self.graph.position(cell_id)
        for holder, other in self._left.aliases(name):
            if self.graph.position(holder) >= position or self._is_rebound(cell_id, holder, name):
                continue
            if holder in self.graph.reaching_writers(cell_id, other):
                yield other

    def _effects(self, cell_id: str, names: frozenset[str]) -> Iterator[FunctionEffects]:
        """What runs have shown of functions whose text does not tell, through as many definitions as it takes."""
        seen = set(names)
        waiting = list(names)
        while waiting:
            for effects in self._definitions(cell_id, waiting.pop()):
                yield effects
                fresh = effects.reads - seen
                seen |= fresh
                waiting.extend(fresh)

    def _definitions(self, cell_id: str, name: str) -> list[FunctionEffects]:
        found = []
        for writer in self.graph.reaching_writers(cell_id, name):
            seen = self._observed.get(writer, NOTHING_OBSERVED).functions.get(name)
            if seen is not None:
                found.append(seen)
            effects = self.analyses[writer].functions.get(name)
            left = self._left.of(writer).get(name)
            if effects is not None and (left is None or not (left.functions or left.members)):
                found.append(effects)
            settings = self._observed.get(writer, NOTHING_OBSERVED).settings - {DISPLAY}
            if effects is not None and settings:  # what the function asks for is read by who calls it
                found.append(FunctionEffects(settings))
        return found
