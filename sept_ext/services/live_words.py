"""How the live states are said to people: one sentence for a state, a reason, a plan."""

from __future__ import annotations

from datetime import datetime

from sept_ext.core.plan import Plan, PlanKind, PlanReason
from sept_ext.core.staleness import CellStatus, ExecutionState, StaleReason, StaleReasonKind

from .live_view import NotebookView

_STATES = {
    ExecutionState.IDLE: "Not run in this kernel session.",
    ExecutionState.RUNNING: "Running.",
    ExecutionState.SUCCESS: "Up to date.",
}


_LONGEST_CHAIN = 50


def cell_label(view: NotebookView, cell_id: str | None) -> str:
    """How people know a cell: `[3]` by its run's number, else `cell 4` by its place."""
    record = view.history.runs.get(cell_id or "")
    if record is not None and record.execution_count is not None:
        return f"[{record.execution_count}]"
    if cell_id in view.places:
        return f"cell {view.places[cell_id] + 1}"
    return "a cell that is not in the notebook"


def explain_status(view: NotebookView, cell_id: str, status: CellStatus) -> str:
    """One sentence on a cell's state."""
    if status.is_stale:
        return f"Stale: {explain_reason(view, status.reasons[0])}"
    if status.state is ExecutionState.ERROR:
        record = view.history.runs.get(cell_id)
        return f"Failed: {record.error}" if record is not None and record.error else "Failed."
    return _STATES[status.state]


def explain_reason(view: NotebookView, reason: StaleReason) -> str:
    """One sentence on a reason, beginning in lower case where a name or a cell comes first."""
    name, other = f"`{reason.name}`", cell_label(view, reason.cell_id)
    when = f" at {_time(reason.at)}" if reason.at is not None else ""
    if reason.kind is StaleReasonKind.UPSTREAM_STALE:
        return f"{other}, which writes {name}, is stale{_origin(view, reason)}."
    return {
        StaleReasonKind.EDITED: "its text changed since it ran.",
        StaleReasonKind.REWRITTEN: f"{name} was rewritten by {other}{when}, after this ran.",
        StaleReasonKind.OTHER_WRITER: f"it read another {name} than the one of {other} above it.",
        StaleReasonKind.WRITER_GONE: f"no cell above writes {name} any more; it came from {other}.",
        StaleReasonKind.UPSTREAM_NOT_RUN: f"{other}, which writes {name}, {_did_not_run(view, reason.cell_id)}.",
        StaleReasonKind.MARKED: f"it was marked{when}.",
    }[reason.kind]


def _origin(view: NotebookView, reason: StaleReason) -> str:
    """Where a chain of stale cells begins, and why: what a person would have to look at."""
    chain = [reason]
    while chain[-1].kind is StaleReasonKind.UPSTREAM_STALE:
        above = view.status(chain[-1].cell_id or "").reasons
        if not above or len(chain) == _LONGEST_CHAIN:  # it runs just now, or nobody would read so far
            return ""
        chain.append(above[0])
    cause = explain_reason(view, chain[-1]).rstrip(".")
    if len(chain) == 2:
        return f": {cause}"
    links = [f"`{link.name}` of {cell_label(view, link.cell_id)}" for link in chain[1:-1]]
    through = ", ".join(links if len(links) <= 3 else [links[0], "...", links[-1]])
    return f", through {through}: {cause}"


def summarize_plan(view: NotebookView, plan: Plan) -> str:
    """What a plan would run: `3 stale cells, and [2] again to rebuild df`."""
    if not plan.steps:
        return "Everything is up to date."
    main = [step for step in plan.steps if step.reason is not PlanReason.REBUILD]
    noun = "stale cell" if plan.kind is PlanKind.STALE and all(s.reason is PlanReason.STALE for s in main) else "cell"
    text = f"{len(main)} {noun}{'' if len(main) == 1 else 's'}"
    rebuilt = [step for step in plan.steps if step.reason is PlanReason.REBUILD]
    if not rebuilt:
        return text + _forgotten(plan)
    labels = ", ".join(cell_label(view, step.cell_id) for step in rebuilt[:3])
    more = f" and {len(rebuilt) - 3} more" if len(rebuilt) > 3 else ""
    names = sorted({name for step in rebuilt for name in step.names})
    return f"{text}, and {labels}{more} again to rebuild {', '.join(names[:3])}{_forgotten(plan)}"


def _forgotten(plan: Plan) -> str:
    names = sorted({name for step in plan.steps for name in step.forgets})
    if not names:
        return ""
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"; takes {', '.join(names[:3])}{more} out of the kernel, which no cell above writes any more"


def _did_not_run(view: NotebookView, cell_id: str | None) -> str:
    record = view.history.runs.get(cell_id or "")
    return "failed" if record is not None and record.status == "error" else "has not run"


def _time(at: datetime) -> str:
    return at.astimezone().strftime("%H:%M:%S")
