"""Questions over the whole graph: what lies above, what lies below, and in which order to run.

Edges point down the notebook only (a read is bound to writers above it), so there are no cycles and notebook order
is a topological order; every result here is given in it, which is also how ties are broken.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from .graph import DependencyGraph

_FEW = 8


def upstream(graph: DependencyGraph, cell_id: str) -> list[str]:
    """All cells a cell depends on, directly or not, without itself, in notebook order."""
    return _closure(graph, [cell_id], graph.parent_ids)


def downstream(graph: DependencyGraph, cell_id: str) -> list[str]:
    """All cells that depend on a cell, directly or not, without itself, in notebook order."""
    return _closure(graph, [cell_id], graph.child_ids)


def downstream_counts(graph: DependencyGraph, cell_ids: Collection[str]) -> dict[str, int]:
    """How many cells lie downstream of each of the given ones.

    For a few by walking; for many in one pass up the notebook over sets of bits, since the walks of all cells of a
    chain together grow with the square of its length.
    """
    if len(cell_ids) <= _FEW:
        return {cell_id: len(downstream(graph, cell_id)) for cell_id in cell_ids}
    below: dict[str, int] = {}
    for place, cell_id in enumerate(reversed(list(graph.order()))):
        reached = 0
        for child in graph.child_ids(cell_id):
            reached |= below[child]
        below[cell_id] = reached | 1 << place  # with the cell's own bit, which does not count
    return {cell_id: below[cell_id].bit_count() - 1 for cell_id in cell_ids}


def topological_order(graph: DependencyGraph, cell_ids: Iterable[str]) -> list[str]:
    """The given cells, each after everything it depends on; ties by notebook order."""
    return sorted(set(cell_ids), key=graph.position)


def _closure(graph: DependencyGraph, start: Iterable[str], neighbours: Callable[[str], set[str]]) -> list[str]:
    roots = set(start)
    seen = set(roots)
    waiting = list(roots)
    while waiting:
        for other in neighbours(waiting.pop()):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return topological_order(graph, seen - roots)
