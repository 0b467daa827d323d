"""Staleness and plans, told as stories on a toy kernel and checked as properties against a clean run."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sept_ext.core.history import start
from sept_ext.core.plan import PlanKind, PlanReason
from sept_ext.core.staleness import CellStatus, ExecutionState, StaleReasonKind, assess
from sept_ext.core.traversal import downstream

from .toy_kernel import NOON, ToyCell, ToyNotebook, toy


def chain() -> ToyNotebook:
    notebook = ToyNotebook(
        {
            "load": toy("load", writes="df"),
            "clean": toy("clean", reads="df", writes="tidy"),
            "plot": toy("plot", reads="tidy"),
        }
    )
    notebook.run_all()
    return notebook


def test_after_a_run_of_everything_nothing_is_stale() -> None:
    assert chain().stale() == []


def test_an_edit_makes_the_cell_and_everything_below_it_stale_and_says_why() -> None:
    notebook = chain()
    notebook.edit("load", toy("load v2", writes="df"))
    assert notebook.stale() == ["load", "clean", "plot"]
    assert [reason.kind for reason in notebook.statuses["load"].reasons] == [StaleReasonKind.EDITED]
    reason = notebook.statuses["plot"].reasons[0]
    assert (reason.kind, reason.name, reason.cell_id) == (StaleReasonKind.UPSTREAM_STALE, "tidy", "clean")


def test_undoing_the_edit_makes_all_of_them_fresh_again() -> None:
    notebook = chain()
    notebook.edit("load", toy("load v2", writes="df"))
    notebook.edit("load", toy("load", writes="df"))
    assert notebook.stale() == []


def test_a_run_that_changes_a_value_makes_its_readers_stale_by_name_and_writer() -> None:
    notebook = chain()
    notebook.edit("load", toy("load v2", writes="df"))
    notebook.run("load")
    reason = notebook.statuses["clean"].reasons[0]
    assert (reason.kind, reason.name, reason.cell_id) == (StaleReasonKind.REWRITTEN, "df", "load")


def test_a_run_that_leaves_the_value_as_it_was_leaves_readers_fresh() -> None:
    notebook = chain()
    notebook.run("load")
    assert notebook.stale() == []


def test_moving_a_writer_below_its_reader_and_back_ends_fresh() -> None:
    notebook = chain()
    notebook.move("load", "plot")
    assert notebook.statuses["clean"].reasons[0].kind is StaleReasonKind.WRITER_GONE
    notebook.move("load", None)
    assert notebook.stale() == []


def test_deleting_a_writer_tells_its_readers_that_it_is_gone() -> None:
    notebook = chain()
    notebook.delete("load")
    assert notebook.statuses["clean"].reasons[0].kind is StaleReasonKind.WRITER_GONE


def test_a_new_writer_between_that_has_not_run_makes_the_reader_stale() -> None:
    notebook = chain()
    notebook.insert("filter", toy("filter", reads="df", writes="df"), after="load")
    assert notebook.stale() == ["clean", "plot"]
    assert notebook.statuses["clean"].reasons[0].kind is StaleReasonKind.UPSTREAM_NOT_RUN


def test_a_mutating_cell_run_twice_makes_itself_and_its_readers_stale() -> None:
    notebook = ToyNotebook(
        {"make": toy("make", writes="xs"), "add": toy("add", mutates="xs"), "show": toy("show", reads="xs")}
    )
    notebook.run_all()
    notebook.run("add")
    assert notebook.stale() == ["add", "show"]
    assert notebook.run_plan(notebook.plan()) == ["make", "add", "show"]
    assert notebook.outputs == notebook.clean_outputs()


def test_run_stale_rebuilds_what_a_later_cell_has_changed_and_says_so() -> None:
    notebook = ToyNotebook(
        {"make": toy("make", writes="df"), "mean": toy("mean", reads="df"), "drop": toy("drop", mutates="df")}
    )
    notebook.run_all()
    notebook.edit("mean", toy("median", reads="df"))
    plan = notebook.plan()
    assert [(step.cell_id, step.reason, step.names) for step in plan.steps] == [
        ("make", PlanReason.REBUILD, ("df",)),
        ("mean", PlanReason.STALE, ()),
    ]


def test_a_cell_with_its_upstream_runs_only_what_it_needs() -> None:
    notebook = ToyNotebook(
        {"a": toy("a", writes="x"), "b": toy("b", writes="y"), "c": toy("c", reads="x"), "d": toy("d", reads="y")}
    )
    plan = notebook.plan(PlanKind.WITH_UPSTREAM, "c")
    assert [(step.cell_id, step.reason) for step in plan.steps] == [
        ("a", PlanReason.NOT_RUN),
        ("c", PlanReason.REQUESTED),
    ]
    assert plan.steps[1].depends_on == ("a",)


def test_run_all_takes_every_cell_in_notebook_order() -> None:
    assert [step.cell_id for step in chain().plan(PlanKind.ALL).steps] == ["load", "clean", "plot"]


def test_while_a_stale_cell_runs_what_depends_on_it_stays_stale() -> None:
    notebook = chain()
    notebook.edit("load", toy("load v2", writes="df"))
    notebook.history = start(notebook.history, "load", notebook.cells["load"].source, NOON)
    notebook.reassess({"load"})
    assert notebook.statuses["load"].state is ExecutionState.RUNNING
    assert notebook.stale() == ["clean", "plot"]


def test_a_cell_that_never_ran_is_idle_and_one_that_failed_shows_the_error() -> None:
    notebook = ToyNotebook({"a": toy("a", writes="x")})
    assert notebook.statuses["a"] == CellStatus(ExecutionState.IDLE)


SETTLED = (ExecutionState.SUCCESS, ExecutionState.ERROR)
names = st.frozensets(st.sampled_from("abc"), max_size=2)
toy_cells = st.builds(ToyCell, st.sampled_from(["p", "q", "r"]), names, names, names)


class NotebookStory(RuleBasedStateMachine):
    """Any sequence of edits, moves, insertions, deletions and runs, judged against a clean run."""

    @initialize(cells=st.lists(toy_cells, min_size=1, max_size=6))
    def begin(self, cells: list[ToyCell]) -> None:
        self.counter = len(cells)
        self.book = ToyNotebook({f"c{i}": cell for i, cell in enumerate(cells)})

    def pick(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(list(self.book.cells)))

    @rule(data=st.data())
    @precondition(lambda self: self.book.cells)
    def run(self, data: st.DataObject) -> None:
        self.book.run(self.pick(data))

    @rule(data=st.data(), cell=toy_cells)
    @precondition(lambda self: self.book.cells)
    def edit(self, data: st.DataObject, cell: ToyCell) -> None:
        self.book.edit(self.pick(data), cell)

    @rule(data=st.data())
    @precondition(lambda self: self.book.cells)
    def move(self, data: st.DataObject) -> None:
        key = self.pick(data)
        after = data.draw(st.sampled_from([None, *(other for other in self.book.cells if other != key)]))
        self.book.move(key, after)

    @rule(data=st.data(), cell=toy_cells)
    def insert(self, data: st.DataObject, cell: ToyCell) -> None:
        self.counter += 1
        self.book.insert(f"c{self.counter}", cell, data.draw(st.sampled_from([None, *self.book.cells])))

    @rule(data=st.data())
    @precondition(lambda self: self.book.cells)
    def delete(self, data: st.DataObject) -> None:
        self.book.delete(self.pick(data))

    @rule()
    def run_stale(self) -> None:
        self.book.run_plan(self.book.plan())
        clean = self.book.clean_outputs()
        failing = {key for key, output in clean.items() if output.startswith("NameError")}
        excused = failing | {below for key in failing for below in downstream(self.book.graph, key)}
        assert set(self.book.stale()) <= excused

    @invariant()
    def states_kept_up_to_date_equal_states_from_scratch(self) -> None:
        assert assess(self.book.notebook, {}) == self.book.statuses

    @invariant()
    def what_is_shown_fresh_is_what_a_clean_run_prints(self) -> None:
        clean = self.book.clean_outputs()
        fresh = {key for key, status in self.book.statuses.items() if status.state in SETTLED}
        assert {key: self.book.outputs[key] for key in fresh} == {key: clean[key] for key in fresh}


NotebookStory.TestCase.settings = settings(
    max_examples=40, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
TestNotebookStory = NotebookStory.TestCase


@given(st.lists(toy_cells, max_size=8))
def test_a_plan_respects_every_edge(cells: list[ToyCell]) -> None:
    book = ToyNotebook({f"c{i}": cell for i, cell in enumerate(cells)})
    seen: set[str] = set()
    for step in book.plan(PlanKind.ALL).steps:
        assert book.graph.parent_ids(step.cell_id) <= seen
        seen.add(step.cell_id)
