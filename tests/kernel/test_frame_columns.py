"""Which dataframes, with which columns, the observer tells of."""

from __future__ import annotations

from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from sept_ext.kernel import frame_columns
from sept_ext.kernel.frame_columns import MAX_COLUMNS, MAX_FRAMES, FrameColumns
from tests.support.kernels import KernelSession

FRAMES = (
    ("pandas", pd.DataFrame({"a": [1], "B c": [2]}), ["a", "B c"]),
    ("polars", pl.DataFrame({"a": [1], "b": [2]}), ["a", "b"]),
    ("arrow table", pa.table({"a": [1], "b": [2]}), ["a", "b"]),
    ("arrow batch", pa.RecordBatch.from_pydict({"a": [1]}), ["a"]),
    ("without columns", pd.DataFrame(), []),
    ("lazy", pl.LazyFrame({"a": [1]}), None),
    ("columns with levels", pd.DataFrame({("a", "b"): [1]}), None),
    ("columns without names", pd.DataFrame([[1, 2]]), None),
    ("names that differ in case only", pd.DataFrame([[1, 2]], columns=["a", "A"]), None),
    ("a name twice", pd.DataFrame([[1, 2]], columns=["a", "a"]), None),
    ("very many columns", pl.DataFrame({f"c{n}": [1] for n in range(MAX_COLUMNS + 1)}), None),
    ("very many pandas columns", pd.DataFrame({f"c{n}": [1] for n in range(MAX_COLUMNS + 1)}), None),
)


@pytest.mark.parametrize(("frame", "columns"), [row[1:] for row in FRAMES], ids=[row[0] for row in FRAMES])
def test_a_frame_is_told_with_the_columns_that_sql_sees(frame: Any, columns: list[str] | None) -> None:
    assert FrameColumns({"df": frame, "x": 1, "_hidden": frame}).changes() == ({"df": columns}, [])


def test_what_did_not_change_is_not_told_again() -> None:
    names: dict[str, Any] = {"df": pd.DataFrame({"a": [1]}), "pf": pl.DataFrame({"a": [1]}), "lazy": pl.LazyFrame()}
    frames = FrameColumns(names)
    frames.changes()
    names["df"]["a"] = 2
    assert frames.changes() == ({}, [])


def test_a_column_that_another_name_added_is_told() -> None:
    names: dict[str, Any] = {"df": pd.DataFrame({"a": [1]}), "pf": pl.DataFrame({"a": [1]})}
    frames = FrameColumns(names)
    frames.changes()
    other, another = names["df"], names["pf"]
    other["b"] = 1
    another.insert_column(1, pl.Series("b", [1]))
    assert frames.changes() == ({"df": ["a", "b"], "pf": ["a", "b"]}, [])


def test_a_frame_that_went_is_told_once() -> None:
    names: dict[str, Any] = {"df": pd.DataFrame(), "other": pd.DataFrame()}
    frames = FrameColumns(names)
    frames.changes()
    names["df"] = 1
    del names["other"]
    assert frames.changes() == ({}, ["df", "other"])
    assert frames.changes() == ({}, [])


def test_so_many_frames_are_told_and_no_more() -> None:
    frame = pd.DataFrame({"a": [1]})
    told, _ = FrameColumns({f"df{n}": frame for n in range(MAX_FRAMES + 5)}).changes()
    assert len(told) == MAX_FRAMES


def test_what_a_look_has_no_time_for_is_told_after_later_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_columns, "_BUDGET_S", -1.0)
    frames = FrameColumns({"df": pd.DataFrame({"a": [1]}), "pf": pl.DataFrame({"a": [1]})})
    assert frames.changes() == ({"df": None, "pf": None}, [])
    monkeypatch.setattr(frame_columns, "_BUDGET_S", 60.0)
    assert frames.changes() == ({"df": ["a"], "pf": ["a"]}, [])


def test_the_code_of_a_class_of_the_users_does_not_run() -> None:
    class Mine(pd.DataFrame):
        @property
        def columns(self) -> Any:  # type: ignore[override]
            raise AssertionError("looked at")

    assert FrameColumns({"mine": Mine()}).changes() == ({}, [])


@pytest.mark.kernel
def test_a_run_reports_the_frames_that_it_made_changed_and_dropped(kernel: KernelSession) -> None:
    made = kernel.run("import pandas as pd\nframe_a = pd.DataFrame({'x': [1]})\nframe_b = frame_a.copy()").report
    assert made["frames"] == {"frame_a": ["x"], "frame_b": ["x"]}
    changed = kernel.run("frame_a['y'] = 2\ndel frame_b").report
    assert (changed["frames"], changed["frames_gone"]) == ({"frame_a": ["x", "y"]}, ["frame_b"])
