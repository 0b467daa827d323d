"""Live notebooks: what clients send, what kernels report, and the states that follow."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sept_ext.core.cells import Cell
from sept_ext.core.errors import BadInput, NotFound, UnknownView
from sept_ext.core.plan import PlanKind
from sept_ext.services.live_states import notices_of_file
from sept_ext.services.notebooks import LiveNotebooks, NotebookState, Sync

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CELLS = [
    Cell("a", "code", "x = 1"),
    Cell("b", "code", "y = x + 1"),
    Cell("t", "markdown", "# x"),
    Cell("c", "code", "print(y)"),
]


class Story:
    """A document in one tab, with a kernel whose runs we report by hand."""

    def __init__(self) -> None:
        self.published: list[str] = []
        self.live = LiveNotebooks(self.published.append, lambda: NOON)
        self.seq = 0

    def open(self, client: str = "tab", cells: list[Cell] = CELLS) -> NotebookState:
        order = [cell.id for cell in cells]
        return self.live.synchronise(Sync("n.ipynb", client, "k", reset=True, order=order, changed=cells))

    def send(self, client: str = "tab", **parts: Any) -> NotebookState:
        return self.live.synchronise(Sync("n.ipynb", client, "k", **parts))

    def run(self, cell_id: str, source: str, status: str = "ok", **digests: str | None) -> None:
        self.seq += 1
        common = {"cell_id": cell_id, "source": source, "execution_count": self.seq, "seq": self.seq}
        self.live.take_message("k", {**common, "phase": "started"})
        self.live.take_message("k", {**common, "phase": "finished", "status": status, "bound": digests})

    def run_all(self) -> None:
        self.run("a", "x = 1", x="one")
        self.run("b", "y = x + 1", y="two")
        self.run("c", "print(y)")

    def states(self, client: str = "tab") -> dict[str, str]:
        return {cell.id: cell.state for cell in self.live.state("n.ipynb", client, None).cells}


def test_an_opened_notebook_shows_reads_writes_and_neighbours_of_its_code_cells() -> None:
    state = Story().open()
    assert [cell.id for cell in state.cells] == ["a", "b", "c"]
    middle = state.cells[1]
    assert [use.name for use in middle.reads] == ["x"]
    assert [use.name for use in middle.writes] == ["y"]
    assert [(d.cell_id, d.names) for d in middle.upstream] == [("a", ("x",))]
    assert [(d.cell_id, d.names) for d in middle.downstream] == [("c", ("y",))]
    assert state.cells[0].downstream_count == 2


def test_runs_then_an_edit_then_its_undo() -> None:
    story = Story()
    story.open()
    story.run_all()
    assert story.states() == {"a": "success", "b": "success", "c": "success"}
    revision = story.live.state("n.ipynb", "tab", None).revision
    changed = story.send(changed=[Cell("a", "code", "x = 2")], since=revision)
    assert {cell.id: cell.state for cell in changed.cells} == {"a": "stale", "b": "stale", "c": "stale"}
    assert changed.stale_count == 3
    assert changed.cells[0].explanation == "Stale: its text changed since it ran."
    assert changed.cells[1].explanation == "Stale: [1], which writes `x`, is stale: its text changed since it ran."
    assert changed.cells[2].explanation == (
        "Stale: [2], which writes `y`, is stale, through `x` of [1]: its text changed since it ran."
    )
    story.send(changed=[Cell("a", "code", "x = 1  # one")])
    assert story.states() == {"a": "success", "b": "success", "c": "success"}


def test_two_tabs_with_the_same_text_show_the_same_states_and_each_its_own_edits() -> None:
    story = Story()
    story.open("tab")
    story.open("other")
    story.run_all()
    assert story.states("tab") == story.states("other")
    story.send("other", changed=[Cell("c", "code", "print(y, y)")])
    assert story.states("tab")["c"] == "success"
    assert story.states("other")["c"] == "stale"


def test_an_answer_with_since_holds_only_what_changed() -> None:
    story = Story()
    revision = story.open().revision
    assert story.send(since=revision).cells == ()
    assert [c.id for c in story.send(changed=[Cell("c", "code", "print(z)")], since=revision).cells] == ["b", "c"]


def test_a_text_that_does_not_parse_keeps_its_last_good_names() -> None:
    story = Story()
    story.open()
    cell = story.send(changed=[Cell("a", "code", "x = (")]).cells[0]
    assert cell.is_broken
    assert cell.problems[0].span is not None
    assert [use.name for use in cell.writes] == ["x"]
    assert story.live.state("n.ipynb", "tab", None).cells[1].upstream[0].cell_id == "a"


def test_a_large_document_may_come_in_parts() -> None:
    story = Story()
    first = Sync("n.ipynb", "tab", reset=True, changed=CELLS[:2], is_complete=False)
    assert story.live.synchronise(first).cells == ()
    state = story.send(order=["a", "b", "c"], changed=[CELLS[3]])
    assert [cell.id for cell in state.cells] == ["a", "b", "c"]


def test_moves_insertions_deletions_and_type_changes_are_taken_in() -> None:
    story = Story()
    story.open()
    story.run_all()
    story.send(order=["b", "a", "t", "c"])
    assert story.states()["b"] == "stale"
    story.send(order=["a", "b", "t", "c"])
    assert story.states()["b"] == "success"
    story.send(order=["a", "n", "b", "t", "c"], changed=[Cell("n", "code", "x = 5")])
    assert story.states() == {"a": "success", "n": "idle", "b": "stale", "c": "stale"}
    story.send(order=["b", "t", "c"])
    assert story.live.state("n.ipynb", "tab", None).cells[0].reasons[0].kind == "writer_gone"
    story.send(changed=[Cell("b", "markdown", "y = x + 1")])
    assert set(story.states()) == {"c"}


def test_a_restarted_kernel_has_run_nothing() -> None:
    story = Story()
    story.open()
    story.run_all()
    story.live.kernel_restarted("k")
    assert set(story.states().values()) == {"idle"}


def test_a_kernel_that_does_not_report_is_said_to_be_unobserved() -> None:
    story = Story()
    story.open()
    story.live.kernel_idle("k")
    observation = story.live.state("n.ipynb", "tab", None).observation
    assert observation.status == "not_observed"
    assert "not installed" in (observation.message or "")


def test_a_failure_shows_and_what_depends_on_it_says_so() -> None:
    story = Story()
    story.open()
    story.run("a", "x = 1", status="error")
    story.run("b", "y = x + 1", y="two")
    state = story.live.state("n.ipynb", "tab", None)
    assert [cell.state for cell in state.cells] == ["error", "stale", "idle"]
    assert state.cells[1].explanation == "Stale: [1], which writes `x`, failed."


def test_marking_dependents_makes_them_stale_until_they_run() -> None:
    story = Story()
    story.open()
    story.run_all()
    story.live.mark_dependents_stale("n.ipynb", "tab", "a")
    assert story.states() == {"a": "success", "b": "stale", "c": "stale"}
    story.run("b", "y = x + 1", y="two")
    assert story.states()["b"] == "success"


def test_plans_say_what_they_run_and_why() -> None:
    story = Story()
    story.open()
    plan = story.live.plan("n.ipynb", "tab", PlanKind.WITH_UPSTREAM, "c")
    assert [step.cell_id for step in plan.steps] == ["a", "b", "c"]
    story.run_all()
    assert story.live.plan("n.ipynb", "tab", PlanKind.STALE, None).summary == "Everything is up to date."
    story.send(changed=[Cell("b", "code", "y = x + 2")])
    assert story.live.plan("n.ipynb", "tab", PlanKind.STALE, None).summary == "2 stale cells"


def test_a_rename_keeps_documents_and_runs() -> None:
    story = Story()
    story.open()
    story.run_all()
    story.live.rename("n.ipynb", "m.ipynb")
    assert {c.state for c in story.live.state("m.ipynb", "tab", None).cells} == {"success"}


def test_every_change_of_states_is_published() -> None:
    story = Story()
    story.open()
    story.run_all()
    assert set(story.published) == {"n.ipynb"}


REFUSALS: list[tuple[dict[str, Any], type[Exception]]] = [
    ({"order": ["a", "a", "b"]}, BadInput),
    ({"order": ["a", "unknown"]}, BadInput),
]


@pytest.mark.parametrize(("parts", "refusal"), REFUSALS)
def test_an_order_that_makes_no_sense_is_refused(parts: dict[str, Any], refusal: type[Exception]) -> None:
    story = Story()
    story.open()
    with pytest.raises(refusal):
        story.send(**parts)
    assert set(story.states()) == {"a", "b", "c"}


def test_an_unknown_document_cell_or_missing_target_is_refused() -> None:
    story = Story()
    with pytest.raises(UnknownView):
        story.send(changed=CELLS)
    story.open()
    with pytest.raises(NotFound):
        story.live.plan("n.ipynb", "tab", PlanKind.WITH_UPSTREAM, "nobody")
    with pytest.raises(BadInput):
        story.live.plan("n.ipynb", "tab", PlanKind.WITH_UPSTREAM, None)


ODD_FILES: list[tuple[list[dict[str, str]], list[str]]] = [
    ([{"id": "a"}, {"id": "b"}], []),
    ([{}, {"id": "b"}], ["no_cell_ids"]),
    ([{"id": "a"}, {"id": "a"}], ["duplicate_cell_ids"]),
    ([], []),
]


@pytest.mark.parametrize(("cells", "kinds"), ODD_FILES)
def test_odd_ids_of_a_file_are_told(cells: list[dict[str, str]], kinds: list[str]) -> None:
    assert [notice.kind for notice in notices_of_file({"cells": cells})] == kinds
