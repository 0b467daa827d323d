"""The diff of notebooks: a table of small cases, and what must hold for any two notebooks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sept_ext.core.notebook_diff import CellChange, DiffCell, diff_notebooks


def cells(text: str) -> list[DiffCell]:
    """`a=1 b=2/o` is cell a with source 1 and cell b with source 2 and outputs o."""
    made = []
    for word in text.split():
        key, _, rest = word.partition("=")
        source, _, outputs = rest.partition("/")
        made.append(DiffCell(key, "code", source, outputs))
    return made


CASES = {
    "nothing": ("", "", [], 0),
    "the same": ("a=1 b=2", "a=1 b=2", [], 2),
    "added at the top": ("b=2", "a=1 b=2", ["added a"], 1),
    "removed in the middle": ("a=1 b=2 c=3", "a=1 c=3", ["removed b"], 2),
    "changed": ("a=1 b=2", "a=1 b=9", ["changed b"], 1),
    "only outputs": ("a=1/x b=2", "a=1/y b=2", ["outputs-changed a outputs"], 1),
    "moved": ("a=1 b=2 c=3", "c=3 a=1 b=2", ["moved c moved"], 2),
    "moved and changed": ("a=1 b=2 c=3", "c=9 a=1 b=2", ["changed c moved"], 2),
    "changed with outputs": ("a=1/x", "a=2/y", ["changed a outputs"], 0),
    "all replaced": ("a=1", "b=1", ["removed a", "added b"], 0),
    "removed cells come after what preceded them": (
        "a=1 b=2 c=3 d=4",
        "a=1 d=9",
        ["removed b", "removed c", "changed d"],
        1,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_changes_are_listed_in_the_newer_order(name: str) -> None:
    older, newer, expected, unchanged = CASES[name]
    diff = diff_notebooks(cells(older), cells(newer))
    assert [_words(change) for change in diff.changes] == expected
    assert diff.unchanged_count == unchanged


def test_a_change_of_type_is_a_change() -> None:
    diff = diff_notebooks([DiffCell("a", "code", "x")], [DiffCell("a", "markdown", "x")])
    assert [(change.kind, change.type) for change in diff.changes] == [("changed", "markdown")]


@st.composite
def notebooks(draw: st.DrawFn) -> list[DiffCell]:
    keys = draw(st.lists(st.sampled_from("abcdefgh"), unique=True))
    return [DiffCell(key, "code", draw(st.sampled_from("12")), draw(st.sampled_from(["", "o"]))) for key in keys]


@given(notebooks(), notebooks())
def test_every_cell_is_accounted_for_once(older: list[DiffCell], newer: list[DiffCell]) -> None:
    diff = diff_notebooks(older, newer)
    kinds = [change.kind for change in diff.changes]
    assert diff.unchanged_count + len(kinds) - kinds.count("removed") == len(newer)
    assert kinds.count("removed") == len({cell.id for cell in older} - {cell.id for cell in newer})
    assert len({change.cell_id for change in diff.changes}) == len(kinds)


@given(notebooks(), notebooks())
def test_the_diff_backwards_swaps_added_and_removed(older: list[DiffCell], newer: list[DiffCell]) -> None:
    forth, back = diff_notebooks(older, newer), diff_notebooks(newer, older)
    added = {change.cell_id for change in forth.changes if change.kind == "added"}
    assert added == {change.cell_id for change in back.changes if change.kind == "removed"}
    assert forth.unchanged_count == back.unchanged_count or any(change.is_moved for change in forth.changes)


def _words(change: CellChange) -> str:
    flags = [name for name, is_set in (("moved", change.is_moved), ("outputs", change.outputs_changed)) if is_set]
    return " ".join([change.kind, change.cell_id, *flags])
