"""What a kernel session has run, and which value each name has since: the second fact beside the graph.

A *version* names a value: a digest of its content where the observer could take one, else the run that wrote it.
Two versions are equal when the values are, whoever wrote them; that gives early cut-off for free: a run that leaves
a value as it was leaves its readers fresh.

`KernelHistory` is frozen; `start` and `finish` are functions from history and event to history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from .graph import Key, Uses

RunStatus = Literal["ok", "error"]


@dataclass(frozen=True, slots=True)
class Version:
    """A value of a name. `value` is its identity; the rest tells people who wrote it and when."""

    value: str
    cell_id: str | None = field(compare=False)
    run: int = field(compare=False)
    at: datetime = field(compare=False)


@dataclass(frozen=True, slots=True)
class RunReport:
    """What the observer in the kernel tells about one finished run.

    `digests`: names it bound or changed, with a digest of the value's content, or None where none was taken.
    `deleted`: names it took away. `is_complete` is false when the cell failed before its end.
    """

    cell_id: str
    source_hash: str
    status: RunStatus
    finished_at: datetime
    execution_count: int | None = None
    digests: Mapping[str, str | None] = field(default_factory=lambda: MappingProxyType({}))
    deleted: frozenset[str] = frozenset()
    mutated: frozenset[str] = frozenset()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class RunRecord:
    """The last finished run of a cell: what it was, what it saw and what it left."""

    run: int
    cell_id: str
    source_hash: str
    status: RunStatus
    finished_at: datetime
    execution_count: int | None
    seen: Mapping[Key, Version]
    wrote: Mapping[Key, Version]
    mutated: frozenset[str]
    error: str | None = None


@dataclass(frozen=True, slots=True)
class RunStart:
    """A run under way, with the live values at its start."""

    cell_id: str
    source_hash: str
    started_at: datetime
    live: Mapping[Key, Version]


@dataclass(frozen=True, slots=True)
class KernelHistory:
    """All that staleness needs to know of one kernel session. `live`: the present value of each name written."""

    next_run: int = 1
    live: Mapping[Key, Version] = field(default_factory=lambda: MappingProxyType({}))
    runs: Mapping[str, RunRecord] = field(default_factory=lambda: MappingProxyType({}))
    running: Mapping[str, RunStart] = field(default_factory=lambda: MappingProxyType({}))
    marked: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))


def start(history: KernelHistory, cell_id: str, source_hash: str, at: datetime) -> KernelHistory:
    """A cell begins to run."""
    begun = RunStart(cell_id, source_hash, at, history.live)
    return replace(history, running={**history.running, cell_id: begun})


def finish(history: KernelHistory, report: RunReport, uses: Uses) -> KernelHistory:
    """A run ended. `uses` is the analysis of the text that ran (not of the text as it is now).

    A name the text may write but the observer saw unchanged keeps its version. Relations of databases are not
    observed: what the text writes there counts as written, when the run succeeded.
    """
    run = history.next_run
    begun = history.running.get(report.cell_id)
    before = begun.live if begun is not None else history.live
    wrote = _written(report, uses, run)
    live = {key: version for key, version in history.live.items() if key not in report.deleted} | wrote
    record = RunRecord(
        run=run,
        cell_id=report.cell_id,
        source_hash=report.source_hash,
        status=report.status,
        finished_at=report.finished_at,
        execution_count=report.execution_count,
        seen={key: before[key] for key in uses.reads if key in before},
        wrote=wrote,
        mutated=report.mutated,
        error=report.error,
    )
    return KernelHistory(
        next_run=run + 1,
        live=live,
        runs={**history.runs, report.cell_id: record},
        running={cell_id: other for cell_id, other in history.running.items() if cell_id != report.cell_id},
        marked={cell_id: at for cell_id, at in history.marked.items() if cell_id != report.cell_id},
    )


def mark(history: KernelHistory, cell_ids: frozenset[str], at: datetime) -> KernelHistory:
    """Declare cells out of date; a run of theirs takes the mark away."""
    return replace(history, marked={**history.marked, **dict.fromkeys(cell_ids & set(history.runs), at)})


def abort_running(history: KernelHistory) -> KernelHistory:
    """Runs under way that will not report any more (the kernel is idle or gone) are forgotten."""
    return replace(history, running={})


def _written(report: RunReport, uses: Uses, run: int) -> dict[Key, Version]:
    def version(value: str | None) -> Version:
        return Version(value or f"run {run}", report.cell_id, run, report.finished_at)

    wrote: dict[Key, Version] = {name: version(digest) for name, digest in report.digests.items()}
    if report.status == "ok":
        for key in uses.writes:
            if not isinstance(key, str):
                wrote[key] = version(None)
    return wrote
