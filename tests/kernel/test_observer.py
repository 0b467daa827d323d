"""What the observer tells about runs, in a real kernel."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from time import thread_time
from typing import Any

import pandas as pd
import pytest

from sept_ext.core import analyze_cell
from sept_ext.kernel.digests import content
from sept_ext.kernel.import_uses import import_uses
from sept_ext.kernel.namespace_watch import NamespaceWatch
from tests.support.kernels import KernelSession

pytestmark = pytest.mark.kernel


def test_a_run_is_announced_and_reported_with_its_cell_text_and_count(kernel: KernelSession) -> None:
    ran = kernel.run("answer = 42", "c1")
    assert [report["phase"] for report in ran.reports] == ["started", "finished"]
    assert {key: ran.report[key] for key in ("cell_id", "source", "status")} == {
        "cell_id": "c1",
        "source": "answer = 42",
        "status": "ok",
    }
    assert ran.report["execution_count"] == int(kernel.run("print(len(In) - 2)").text)


def test_bound_names_come_with_equal_digests_for_equal_values(kernel: KernelSession) -> None:
    first = kernel.run("xs = [1, 2]").report["bound"]["xs"]
    assert kernel.run("xs = [1, 2]").report["bound"]["xs"] == first
    assert kernel.run("xs = [1, 3]").report["bound"]["xs"] != first


LIBRARY_VALUES = """
import random, re, typing
import numpy as np
from collections import namedtuple
from functools import cached_property
from typing import NamedTuple, TypeVar
Point = namedtuple("Point", "x y")
class Pair(NamedTuple):
    left: int
class Lazy:
    @cached_property
    def value(self): return 1
