"""The pages of figures are what `benchmarks/scoreboard.py` makes of the committed results."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]


def scoreboard() -> ModuleType:
    import sys

    spec = importlib.util.spec_from_file_location("scoreboard", ROOT / "benchmarks" / "scoreboard.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["scoreboard"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_the_pages_are_what_the_script_makes_of_the_results() -> None:
    board = scoreboard()
    results = board.read_results()
    assert results
    assert board.PAGE.read_text(encoding="utf-8") == board.page(results)
    assert board.SQL_PAGE.read_text(encoding="utf-8") == board.sql_page(results)


def test_a_goal_that_is_missed_says_so_and_one_not_measured_too() -> None:
    text = scoreboard().page({"robustness": {"exceptions": 2, "cells": 9, "distinct_cells": 9, "notebooks": 1,
                                             "broken": 0, "opaque": 0}})  # fmt: skip
    assert "| Exceptions over public code cells | none | 2 | **no** |" in text
    assert "| Opening 10,000 cells | ≤ 3 s | not measured yet |" in text


def test_misses_are_listed_by_name() -> None:
    found = {"sept": {"pairs": 2, "correct": 0.5}, "wrong": ["loops: a while"], "on": "kernels"}
    text = scoreboard().page({"edits": found})
    assert "Edit pairs that end with a wrong output: 1.\n\n- loops: a while" in text
    assert "| Edit pairs: every output as in a clean run | ≥ 95.0 % | 50.0 % | **no** |" in text
