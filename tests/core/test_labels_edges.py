"""Edges of small notebooks against hand-written labels (tests/cases/notebooks)."""

from __future__ import annotations

import random

import pytest

from sept_ext.core import analyze_cell
from sept_ext.core.linked_graph import LinkedGraph

from .case_files import Notebook, read_notebooks

ALL = read_notebooks("notebooks")
NOTEBOOKS = [notebook for notebook in ALL if not notebook.missed]


def edges_of(linked: LinkedGraph) -> frozenset[str]:
    graph = linked.graph
    return frozenset(f"{parent}>{cell_id}" for cell_id in graph.order() for parent in graph.parent_ids(cell_id))


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=str)
def test_a_notebook_has_exactly_the_edges_of_its_label(notebook: Notebook) -> None:
    linked = LinkedGraph.build((str(place), analyze_cell(source)) for place, source in enumerate(notebook.cells))
    assert edges_of(linked) == notebook.edges


def test_there_are_enough_notebooks() -> None:
    assert len(NOTEBOOKS) >= 60
    assert len(NOTEBOOKS) / len(ALL) >= 0.95


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=str)
def test_typing_a_notebook_in_any_order_gives_the_same_graph(notebook: Notebook) -> None:
    """Cells come one by one in a random order, as another text first; then one is taken out and put back."""
    chance = random.Random(notebook.title)
    places = list(range(len(notebook.cells)))
    chance.shuffle(places)
    linked = LinkedGraph()
    order: list[str] = []
    for place in places:
        above = [other for other in order if int(other) < place]
        order.insert(len(above), str(place))
        linked.insert(str(place), analyze_cell(chance.choice(notebook.cells)), above[-1] if above else None)
    for place in chance.sample(places, len(places)):
        linked.update(str(place), analyze_cell(notebook.cells[place]))
    moved = str(chance.choice(places))
    linked.remove(moved)
    linked.insert(moved, analyze_cell(notebook.cells[int(moved)]), str(int(moved) - 1) if moved != "0" else None)
    assert edges_of(linked) == notebook.edges
