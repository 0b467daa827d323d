"""What is answered about a live notebook: frozen pictures of a view, field by field as schema.graphql has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sept_ext.core.cells import Problem, Relation, Span
from sept_ext.core.edge_status import grouped, status_of_all
from sept_ext.core.graph import Edge, key_label
from sept_ext.core.plan import Plan, PlanKind, PlanStep
from sept_ext.core.staleness import Notebook
from sept_ext.core.traversal import downstream_counts

from .live_runs import ObservationStatus
from .live_view import NotebookView
from .live_words import explain_reason, explain_status, summarize_plan

_OBSERVATIONS: dict[ObservationStatus, str | None] = {
    "observed": None,
    "no_kernel": "No kernel is running, so it is not known what has run.",
    "not_observed": "This kernel does not tell what its cells do: sept-ext is not installed in its environment, or it"
    " runs another language. Dependencies are shown from the text; staleness is not.",
}


_TWICE = "Some cells have the same id. Sept tells them apart by their order; saving with new ids mends it."
_NO_IDS = (
    "The cells have no ids (the file is older than nbformat 4.5), so comments would lose their cells. Sharing the"
    " notebook gives them ids."
)


@dataclass(frozen=True, slots=True)
class Observation:
    """Whether the kernel reports its runs."""

    status: ObservationStatus
    message: str | None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something odd about the file."""

    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class NameUse:
    """A name and where it stands in the cell."""

    name: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class ReasonView:
    """A stale reason with its sentence."""

    kind: str
    name: str | None
    cell_id: str | None
    at: datetime | None
    message: str


@dataclass(frozen=True, slots=True)
class Dependency:
    """A neighbour in the graph and the names that tie the two."""

    cell_id: str
    names: tuple[str, ...]
    status: str


@dataclass(frozen=True, slots=True)
class CellState:
    """All that a badge and the Dependencies panel show of one code cell."""

    id: str
    index: int
    language: str
    state: str
    execution_count: int | None
    reads: tuple[NameUse, ...]
    writes: tuple[NameUse, ...]
    relations_read: tuple[Relation, ...]
    relations_written: tuple[Relation, ...]
    problems: tuple[Problem, ...]
    is_broken: bool
    is_opaque: bool
    reasons: tuple[ReasonView, ...]
    explanation: str
    upstream: tuple[Dependency, ...]
    downstream: tuple[Dependency, ...]
    downstream_count: int
    finished_at: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Frame:
    """A dataframe of the kernel; `columns` None: not known."""

    name: str
    columns: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class NotebookState:
    """A document with the states of its (changed) cells. `notebook_id` leads to the project.

    `frames`: the kernel's dataframes; None: those of the answer before.
    """

    path: str
    revision: int
    observation: Observation
    cells: tuple[CellState, ...]
    stale_count: int
    notices: tuple[Notice, ...] = ()
    notebook_id: str | None = None
    frames: tuple[Frame, ...] | None = None

    @classmethod
    def empty(cls, path: str) -> NotebookState:
        """Answer to a part of a synchronisation."""
        return cls(path, 0, Observation("observed", None), (), 0)


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan with its sentence."""

    kind: PlanKind
    steps: tuple[PlanStep, ...]
    summary: str


def state_of(view: NotebookView, observation: ObservationStatus, since: int | None) -> NotebookState:
    """The picture of a view; the caller holds its lock."""
    listed = view.changed_since(since)
    counts, notebook = downstream_counts(view.graph, listed), view.notebook
    return NotebookState(
        path=view.path,
        revision=view.revision,
        observation=Observation(observation, _OBSERVATIONS[observation]),
        cells=tuple(_cell_state(view, notebook, cell_id, counts[cell_id]) for cell_id in listed),
        stale_count=sum(status.is_stale for status in view.statuses.values()),
        notices=_notices(view),
        notebook_id=view.notebook_id,
        frames=None if since is not None and view.frames_at <= since else _frames(view),
    )


def _frames(view: NotebookView) -> tuple[Frame, ...]:
    return tuple(Frame(name, columns) for name, columns in sorted(view.frames.items()))


def plan_view(view: NotebookView, plan: Plan) -> PlanView:
    """A plan as it is shown."""
    return PlanView(plan.kind, plan.steps, summarize_plan(view, plan))


def _cell_state(view: NotebookView, notebook: Notebook, cell_id: str, downstream_count: int) -> CellState:
    analysis, status = view.analyses[cell_id], view.status(cell_id)
    record = view.history.runs.get(cell_id)
    facts: dict[str, Any] = {}
    if record is not None:
        facts = {"execution_count": record.execution_count, "finished_at": record.finished_at, "error": record.error}
    return CellState(
        id=cell_id,
        index=view.places[cell_id],
        language=analysis.language,
        state=status.state.value,
        execution_count=facts.get("execution_count"),
        reads=_names(analysis.reads, analysis.read_spans),
        writes=_names(analysis.writes, analysis.write_spans),
        relations_read=_relations(analysis.relations_read),
        relations_written=_relations(analysis.relations_written),
        problems=analysis.problems,
        is_broken=analysis.is_broken,
        is_opaque=analysis.is_opaque,
        reasons=tuple(
            ReasonView(r.kind.value, r.name, r.cell_id, r.at, explain_reason(view, r)) for r in status.reasons
        ),
        explanation=explain_status(view, cell_id, status),
        upstream=_dependencies(notebook, grouped(view.graph.parents(cell_id), of="writer")),
        downstream=_dependencies(notebook, grouped(view.graph.children(cell_id), of="reader")),
        downstream_count=downstream_count,
        finished_at=facts.get("finished_at"),
        error=facts.get("error"),
    )


def _names(names: frozenset[str], spans: Mapping[str, tuple[Span, ...]]) -> tuple[NameUse, ...]:
    """Names in the order in which they stand in the text; those found in strings come last."""
    found = (NameUse(name, tuple(spans.get(name, ()))) for name in names)
    return tuple(sorted(found, key=lambda use: (not use.spans, use.spans[:1], use.name)))


def _relations(relations: frozenset[Relation]) -> tuple[Relation, ...]:
    return tuple(sorted(relations, key=lambda relation: (relation.connection or "", relation.name)))


def _dependencies(notebook: Notebook, groups: Mapping[str, tuple[Edge, ...]]) -> tuple[Dependency, ...]:
    return tuple(
        Dependency(cell_id, tuple(key_label(edge.key) for edge in edges), status_of_all(notebook, edges).value)
        for cell_id, edges in groups.items()
    )


def _notices(view: NotebookView) -> tuple[Notice, ...]:
    if any("~" in cell_id and cell_id.rsplit("~", 1)[0] in view.cells for cell_id in view.order):
        return (Notice("duplicate_cell_ids", _TWICE),)
    return ()


def notices_of_file(notebook: Mapping[str, Any]) -> tuple[Notice, ...]:
    """What is odd about the ids in a notebook's JSON."""
    ids = [cell.get("id") for cell in notebook.get("cells", ())]
    notices = []
    if not all(ids):
        notices.append(Notice("no_cell_ids", _NO_IDS))
    given = [cell_id for cell_id in ids if cell_id]
    if len(set(given)) != len(given):
        notices.append(Notice("duplicate_cell_ids", _TWICE))
    return tuple(notices)
