"""Questions over the whole graph: what lies above, what lies below, and in which order to run.

Edges point down the notebook only (a read is bound to writers above it), so there are no cycles and notebook order
is a topological order; every result here is given in it, which is also how ties are broken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .graph import DependencyGraph


def upstream(graph: DependencyGraph, cell_id: str) -> list[str]:
    """All cells a cell depends on, directly or not, without itself, in notebook order."""
    return _closure(graph, [cell_id], graph.parent_ids)


def downstream(graph: DependencyGraph, cell_id: str) -> list[str]:
    """All cells that depend on a cell, directly or not, without itself, in notebook order."""
    return _closure(graph, [cell_id], graph.child_ids)


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
