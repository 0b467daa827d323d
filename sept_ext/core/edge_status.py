"""How a dependency is known: from the text alone, seen in runs, or refuted by one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

from .graph import Edge, key_label
from .history import RunRecord
from .staleness import Notebook, did_not_write


class EdgeStatus(StrEnum):
    """The status of a dependency; the meaning of each is told in `schema.graphql`."""

    STATIC = "static"
    OBSERVED = "observed"
    REFUTED = "refuted"


def edge_status(notebook: Notebook, edge: Edge) -> EdgeStatus:
    """What the last runs of both ends say of one name; runs of another text than the present say nothing."""
    if did_not_write(notebook, edge.writer, edge.key):
        return EdgeStatus.REFUTED
    writer, reader = _present_run(notebook, edge.writer), _present_run(notebook, edge.reader)
    if writer is None or reader is None or edge.key not in writer.wrote:
        return EdgeStatus.STATIC
    seen = notebook.history.seen(reader, edge.key)
    return EdgeStatus.OBSERVED if seen is not None and seen.cell_id == edge.writer else EdgeStatus.STATIC


def status_of_all(notebook: Notebook, edges: Collection[Edge]) -> EdgeStatus:
    """The status of several names between the same two cells: seen if one was, refuted if all were."""
    found = {edge_status(notebook, edge) for edge in edges}
    if EdgeStatus.OBSERVED in found:
        return EdgeStatus.OBSERVED
    return EdgeStatus.REFUTED if found == {EdgeStatus.REFUTED} else EdgeStatus.STATIC


def grouped(edges: Collection[Edge], *, of: str) -> Mapping[str, tuple[Edge, ...]]:
    """Edges by their other end, each group sorted by name. `of`: "writer" or "reader"."""
    groups: dict[str, list[Edge]] = {}
    for edge in edges:
        groups.setdefault(edge.writer if of == "writer" else edge.reader, []).append(edge)
    return {cell_id: tuple(sorted(group, key=lambda e: key_label(e.key))) for cell_id, group in groups.items()}


def _present_run(notebook: Notebook, cell_id: str) -> RunRecord | None:
    record = notebook.history.runs.get(cell_id)
    return record if record is not None and record.source_hash == notebook.hashes[cell_id] else None