point, pair, lazy = Point(1, 2), Pair(1), Lazy()
draw, sine, flag, either, T = random.choice, np.sin, re.IGNORECASE, int | None, TypeVar("T")
"""


def test_values_of_libraries_have_digests_too(kernel: KernelSession) -> None:
    bound = kernel.run(LIBRARY_VALUES).report["bound"]
    assert [name for name, digest in bound.items() if digest is None] == []
    again = kernel.run(LIBRARY_VALUES).report
    assert {"random", "np", "draw", "sine"} <= set(again["kept"])
    assert {name: again["bound"][name] for name in ("Point", "pair", "lazy")} == {
        name: bound[name] for name in ("Point", "pair", "lazy")
    }


CHANGES = [
    ("m = {}", "m['a'] = 1", "mutated", "m"),
    ("one = [1]\ntwo = one", "two.append(2)", "mutated", "one"),
    ("import pandas as pd\ndf = pd.DataFrame({'a': [1]})", "df['b'] = 2", "mutated", "df"),
    ("import numpy as np\narr = np.zeros(3)", "arr[0] = 1", "mutated", "arr"),
    ("gone = 1", "del gone", "deleted", "gone"),
    ("class Box: pass\nbox = Box()", "box.x = 1", "mutated", "box"),
    ("same = 5", "same = 5", "kept", "same"),
]


@pytest.mark.parametrize(("before", "source", "part", "name"), CHANGES)
def test_changes_are_told_by_kind(kernel: KernelSession, before: str, source: str, part: str, name: str) -> None:
    kernel.run(before)
    assert name in kernel.run(source).report[part]


def test_a_cell_that_only_reads_changes_nothing(kernel: KernelSession) -> None:
    kernel.run("values = list(range(100))\nframe = {'a': 1}")
    report = kernel.run("print(sum(values), frame)").report
    assert (report["bound"], report["mutated"], report["deleted"], report["unknown"]) == ({}, {}, [], [])


def test_a_failing_cell_reports_its_error_and_what_it_did_before(kernel: KernelSession) -> None:
    report = kernel.run("half = 1\nraise ValueError('no')\nother_half = 2").report
    assert report["status"] == "error"
    assert report["error"] == "ValueError: no"
    assert "half" in report["bound"]
    assert "other_half" not in report["bound"]
    assert report["failed_line"] == 2


def test_silent_runs_of_front_ends_are_not_reported(kernel: KernelSession) -> None:
    msg_id = kernel.client.execute("hidden = 1", silent=True)
    assert kernel.finish(msg_id).reports == []


DIGESTS: list[tuple[Any, Any, bool]] = [
    (1, 1, True), (1, True, False), (1, 1.0, False), ("a", b"a", False), ([1, 2], [1, 2], True),
    ([1, 2], (1, 2), False),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}, False), ({1, 2, 3}, {3, 2, 1}, True), ([["a"], "b"], [["a", "b"]], False),
    ("ab", "a", False), (0.0, -0.0, False),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "are_equal"), DIGESTS)
def test_digests_are_equal_only_for_values_no_cell_can_tell_apart(one: Any, other: Any, are_equal: bool) -> None:
    assert (content(one, {}).digest == content(other, {}).digest) is are_equal
    assert content(one, {}).digest is not None


def test_a_function_is_its_code_and_tells_which_global_names_it_uses() -> None:
    namespace: dict[str, Any] = {"__name__": "__main__", "factor": 2}
    exec("def bound(x): return x * factor", namespace)
    found = content(namespace["bound"], namespace)
    assert (found.reads, found.digest is None) == ({"factor"}, False)
    exec("def bound(x):  # the same\n    return x * factor", namespace)
    assert content(namespace["bound"], namespace).digest == found.digest


def test_one_object_in_two_places_is_not_two_equal_ones() -> None:
    row = [0]
    assert content([row, row], {}).digest != content([[0], [0]], {}).digest


def test_frames_of_mixed_objects_are_told_apart_by_their_types() -> None:
    one, other = pd.DataFrame({"a": [1, "x"]}), pd.DataFrame({"a": ["1", "x"]}, dtype=object)
    assert content(one, {}).digest != content(other, {}).digest
    assert content(one, {}).digest == content(one.copy(), {}).digest


def test_frames_tell_a_negative_zero_and_count_their_rows() -> None:
    one, other = pd.DataFrame({"a": [0.0]}), pd.DataFrame({"a": [-0.0]})
    assert content(one, {}).digest != content(other, {}).digest
    assert content(one.iloc[:0], {}).digest != content(one, {}).digest
    assert content(pd.DataFrame({"n": range(400_000)}), {}).digest is not None


def test_methods_of_a_class_that_is_a_container_do_not_run() -> None:
    namespace: dict[str, Any] = {"__name__": "__main__", "ran": []}
    exec(
        "class D(dict):\n    def items(self): ran.append(1); return []\n"
        "class L(list):\n    def __iter__(self): ran.append(1); return iter(())\n"
        "d, l = D(a=1), L([1])",
        namespace,
    )
    before = [content(namespace[name], namespace).digest for name in "dl"]
    dict.__setitem__(namespace["d"], "b", 2)
    list.append(namespace["l"], 2)
    after = [content(namespace[name], namespace).digest for name in "dl"]
    assert namespace["ran"] == []
    assert None not in before
    assert not set(before) & set(after)


def test_a_value_that_holds_another_names_object_says_so(kernel: KernelSession) -> None:
    kernel.run("inner = [1]\nnumber = 5")
    assert kernel.run("outer = {'k': inner, 'n': number}").report["held"] == ["inner"]


def test_names_that_no_cell_writes_any_more_can_be_taken_out(kernel: KernelSession) -> None:
    kernel.run("old = 1")
    kernel.client.execute("%sept_forget old", silent=True)
    assert kernel.run("'old' in globals()").report["bound"] == {}


READ_ONLY = [
    ("import numpy as np\nrng = np.random.default_rng(1)", "np", True),
    ("import random\nrandom.seed(42)", "random", True),
    ("import os\nos.environ['A'] = '1'", "os", True),
    ("import math\nf = math.sqrt\nprint(f(2), math.pi)", "math", True),
    ("import string\ns = string\ns.x = 1", "string", False),
    ("import matplotlib\nfrom matplotlib import rc\nrc('font', size=7)", "matplotlib", False),
    ("import matplotlib as mpl\nrc = mpl.rcParams", "mpl", False),
    ("import logging\nlog = logging.getLogger()", "logging", False),
    ("%pwd\nimport string", "string", False),
]


@pytest.mark.parametrize(("source", "name", "is_read_only"), READ_ONLY)
def test_a_module_is_as_it_was_where_the_cell_that_imports_it_only_reads_it(
    source: str, name: str, is_read_only: bool
) -> None:
    facts = analyze_cell(source)
    assert (name in import_uses(source, facts.imports, facts.mutates, {}).read_only) is is_read_only


TOLD_APART = [
    ("class x:\n    @classmethod\n    def p(s): ...", "class x:\n    @staticmethod\n    def p(s): ..."),
    ("class x:\n    __match_args__ = ('a', 'b')", "class x:\n    __match_args__ = ('b', 'a')"),
    ("class x:\n    __module__ = 'm'\n    a = 1", "class x:\n    __module__ = 'm'\n    a = 2"),
    ("def x(g, h):\n    with g:\n        g()\n        h()", "def x(g, h):\n    with g:\n        g()\n    h()"),
    ("def x(): ...\nx.__doc__ = 'a'", "def x(): ..."),
    ("import functools\n@functools.wraps(len)\ndef x(): return 1",
     "import functools\n@functools.wraps(len)\ndef x(): return 2"),
    ("import pandas as pd\nx = pd.Series([1], index=[0.0])", "import pandas as pd\nx = pd.Series([1], index=[-0.0])"),
    ("import pandas as pd\nx = pd.Series([1], name='0')", "import pandas as pd\nx = pd.Series([1], name=0)"),
    ("import pandas as pd\nx = pd.Series([None], dtype='string')",
     "import pandas as pd\nx = pd.Series(['<NA>'], dtype='string')"),
    ("import pandas as pd\nx = pd.CategoricalIndex(['a'], ordered=True)",
     "import pandas as pd\nx = pd.CategoricalIndex(['a'])"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), TOLD_APART)
def test_values_that_look_alike_are_told_apart(one: str, other: str) -> None:
    digests = []
    for source in (one, other):
        namespace: dict[str, Any] = {"__name__": "__main__"}
        exec(source, namespace)
        digests.append(content(namespace["x"], namespace).digest)
    assert None not in digests
    assert digests[0] != digests[1]


HOSTILE = [
    "class x:\n    def __getattribute__(self, name): ran.append(name)\nx = x()",
    "from collections.abc import Sized\nclass x(Sized, list):\n    def __iter__(self): ran.append(1)\nx = x([1])",
    "class M(type):\n    def __eq__(a, b): ran.append(1)\n    __hash__ = None\nclass x(metaclass=M): ...\nx = x()",
    "class M(type):\n    def __getattribute__(c, name): ran.append(name)\nclass x(metaclass=M): ...",
    "import pandas as pd\nclass Z:\n    def __repr__(self): ran.append(1)\nx = pd.DataFrame(); x.attrs['z'] = Z()",
]


@pytest.mark.parametrize("source", HOSTILE)
def test_no_code_of_the_users_runs_when_a_value_is_looked_at(source: str) -> None:
    namespace: dict[str, Any] = {"__name__": "__main__", "ran": []}
    exec(source, namespace)
    namespace["ran"].clear()
    watch = NamespaceWatch(namespace, {})
    watch.before()
    namespace["y"] = 1
    assert "y" in watch.after(frozenset({"x", "y"})).bound
    assert namespace["ran"] == []


def test_a_file_that_is_written_keeps_what_it_has_not_written_out(tmp_path: Path) -> None:
    with (tmp_path / "f").open("w") as file:
        file.write("one")
        assert content(file, {}).digest is None
        assert (tmp_path / "f").read_text() == ""


LARGE: dict[str, Any] = {
    "long integers": [10**4000 + n for n in range(19_000)],
    "a wide frame": pd.DataFrame([range(50_000)]),
    "a list in attributes": pd.DataFrame(),
    "a deque": deque(range(1_000_000)),
    "bytes": bytearray(50_000_000),
}
LARGE["a list in attributes"].attrs["long"] = list(range(1_000_000))


@pytest.mark.parametrize("name", LARGE)
def test_large_values_are_given_up_before_they_are_copied(name: str) -> None:
    began = thread_time()
    content(LARGE[name], {})
    assert thread_time() - began < 0.1


def test_a_change_of_a_name_that_was_passed_over_is_told_when_it_is_next_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    namespace: dict[str, Any] = {}
    watch = NamespaceWatch(namespace, {})
    watch.before()
    namespace.update({f"list{n}": [n] for n in range(5)})
    watch.after(frozenset(namespace))
    monkeypatch.setattr("sept_ext.kernel.namespace_watch._BUDGET_S", -1)
    watch.before()
    namespace["list3"].append(0)  # by a way that no name shows
    assert watch.after(frozenset()).mutated == {}
    monkeypatch.undo()
    watch.before()
    assert list(watch.after(frozenset()).mutated) == ["list3"]
