"""What a kernel session has run, and which value each name has since: the second fact beside the graph.

A *version* names a value: a digest of its content where the observer could take one, else the run that wrote it.
Two versions are equal when the values are, whoever wrote them; that gives early cut-off for free: a run that leaves
a value as it was leaves its readers fresh.

`KernelHistory` is frozen; `start` and `finish` are functions from history and event to history. Runs of one kernel
never overlap, so run number n saw, of each name, the last version that a run before n left.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from types import MappingProxyType
from typing import Literal

from .graph import Key, Uses
from .observed import NOTHING_OBSERVED, Observed
from .source_hash import SourceHash

RunStatus = Literal["ok", "error"]
GONE = "gone"
"""The value of a version that says: the name was deleted."""

OUTSIDE = "outside "
"""Begins the id under which code is known that is in no cell (a console, another front end's own code)."""

_KEPT_VERSIONS = 64


@dataclass(frozen=True, slots=True)
class Version:
    """A value of a name. `value` is its identity; the rest tells people who wrote it and when.

    `made`: the run that made the object, which later runs may have changed in place. `holds`: names whose objects
    that run put into it.
    """

    value: str
    cell_id: str | None = field(compare=False)
    run: int = field(compare=False)
    at: datetime = field(compare=False)
    made: int = field(compare=False, default=0)
    holds: frozenset[str] = field(compare=False, default=frozenset())

    @property
    def is_gone(self) -> bool:
        """Whether it says that the name has no value any more."""
        return self.value == GONE


@dataclass(frozen=True, slots=True)
class RunReport:
    """What the observer in the kernel tells about one finished run.

    `digests`: names it bound or changed, with a digest of the value's content, or None where none was taken.
    `deleted`: names it took away. `mutated`: those of `digests` whose object is the one from before.
    `kept`: those of `digests` that were bound to the object which they had, unchanged (a module imported again).
    `held`: names of before whose very object the run has put into what it wrote (an alias, an element).
    """

    cell_id: str
    source_hash: SourceHash | str
    status: RunStatus
    finished_at: datetime
    execution_count: int | None = None
    digests: Mapping[str, str | None] = field(default_factory=lambda: MappingProxyType({}))
    deleted: frozenset[str] = frozenset()
    mutated: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()
    observed: Observed = NOTHING_OBSERVED
    error: str | None = None


@dataclass(frozen=True, slots=True)
class RunRecord:
    """The last finished run of a cell: what it was and what it left. What it saw is in the history's log."""

    run: int
    cell_id: str
    source_hash: SourceHash | str
    status: RunStatus
    finished_at: datetime
    execution_count: int | None
    wrote: Mapping[Key, Version]
    mutated: frozenset[str]
    held: frozenset[str]
    observed: Observed
    error: str | None = None


@dataclass(frozen=True, slots=True)
class RunStart:
    """A run under way."""

    cell_id: str
    source_hash: SourceHash | str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class KernelHistory:
    """All that staleness needs to know of one kernel session. `log`: the versions of each name written, in order."""

    next_run: int = 1
    log: Mapping[Key, tuple[Version, ...]] = field(default_factory=lambda: MappingProxyType({}))
    runs: Mapping[str, RunRecord] = field(default_factory=lambda: MappingProxyType({}))
    running: Mapping[str, RunStart] = field(default_factory=lambda: MappingProxyType({}))
    marked: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))

    def live(self, key: Key) -> Version | None:
        """The present value of a name; None when no run wrote it, or it was deleted."""
        versions = self.log.get(key)
        return None if not versions or versions[-1].is_gone else versions[-1]

    def seen(self, record: RunRecord, key: Key) -> Version | None:
        """The value a name had when a run began."""
        for version in reversed(self.log.get(key, ())):
            if version.run < record.run:
                return None if version.is_gone else version
        return None


def start(history: KernelHistory, cell_id: str, source_hash: SourceHash | str, at: datetime) -> KernelHistory:
    """A cell begins to run."""
    return replace(history, running={**history.running, cell_id: RunStart(cell_id, source_hash, at)})


def finish(history: KernelHistory, report: RunReport, uses: Uses) -> KernelHistory:
    """A run ended. `uses` is the analysis of the text that ran (not of the text as it is now).

    A name the text may write but the observer saw unchanged keeps its version. Relations of databases are not
    observed: what the text writes there counts as written, when the run succeeded.
    """
    run = history.next_run
    wrote = _written(history, report, uses, run)
    gone: dict[Key, Version] = {
        name: Version(GONE, report.cell_id, run, report.finished_at) for name in report.deleted
    }
    record = RunRecord(
        run=run,
        cell_id=report.cell_id,
        source_hash=report.source_hash,
        status=report.status,
        finished_at=report.finished_at,
        execution_count=report.execution_count,
        wrote={**wrote, **gone},
        mutated=report.mutated,
        held=report.held,
        observed=report.observed,
        error=report.error,
    )
    runs = {**history.runs, report.cell_id: record}
    return KernelHistory(
        next_run=run + 1,
        log=_logged(history.log, {**wrote, **gone}, runs.values()),
        runs=runs,
        running={cell_id: other for cell_id, other in history.running.items() if cell_id != report.cell_id},
        marked={cell_id: at for cell_id, at in history.marked.items() if cell_id != report.cell_id},
    )


def forget(history: KernelHistory, names: Iterable[str], at: datetime) -> KernelHistory:
    """Names were taken out of the kernel, by no cell."""
    run = history.next_run
    gone: dict[Key, Version] = {name: Version(GONE, None, run, at) for name in names if history.live(name) is not None}
    return replace(history, next_run=run + 1, log=_logged(history.log, gone, history.runs.values()))


def mark(history: KernelHistory, cell_ids: frozenset[str], at: datetime) -> KernelHistory:
    """Declare cells out of date; a run of theirs takes the mark away."""
    return replace(history, marked={**history.marked, **dict.fromkeys(cell_ids & set(history.runs), at)})


def abort_running(history: KernelHistory) -> KernelHistory:
    """Runs under way that will not report any more (the kernel is idle or gone) are forgotten."""
    return replace(history, running={})


def _written(history: KernelHistory, report: RunReport, uses: Uses, run: int) -> dict[Key, Version]:
    def version(key: Key, value: str | None) -> Version:
        before = history.live(key) if key in report.mutated or key in report.kept else None
        made, holds = (before.made, before.holds) if before is not None else (run, report.held)
        return Version(value or f"run {run}", report.cell_id, run, report.finished_at, made, holds)

    wrote: dict[Key, Version] = {name: version(name, digest) for name, digest in report.digests.items()}
    if report.status == "ok":
        for key in uses.writes:
            if not isinstance(key, str):
                wrote[key] = version(key, None)
    return wrote


def _logged(
    log: Mapping[Key, tuple[Version, ...]], fresh: Mapping[Key, Version], runs: Iterable[RunRecord]
) -> dict[Key, tuple[Version, ...]]:
    """The log with new versions; of a long row, those that no known run saw are dropped."""
    grown = dict(log)
    numbers: list[int] = []
    for key, version in fresh.items():
        row = (*log.get(key, ()), version)
        if len(row) > _KEPT_VERSIONS:
            numbers = numbers or sorted(record.run for record in runs)
            row = tuple(_seen_of(row, numbers))
        grown[key] = row
    return grown


def _seen_of(row: tuple[Version, ...], runs: Sequence[int]) -> Iterable[Version]:
    """The versions of a name that one of the runs (sorted) found when it began, and the last one."""
    for version, following in pairwise(row):
        if bisect_right(runs, version.run) < bisect_right(runs, following.run):
            yield version
    yield row[-1]
