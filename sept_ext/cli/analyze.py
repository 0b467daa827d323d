"""`jupyter sept analyze`: the dependencies of a notebook, from its text alone."""

from __future__ import annotations

import json
from typing import Any

from sept_ext.core import analyze_cell
from sept_ext.core.cells import Cell, CellAnalysis, Problem
from sept_ext.core.graph import DependencyGraph, key_label
from sept_ext.core.linked_graph import LinkedGraph
from sept_ext.core.traversal import topological_order
from sept_ext.services.notebook_json import cells_of

from .notebook_file import read_notebook


def analyze(path: str, *, as_json: bool) -> int:
    """Print what each code cell reads, writes and depends on. Raises BadInput for a file that is no notebook."""
    found = analysis_of(cells_of(read_notebook(path)))
    print(json.dumps(found, indent=1) if as_json else _for_people(found))
    return 0


def analysis_of(cells: list[Cell]) -> dict[str, Any]:
    """`{"cells": [{"id", "reads", "writes", "parents", "children", "problems"}], "order": [...]}` of code cells."""
    analyses = {cell.id: analyze_cell(cell.source) for cell in cells if cell.type == "code"}
    graph = LinkedGraph.build(analyses.items()).graph
    return {
        "cells": [_cell(graph, cell_id, analysis) for cell_id, analysis in analyses.items()],
        "order": topological_order(graph, analyses),
    }


def _cell(graph: DependencyGraph, cell_id: str, analysis: CellAnalysis) -> dict[str, Any]:
    return {
        "id": cell_id,
        "reads": sorted(analysis.reads),
        "writes": sorted(analysis.writes),
        "relations_read": sorted(key_label(relation) for relation in analysis.relations_read),
        "relations_written": sorted(key_label(relation) for relation in analysis.relations_written),
        "parents": topological_order(graph, graph.parent_ids(cell_id)),
        "children": topological_order(graph, graph.child_ids(cell_id)),
        "problems": [_problem(problem) for problem in analysis.problems],
    }


def _problem(problem: Problem) -> dict[str, Any]:
    place = {} if problem.span is None else {"line": problem.span.line, "column": problem.span.column}
    return {"kind": problem.kind, "message": problem.message, **place}


def _for_people(found: dict[str, Any]) -> str:
    numbers = {cell["id"]: number for number, cell in enumerate(found["cells"], start=1)}
    lines = []
    for cell in found["cells"]:
        parts = [f"{part} {', '.join(cell[part])}" for part in ("reads", "writes") if cell[part]]
        if cell["parents"]:
            parts.append("after " + ", ".join(str(numbers[parent]) for parent in cell["parents"]))
        parts += [problem["message"] for problem in cell["problems"]]
        lines.append(f"{numbers[cell['id']]:>4}  {cell['id']}  " + ("; ".join(parts) or "touches no names"))
    return "\n".join(lines) or "This notebook has no code cells."
