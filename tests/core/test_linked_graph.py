"""Edges of whole notebooks, with calls followed through other cells. Each row is a notebook and its edges."""

from __future__ import annotations

import random

import pytest

from sept_ext.core import analyze_cell
from sept_ext.core.linked_graph import LinkedGraph

NOTEBOOKS: list[tuple[str, list[str], list[str]]] = [
    ("a chain", ["x = 1", "y = x", "print(y)"], ["0>1", "1>2"]),
    ("the nearest writer above counts", ["x = 1", "x = 2", "print(x)"], ["1>2"]),
    ("a conditional writer does not hide the one above", ["x = 1", "if c: x = 2", "print(x)"], ["0>2", "1>2"]),
    ("a mutation is between its writer and its reader", ["xs = []", "xs.append(1)", "xs"], ["0>1", "0>2", "1>2"]),
    ("a function's globals are read where it is called", ["def f(): return x", "x = 1", "f()"], ["0>2", "1>2"]),
    (
        "through another function",
        ["def f(): return x", "def g(): return f()", "x = 1", "g()"],
        ["0>1", "0>3", "1>3", "2>3"],
    ),
    (
        "a function that writes a global writes it for its caller",
        ["def bump():\n    global n\n    n += 1", "n = 0", "bump()", "n"],
        ["0>2", "1>2", "2>3"],
    ),
    ("a function that mutates a global", ["xs = []", "def add(): xs.append(1)", "add()", "xs"],
     ["0>1", "0>2", "0>3", "1>2", "2>3"]),
    ("methods of a class", ["class A:\n    def m(self): return k", "k = 1", "a = A()", "a.m()"],
     ["0>2", "1>3", "2>3"]),
    ("recursion ends", ["def f(n): return f(n - 1) + x", "x = 1", "f(3)"], ["0>2", "1>2"]),
    ("mutual recursion ends", ["def f(): return g()", "def g(): return f() + x", "x = 1", "f()"],
     ["0>1", "0>3", "1>3", "2>3"]),
    ("sql reads frames and parameters", ["df = 1", "t = 2", "%%sql r <<\nselect * from df where a > {{ t }}", "r"],
     ["0>2", "1>2", "2>3"]),
]  # fmt: skip


def edges_of(linked: LinkedGraph) -> list[str]:
    graph = linked.graph
    return sorted(f"{parent}>{cell_id}" for cell_id in graph.order() for parent in graph.parent_ids(cell_id))


@pytest.mark.parametrize(("name", "cells", "edges"), NOTEBOOKS, ids=[row[0] for row in NOTEBOOKS])
def test_a_notebook_has_exactly_these_edges(name: str, cells: list[str], edges: list[str]) -> None:
    linked = LinkedGraph.build((str(place), analyze_cell(source)) for place, source in enumerate(cells))
    assert edges_of(linked) == edges


SOURCES = sorted({source for _, cells, _ in NOTEBOOKS for source in cells})


@pytest.mark.parametrize("seed", range(40))
def test_edits_insertions_and_deletions_in_any_order_give_the_graph_of_the_result(seed: int) -> None:
    chance = random.Random(seed)
    linked, order, texts = LinkedGraph(), [], {}
    for number in range(40):
        act = chance.choice(["insert", "insert", "edit", "remove", "reorder"]) if order else "insert"
        source = chance.choice(SOURCES)
        if act == "insert":
            after = chance.choice([None, *order])
            cell_id = str(number)
            order.insert(order.index(after) + 1 if after else 0, cell_id)
            texts[cell_id] = source
            linked.insert(cell_id, analyze_cell(source), after)
        elif act == "edit":
            texts[chosen := chance.choice(order)] = source
            linked.update(chosen, analyze_cell(source))
        elif act == "remove":
            order.remove(chosen := chance.choice(order))
            linked.remove(chosen)
        else:
            chance.shuffle(order)
            linked.reorder(order)
        fresh = LinkedGraph.build((cell_id, analyze_cell(texts[cell_id])) for cell_id in order)
        assert edges_of(linked) == edges_of(fresh)
