"""How a dependency is known, told on a toy kernel."""

from __future__ import annotations

from sept_ext.core.edge_status import EdgeStatus, edge_status, status_of_all
from sept_ext.core.graph import Edge

from .toy_kernel import ToyNotebook, toy


def two_cells() -> ToyNotebook:
    return ToyNotebook({"make": toy("make", writes="x"), "show": toy("show", reads="x")})


def test_before_a_run_a_dependency_is_known_from_the_text_only() -> None:
    assert edge_status(two_cells().notebook, Edge("make", "show", "x")) is EdgeStatus.STATIC


def test_runs_of_both_ends_show_a_dependency() -> None:
    notebook = two_cells()
    notebook.run_all()
    assert edge_status(notebook.notebook, Edge("make", "show", "x")) is EdgeStatus.OBSERVED


def test_an_edited_end_is_known_from_its_text_again() -> None:
    notebook = two_cells()
    notebook.run_all()
    notebook.edit("show", toy("show again", reads="x"))
    assert edge_status(notebook.notebook, Edge("make", "show", "x")) is EdgeStatus.STATIC


def test_a_writer_that_ran_and_did_not_write_refutes() -> None:
    notebook = two_cells()
    notebook.run_all()
    edge = Edge("make", "show", "y")
    assert edge_status(notebook.notebook, edge) is EdgeStatus.REFUTED
    assert status_of_all(notebook.notebook, [edge]) is EdgeStatus.REFUTED
    assert status_of_all(notebook.notebook, [edge, Edge("make", "show", "x")]) is EdgeStatus.OBSERVED
