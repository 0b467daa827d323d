"""The runs of one kernel, from what its observer reports: messages in, history out.

The kernel tells the text that ran and what it saw happen; the analysis of that text (not of the text as it is now)
says what the run was meant to write. Messages of one kernel come in order, on one thread.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sept_ext.core import analyze_cell
from sept_ext.core.cells import CellAnalysis, FunctionEffects
from sept_ext.core.graph import Key, Uses
from sept_ext.core.hidden_state import seeded
from sept_ext.core.history import OUTSIDE, KernelHistory, RunReport, abort_running, finish, forget, mark, start
from sept_ext.core.observed import Observed

ObservationStatus = Literal["observed", "no_kernel", "not_observed"]
Frames = Mapping[str, tuple[str, ...] | None]
"""Dataframes by name, with their columns; None where these are not known."""


@dataclass(frozen=True, slots=True)
class RunChange:
    """What one message changed: the cell concerned (None: all of them), and the names it may have written."""

    cell_id: str | None
    written: frozenset[Key] = frozenset()


@dataclass(slots=True)
class KernelRuns:
    """History and observation of one kernel session, and its dataframes as the last run left them."""

    kernel_id: str
    history: KernelHistory = field(default_factory=KernelHistory)
    frames: Frames = field(default_factory=dict)
    observation: ObservationStatus = "observed"
    _speaks: bool = False
    _sources: dict[str, str] = field(default_factory=dict)

    def take(self, content: Mapping[str, Any], at: datetime) -> RunChange | None:
        """Take in one `sept_run` message."""
        self._speaks, self.observation = True, "observed"
        cell_id = str(content.get("cell_id") or f"{OUTSIDE}{content.get('seq')}")
        source = str(content.get("source", ""))
        if content.get("phase") == "started":
            self.history = start(self.history, cell_id, analyze_cell(source).source_hash, at)
            return RunChange(cell_id)
        if content.get("phase") == "forgotten":
            names = _names(content, "names")
            self.history = forget(self.history, names, at)
            self._set_frames({}, names)
            return RunChange(cell_id, names)
        if content.get("phase") != "finished":
            return None
        self._set_frames(_frames(content), _names(content, "frames_gone"))
        analysis = analyze_cell(source)
        report = _report(cell_id, analysis, content, at)
        uses = Uses.of(analysis)
        before = self.history.runs.get(cell_id)
        self.history = finish(self.history, report, uses)
        earlier = frozenset(before.wrote) if before is not None else frozenset()
        return RunChange(cell_id, frozenset(report.digests) | report.deleted | uses.writes | earlier)

    def note_silence(self) -> RunChange | None:
        """The kernel became idle: a run that did not report will not any more."""
        if not self._speaks:
            self.observation = "not_observed"
            return RunChange(None)
        if not self.history.running:
            return None
        self.history = abort_running(self.history)
        return RunChange(None)

    def reset(self) -> RunChange:
        """The kernel was restarted: nothing has run."""
        self.history, self._speaks, self.frames = KernelHistory(), False, {}
        return RunChange(None)

    def mark(self, cell_ids: frozenset[str], at: datetime) -> RunChange:
        """Declare cells out of date."""
        self.history = mark(self.history, cell_ids, at)
        return RunChange(None)

    def _set_frames(self, changed: Frames, gone: frozenset[str]) -> None:
        """Take in what changed; a new mapping, since views compare by identity."""
        if changed or gone & self.frames.keys():
            left = {name: columns for name, columns in self.frames.items() if name not in gone}
            self.frames = {**left, **changed}


def _report(cell_id: str, analysis: CellAnalysis, content: Mapping[str, Any], at: datetime) -> RunReport:
    is_ok, source = content.get("status") == "ok", str(content.get("source", ""))
    bound, mutated, kept, hidden = (_digests(content, part) for part in ("bound", "mutated", "kept", "hidden"))
    unknown = dict.fromkeys(_names(content, "unknown"))
    # A name that is replaced for certain was written even when its new value equals the old one.
    reached = None if is_ok else _statement_at(source, content.get("failed_line"))
    rewritten = {
        name: value
        for name, value in kept.items()
        if name in analysis.kills and (reached is None or _is_written_above(analysis, name, reached))
    }
    count = content.get("execution_count")
    return RunReport(
        cell_id=cell_id,
        source_hash=analysis.source_hash,
        status="ok" if is_ok else "error",
        finished_at=at,
        execution_count=count if isinstance(count, int) else None,
        digests={**rewritten, **unknown, **bound, **mutated, **hidden},
        deleted=_names(content, "deleted"),
        mutated=frozenset(mutated) | frozenset(unknown) | analysis.mutates,
        kept=frozenset(rewritten),
        held=_names(content, "held"),
        observed=Observed(
            seeds=seeded(source),
            writes=frozenset(bound),
            mutates=frozenset(mutated) | frozenset(unknown) | frozenset(hidden),
            functions=_functions(content),
        ),
        error=content.get("error"),
    )


def _statement_at(source: str, line: object) -> tuple[int, int]:
    """Line and column at which the (simple) statement begins in which a run failed; the top when that is not known."""
    if not isinstance(line, int):
        return (0, 0)
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, MemoryError, RecursionError):  # IPython's own syntax: the line is all there is
        return (line, 0)
    begins = [
        (node.lineno, node.col_offset)
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt)
        and not hasattr(node, "body")
        and node.lineno <= line <= (node.end_lineno or line)
    ]
    return max(begins, default=(line, 0))


def _is_written_above(analysis: CellAnalysis, name: str, place: tuple[int, int]) -> bool:
    """Whether the text writes a name before the statement at a place: a run that failed there came past it."""
    return any((span.line, span.column) < place for span in analysis.write_spans.get(name, ()))


def _digests(content: Mapping[str, Any], part: str) -> dict[str, str | None]:
    found = content.get(part)
    return dict(found) if isinstance(found, Mapping) else {}


def _names(content: Mapping[str, Any], part: str) -> frozenset[str]:
    return frozenset(map(str, content.get(part) or ()))


def _frames(content: Mapping[str, Any]) -> Frames:
    found = content.get("frames")
    if not isinstance(found, Mapping):
        return {}
    return {
        str(name): tuple(map(str, columns)) if isinstance(columns, list) else None for name, columns in found.items()
    }


def _functions(content: Mapping[str, Any]) -> dict[str, FunctionEffects]:
    found = content.get("functions")
    if not isinstance(found, Mapping):
        return {}
    return {
        str(name): FunctionEffects(_names(effects, "reads"), _names(effects, "writes"))
        for name, effects in found.items()
        if isinstance(effects, Mapping)
    }
