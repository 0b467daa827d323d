"""`jupyter sept verify` on real kernels: a short version of `benchmarks/edits.py`, a pair or two of each kind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sept_ext.cli import main
from sept_ext.cli.outputs_compared import agrees_beside_noise, are_equal
from sept_ext.cli.verify import verify_edited
from tests.support.edit_cases import EditPair, edit_pairs, write_notebook

# Chosen for what they ask: each is a road by which a live kernel comes to differ from a clean run.
CHOSEN = (
    "reassignment: a running value rebound cell by cell",
    "reassignment: conditional binding, branch comes to life",
    "mutation: append in the edited cell",
    "mutation: reading before a later mutation",
    "mutation: pop is not idempotent",
    "mutation: a mutation above and below the edited cell",
    "functions: through two functions",
    "functions: a function that mutates its argument",
    "functions: a decorator of one's own",
    "classes: the opening balance",
    "classes: a property",
    "aliasing: a second name, read before the mutation",
    "aliasing: an element taken out",
    "loops: accumulation in a number",
    "pandas: a reader above the new column",
    "pandas: rename twice is an error on a live frame",
    "numpy: a view is written through",
    "numpy: a generator object",
    "modules: a from-import of another function",
    "iterators: next in two cells",
    "shape: a mutating cell is deleted",
    "shape: a new cell mutates in between",
    "errors: a failing cell is mended",
    "texts: exec of a literal",
    "sql: a parameter",
    "cutoff: another way to the same value",
)
PAIRS = {str(pair): pair for pair in edit_pairs()}

pytestmark = [pytest.mark.kernel]


@pytest.mark.slow
@pytest.mark.parametrize("name", CHOSEN)
def test_after_run_stale_every_output_is_what_a_clean_run_gives(tmp_path: Path, name: str) -> None:
    pair = PAIRS[name]
    before = write_notebook(tmp_path / "before.ipynb", pair.before)
    edited = write_notebook(tmp_path / "edited.ipynb", pair.after)
    verdict = verify_edited(before, edited)
    assert [(cell.id, cell.difference) for cell in verdict.cells if not cell.agrees] == []
    assert [cell.id for cell in verdict.cells] == [cell_id for cell_id, _ in pair.after]


def test_one_json_object_tells_what_ran_and_what_agrees(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = write_notebook(tmp_path / "before.ipynb", (("a", "x = 1"), ("b", "print(x)"), ("c", "print('apart')")))
    after = write_notebook(tmp_path / "after.ipynb", (("a", "x = 2"), ("b", "print(x)"), ("c", "print('apart')")))
    assert main(["verify", before, "--edited", after, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "correct": True,
        "rerun_share": pytest.approx(2 / 3),
        "cells": [
            {"id": "a", "ran": True, "agrees": True},
            {"id": "b", "ran": True, "agrees": True},
            {"id": "c", "ran": False, "agrees": True},
        ],
    }


def stored(path: Path, *cells: tuple[str, str, str]) -> str:
    """A notebook of (id, text, printed output)."""
    write_notebook(path, tuple((cell_id, source) for cell_id, source, _ in cells))
    notebook: dict[str, Any] = json.loads(path.read_text())
    for cell, (_, _, text) in zip(notebook["cells"], cells, strict=True):
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text}] if text else []
    path.write_text(json.dumps(notebook))
    return str(path)


def test_a_stored_output_that_a_clean_run_does_not_give_is_named_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = stored(tmp_path / "n.ipynb", ("a", "x = 1", ""), ("b", "print(x)", "7\n"), ("c", "print(2)", "2\n"))
    before = Path(path).read_bytes()
    assert main(["verify", path]) == 1
    said = capsys.readouterr().out
    assert "it shows '7', a clean run '1'" in said
    assert "1 of 3 cells differ" in said
    assert Path(path).read_bytes() == before


def test_addresses_are_excused_unless_strict(tmp_path: Path) -> None:
    path = stored(tmp_path / "n.ipynb", ("a", "print(object())", "<object object at 0x7f00aa00bb00>\n"))
    assert main(["verify", path]) == 0
    assert main(["verify", path, "--strict"]) == 1


def test_noise_in_one_line_does_not_excuse_the_others(tmp_path: Path) -> None:
    source = "import os\nprint(os.urandom(8).hex())\nprint('sum', 1 + 1)"
    right = stored(tmp_path / "right.ipynb", ("a", source, "0011223344556677\nsum 2\n"))
    wrong = stored(tmp_path / "wrong.ipynb", ("a", source, "0011223344556677\nsum 3\n"))
    assert main(["verify", right]) == 0
    assert main(["verify", wrong]) == 1


CLEAN = [{"output_type": "stream", "name": "stdout", "text": "a 1\nsum 2\n"}]
AGAIN = [{"output_type": "stream", "name": "stdout", "text": "b 2\nb 3\nsum 2\n"}]
PICTURE = [{"output_type": "display_data", "data": {"image/png": "AAA", "text/plain": "<Figure>"}}]


@pytest.mark.parametrize(
    ("shown", "agrees"),
    [
        ([{"output_type": "stream", "name": "stdout", "text": "c 9\nsum 2\n"}], True),
        ([{"output_type": "stream", "name": "stdout", "text": "c 9\n"}, *CLEAN[:0]], False),
        ([], False),
        ([{"output_type": "stream", "name": "stdout", "text": "c 9\n"},
          {"output_type": "stream", "name": "stdout", "text": "sum 2\n"}], True),
    ],
)  # fmt: skip
def test_what_two_clean_runs_agree_on_must_be_there(shown: list[dict[str, Any]], agrees: bool) -> None:
    assert agrees_beside_noise(shown, CLEAN, AGAIN) is agrees


def test_the_time_a_sql_cell_took_is_excused() -> None:
    def shown(text: str) -> list[dict[str, Any]]:
        return [{"output_type": "display_data", "data": {"text/plain": text}}]

    one = shown("1. SELECT 1: 1 row, 0.01 s\n2 rows in 0.01 s on duckdb, as big")
    assert are_equal(one, shown("1. SELECT 1: 1 row, 0.30 s\n2 rows in 0.03 s on duckdb, as big"), strict=False)
    assert not are_equal(one, shown("1. SELECT 1: 1 row, 0.01 s\n3 rows in 0.01 s on duckdb, as big"), strict=False)


def test_a_wrong_picture_beside_noise_is_seen() -> None:
    other = [{**PICTURE[0], "data": {"image/png": "BBB", "text/plain": "<Figure>"}}]
    assert agrees_beside_noise([*PICTURE, *CLEAN], [*PICTURE, *CLEAN], [*PICTURE, *AGAIN])
    assert not agrees_beside_noise([*other, *CLEAN], [*PICTURE, *CLEAN], [*PICTURE, *AGAIN])


def test_what_is_no_notebook_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_notebook(tmp_path / "n.ipynb", (("a", "1"),))
    assert main(["verify", path, "--edited", str(tmp_path / "missing.ipynb")]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_the_pairs_are_many_named_once_and_edit_something() -> None:
    pairs = edit_pairs()
    assert len(pairs) >= 160
    assert len(PAIRS) == len(pairs)
    assert [str(pair) for pair in pairs if _is_malformed(pair)] == []


def _is_malformed(pair: EditPair) -> bool:
    texts = [source for _, source in (*pair.before, *pair.after)]
    return pair.before == pair.after or len(pair.before) < 3 or not all(texts)
