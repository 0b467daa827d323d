"""A kernel whose cells are reads and writes of names and whose values are texts: what staleness is judged against.

A cell's output is a text made of its own text and of the values it reads, so two runs agree exactly when the inputs
did. That makes the yardstick ("a clean run from the top prints the same") a comparison of strings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sept_ext.core.graph import DependencyGraph, Uses
from sept_ext.core.history import KernelHistory, RunReport, RunStatus, finish, start
from sept_ext.core.plan import Plan, PlanKind, make_plan
from sept_ext.core.staleness import CellStatus, Notebook, affected_by_run, assess

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass(frozen=True)
class ToyCell:
    text: str
    reads: frozenset[str] = frozenset()
    kills: frozenset[str] = frozenset()
    mutates: frozenset[str] = frozenset()

    @property
    def uses(self) -> Uses:
        return Uses(self.reads | self.mutates, self.kills | self.mutates, self.kills)

    @property
    def source(self) -> str:
        """Like a real text, it says all that the cell does."""
        return f"{self.text} {sorted(self.reads)} {sorted(self.kills)} {sorted(self.mutates)}"

    def run(self, values: dict[str, str]) -> str:
        missing = sorted((self.reads | self.mutates) - set(values))
        if missing:
            return f"NameError {missing}"
        seen = ",".join(f"{name}={values[name]}" for name in sorted(self.reads | self.mutates))
        output = f"{self.source}({seen})"
        for name in self.mutates:
            values[name] = str(hash((values.get(name), output)))
        for name in self.kills:
            values[name] = str(hash((name, output)))
        return output


def toy(text: str, *, reads: str = "", writes: str = "", mutates: str = "") -> ToyCell:
    return ToyCell(text, frozenset(reads.split()), frozenset(writes.split()), frozenset(mutates.split()))


@dataclass
class ToyNotebook:
    """Cells by id in notebook order, a live kernel, and the states kept up to date as a server would."""

    cells: dict[str, ToyCell]
    values: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    history: KernelHistory = field(default_factory=KernelHistory)
    statuses: dict[str, CellStatus] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.graph = DependencyGraph.build((key, cell.uses) for key, cell in self.cells.items())
        self.reassess(None)

    @property
    def notebook(self) -> Notebook:
        hashes = {key: cell.source for key, cell in self.cells.items()}
        return Notebook(self.graph, hashes, {}, self.history)

    def reassess(self, dirty: set[str] | None) -> None:
        self.statuses.update(assess(self.notebook, self.statuses, dirty))

    def run(self, key: str) -> str:
        cell = self.cells[key]
        at = NOON + timedelta(seconds=self.history.next_run)
        self.history = start(self.history, key, cell.source, at)
        before = dict(self.values)
        self.outputs[key] = cell.run(self.values)
        written = {
            name: value for name, value in self.values.items() if before.get(name) != value or name in cell.kills
        }
        status: RunStatus = "error" if self.outputs[key].startswith("NameError") else "ok"
        if status == "error":
            written = {}
        mutated = cell.mutates & written.keys() - cell.kills
        report = RunReport(key, cell.source, status, at, self.history.next_run, written, mutated=mutated)
        self.history = finish(self.history, report, cell.uses)
        self.reassess(affected_by_run(self.notebook, key, set(written) | cell.uses.writes))
        return self.outputs[key]

    def run_all(self) -> None:
        for key in self.cells:
            self.run(key)

    def edit(self, key: str, cell: ToyCell) -> None:
        before = self.graph.child_ids(key)
        self.cells[key] = cell
        self.graph.update(key, cell.uses)
        self.reassess({key} | before | self.graph.child_ids(key))

    def insert(self, key: str, cell: ToyCell, after: str | None) -> None:
        order = [None, *self.cells]
        order.insert(order.index(after) + 1, key)
        self.cells = {other: cell if other == key else self.cells[other] for other in order if other is not None}
        self.graph.insert(key, cell.uses, after)
        self.reassess({key} | self.graph.child_ids(key))

    def delete(self, key: str) -> None:
        children = self.graph.child_ids(key)
        del self.cells[key]
        self.graph.remove(key)
        self.statuses.pop(key)
        self.reassess(children)

    def move(self, key: str, after: str | None) -> None:
        children = self.graph.child_ids(key)
        self.graph.move(key, after)
        self.cells = {other: self.cells[other] for other in self.graph.order()}
        self.reassess({key} | children | self.graph.child_ids(key))

    def plan(self, kind: PlanKind = PlanKind.STALE, target: str | None = None) -> Plan:
        return make_plan(self.notebook, self.statuses, kind, target)

    def run_plan(self, plan: Plan) -> list[str]:
        """Run the steps; what depends on a failed one is skipped."""
        ran: list[str] = []
        lost: set[str] = set()
        for step in plan.steps:
            if lost & set(step.depends_on):
                lost.add(step.cell_id)
                continue
            ran.append(step.cell_id)
            if self.run(step.cell_id).startswith("NameError"):
                lost.add(step.cell_id)
        return ran

    def stale(self) -> list[str]:
        return [key for key in self.cells if self.statuses[key].is_stale]

    def clean_outputs(self) -> dict[str, str]:
        values: dict[str, str] = {}
        return {key: cell.run(values) for key, cell in self.cells.items()}
