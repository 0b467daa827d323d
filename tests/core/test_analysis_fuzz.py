"""Whatever text a cell holds, `analyze_cell` and `analyze_sql` answer, and their work grows with its length only."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sept_ext.core import CellAnalysis, SqlAnalysis, analyze_cell, analyze_sql, python_budget
from sept_ext.core.cell_python import analyze_python, steps_taken

from .case_files import read_cases

pytestmark = pytest.mark.filterwarnings("ignore::SyntaxWarning")  # odd literals are what this is about
CELLS = [case.source for case in read_cases("cells")]
STATEMENTS = [case.source for case in read_cases("sql")]
WORDS = """
    x y df _ def class lambda : ( ) [ ] { } = := += == , . * ** @ ; \\ ' " \"\"\" f'{ }' # % %% %%sql %time ! ? if for
    in else try except finally with as match case import from global nonlocal return yield await async del 0
    1.5 ... -> {{ }} {% %} << -- :x SELECT FROM
"""
PIECES = (*WORDS.split(), "\n", "\n  ", "\n\t", "\x00", "\ud800", "é", "𝒳", " ")


def is_consistent(analysis: CellAnalysis) -> bool:
    return (
        analysis.kills <= analysis.writes
        and analysis.mutates <= analysis.writes
        and analysis.mutates <= analysis.reads
        and analysis.deletes <= analysis.writes
        and analysis.imports <= analysis.writes
        and set(analysis.read_spans) == analysis.reads
        and bool(analysis.source_hash)
    )


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_analysed(source: str) -> None:
    assert is_consistent(analyze_cell(source))


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_any_row_of_tokens_is_analysed(pieces: list[str]) -> None:
    assert is_consistent(analyze_cell(" ".join(pieces)))
    assert is_consistent(analyze_cell("".join(pieces)))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(CELLS), st.sampled_from(CELLS), st.integers(0, 200), st.integers(0, 200))
def test_cells_cut_and_joined_anywhere_are_analysed(first: str, second: str, cut: int, other: int) -> None:
    assert is_consistent(analyze_cell(first[:cut] + second[other:]))
    assert is_consistent(analyze_cell(first + "\n" + second))


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(STATEMENTS), st.sampled_from(STATEMENTS), st.integers(0, 100), st.sampled_from(["duckdb", "tsql"])
)
def test_statements_cut_and_joined_anywhere_are_analysed(first: str, second: str, cut: int, dialect: str) -> None:
    assert isinstance(analyze_sql(first[:cut] + second[cut:], dialect), SqlAnalysis)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="SELCTFROMWHITabx.,;()'\"-/*{}:%#@ \n\x00\ud800", max_size=80))
def test_any_sql_text_is_analysed(sql: str) -> None:
    assert isinstance(analyze_sql(sql), SqlAnalysis)
    assert is_consistent(analyze_cell("%%sql\n" + sql))


@pytest.mark.parametrize(
    "source",
    [
        "(" * 10_000,
        "[" * 90 + "a" + "]" * 90,
        "x = " + " + ".join(["a"] * 3_000),
        "x = " + " and ".join(["a"] * 10_000),
        "a" + ".b" * 3_000,
        "a" + "()" * 900,
        "-" * 5_000 + "1",
        "if a:\n" + "".join(" " * depth + "if a:\n" for depth in range(1, 90)) + " " * 90 + "b",
        "x = " + "lambda: " * 500 + "1",
        "f(" * 80 + "a" + ")" * 80,
        "def f():\n  return f()\n" * 200,
        "".join(f"for i{n} in a:\n" + " " * (n + 1) for n in range(18)) + "x = y",
        "\n" * 400_000,
        "x" * 499_999,
        "%%time\n" * 2_000 + "x",
        "!" * 10_000,
        "x = 1\\",
        "\ufeffx = 1",
        "\r\nx = 1\r\ny = x\r\n",
        "%%sql\n" + "SELECT * FROM (" * 400 + "a" + ")" * 400,
    ],
    ids=lambda source: source[:12].strip(),
)
def test_deep_long_and_odd_texts_are_analysed(source: str) -> None:
    assert is_consistent(analyze_cell(source))


def numbered(count: int, line: str, first: str = "") -> str:
    """Lines in which `i` is the number, `j` the one before, `k` and `m` others; `first` is what number 1 stands on."""
    numbers = range(1 if first else 0, count)
    return first + "\n".join(line.format(i=i, j=i - 1, k=(i + 1) % count, m=(i * 7 + 3) % count) for i in numbers)


# Texts that are exponential to follow call by call and part by part; `N` is the last number.
SHAPES: dict[str, tuple[str, str, str]] = {
    "a parser": (
        "",
        "def f{i}(t):\n  a = f{k}(t)\n  while t and t[0] == '{i}':\n    t.pop(0)\n    a = ('{i}', a, f{k}(t))\n"
        "  if t and t[0] == '(':\n    return f0(t)\n  return a",
        "tree = f0(tokens)",
    ),
    "mutual calls": ("", "def f{i}(a):\n  return f{k}(a) + f{m}(a) + g{i}", "f0(1)"),
    "functions that write": ("", "def f{i}():\n  global v{i}\n  v{i} = g{i}\n  f{k}()\n  f{m}()", "f0()"),
    "called twice": ("def f0(a): return a\n", "def f{i}(a):\n  return f{j}(a) or f{j}([a])", "x = fN(y)\nx.append(1)"),
    "methods": ("class A:\n  def m0(s): return g\n", "  def m{i}(s):\n    return s.m{j}(), s.m{j}()", "A().mN()"),
    "objects of objects": (
        "class A0:\n  def __init__(s, v): s.v = v\n",
        "class A{i}:\n  def __init__(s, v):\n    s.a = A{j}(v)\n    s.b = A{j}(s)",
        "x = AN(y)\nx.a.b.a.append(1)",
    ),
    "a chain of objects": (
        "class A0:\n  x = 1\n",
        "class A{i}:\n  def __init__(self, x):\n    self.x = x\n    self.y = A{j}(x)",
        "AN(z).y.y.y.x.append(1)",
    ),
    "inheritance": (
        "class A0:\n  def f(self): return g0\n",
        "class A{i}(A{j}):\n  def f(self): return super().f() + g{i}",
        "AN().f()",
    ),
    "dicts of dicts": ("x0 = {'a': q}\n", "x{i} = {{'l': x{j}, 'r': x{j}}}", "xN['l']['r'].append(1)"),
    "lists of lists": ("x0 = [q]\n", "x{i} = [x{j}, x{j}]", "xN[0][0].append(1)"),
    "lists of functions": ("x0 = [print]\n", "x{i} = [x{j}, x{j}, lambda: g{i}]", "xN[0]()"),
    "a wide list": ("d = [q for _ in range(9)]\n", "d.append(v{i}); d[{i}].append(1)", "d[0].append(1)"),
    "lambdas": ("f0 = abs\n", "f{i} = lambda x: f{j}(x) + g{i}", "fN(1)"),
    "closures": ("f0 = abs\n", "def f{i}(g):\n  def h(*a):\n    return g(*a), f{j}\n  return h\nx = f{i}(x)", "x(1)"),
    "functions handed down": (
        "def f0(g): return g()\n",
        "def f{i}(g):\n  f{j}(lambda: g())\n  return f{j}(lambda: g() or h{i})",
        "x = fN(q)",
    ),
    "generators": ("def f0(a): yield a\n", "def f{i}(a):\n  for v in f{j}(a): yield v, g{i}", "list(fN(q))"),
    "nested generators": ("g0 = [q]\n", "g{i} = (a + b for a in g{j} for b in g{j})", "list(gN)"),
    "branches": ("", "try:\n  x{i} = y{i}\nexcept E:\n  x{i} = z\nif p:\n  x{i} = [x{i}]", "xN.append(1)"),
}


def shape(name: str, count: int) -> str:
    first, line, last = SHAPES[name]
    return f"{numbered(count, line, first)}\n{last.replace('N', str(count - 1))}"


def calls_made(work: Callable[[], object]) -> int:
    """How many Python functions run; unlike seconds, the same on every machine."""
    count = 0

    def profile(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("count", [10, 30, 120])
def test_work_is_at_most_proportional_to_the_text(name: str, count: int) -> None:
    source = shape(name, count)
    assert steps_taken(source) <= 4_000 + 6 * len(source)
    assert calls_made(lambda: analyze_python(source)) <= 20_000 + 50 * len(source)


MANY = st.lists(st.tuples(st.sampled_from(sorted(SHAPES)), st.integers(1, 6), st.integers(1, 6)), max_size=40)


@settings(max_examples=60, deadline=None)
@given(MANY)
def test_work_is_at_most_proportional_in_any_mixture(pieces: list[tuple[str, int, int]]) -> None:
    lines = [SHAPES[name][1].format(i=i, j=j, k=j + 1, m=i + 1) for name, i, j in pieces if name != "methods"]
    source = "\n".join(lines)
    assert calls_made(lambda: analyze_python(source)) <= 20_000 + 50 * len(source)


# What is known of small ones: reads, and what is changed.
SMALL = {
    "a parser": ("tokens", "tokens"),
    "mutual calls": ("g0 g1 g2 g3", ""),
    "functions that write": ("g0 g1 g2 g3", ""),
    "called twice": ("y", "y"),
    "methods": ("g", ""),
    "objects of objects": ("y", ""),
    "a chain of objects": ("z", ""),
    "inheritance": ("g0 g1 g2 g3", ""),
    "dicts of dicts": ("q", ""),
    "lists of lists": ("q", ""),
    "lists of functions": ("g1 g2 g3", ""),
    "lambdas": ("g1 g2 g3", ""),
    "closures": ("x", ""),
    "functions handed down": ("h1 h2 h3 q", ""),
    "generators": ("g1 g2 g3 q", ""),
    "nested generators": ("q", ""),
}


@pytest.mark.parametrize("name", SMALL)
def test_what_is_small_is_followed_exactly(name: str) -> None:
    analysis = analyze_python(shape(name, 4))
    reads, mutates = SMALL[name]
    assert (analysis.reads, analysis.mutates) == (frozenset(reads.split()), frozenset(mutates.split()))


PYTHON = [source for source in CELLS if not source.lstrip().startswith(("%", "!"))]


def facts(source: str) -> tuple[frozenset[str], ...]:
    try:
        analysis = analyze_python(source)
    except SyntaxError:
        return ()
    return analysis.reads, analysis.writes, analysis.mutates


def test_a_cell_that_has_used_up_its_steps_loses_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    sources = [*PYTHON, *(shape(name, 8) for name in SHAPES)]
    exact = [facts(source) for source in sources]
    monkeypatch.setattr(python_budget, "BASE_STEPS", -1)
    monkeypatch.setattr(python_budget, "STEPS_PER_CHARACTER", 0)
    for source, known in zip(sources, exact, strict=True):
        cheap = facts(source)
        lost = [names - others for names, others in zip(known, cheap, strict=True)]
        assert not any(lost), (source, lost)
