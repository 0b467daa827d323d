"""Walks over whole graphs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sept_ext.core import analyze_cell
from sept_ext.core.graph import DependencyGraph, Uses
from sept_ext.core.traversal import downstream, downstream_counts

NAMES = st.sampled_from("abcdef")
SOURCES = st.builds(
    lambda written, read: f"{written} = f({', '.join(sorted(read))})", NAMES, st.sets(NAMES, max_size=3)
)


@given(st.lists(SOURCES, max_size=20))
def test_counting_for_all_cells_at_once_gives_what_walking_gives(sources: list[str]) -> None:
    graph = DependencyGraph.build((f"c{n}", Uses.of(analyze_cell(text))) for n, text in enumerate(sources))
    walked = {cell_id: len(downstream(graph, cell_id)) for cell_id in graph.order()}
    assert downstream_counts(graph, list(graph.order())) == walked
    some = list(graph.order())[:3]
    assert downstream_counts(graph, some) == {cell_id: walked[cell_id] for cell_id in some}
