"""What the analysis knows about a value while it walks a cell, and what a function does when called.

A value is known by the *outer names* whose object it may be (`origins`) or may hold (`inner`): enough to tell whether
`b.append(1)` changes the object another cell knows as `a`. Parameters of a function being summarised are origins too,
marked by a leading NUL, and are replaced by the arguments where the function is called.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, NamedTuple

from .python_names import words

Position = tuple[int, int, int, int]
NOTHING: frozenset[str] = frozenset()
PARAMETER = "\0"
MADE = "\2"  # marks the origin of an object made in the cell and bound to a name: two names may share it
PART = "*"  # after a parameter's origin: what the argument holds, not the argument itself
FIELD = "\4"  # after a parameter's origin, before an attribute's name: what the argument's attribute is
LAST_MARK = "\5"  # names sort after it
GENERATOR, COROUTINE = "<generator>", "<coroutine>"  # names of functions that wait to be iterated, awaited

SLICE = "[:]"  # the path of a slice: a view in numpy, a copy of a list
VIEW = "[...]"  # the path of a view of an array, whatever is done to it

CONVENTIONAL_MODULES: Mapping[str, str] = {
    "np": "numpy",
    "pd": "pandas",
    "pl": "polars",
    "plt": "matplotlib.pyplot",
    "mpl": "matplotlib",
    "sns": "seaborn",
    "sp": "scipy",
    "tf": "tensorflow",
    "nx": "networkx",
    "pa": "pyarrow",
    "px": "plotly.express",
    "go": "plotly.graph_objects",
    "alt": "altair",
    "sm": "statsmodels.api",
    "mo": "marimo",
    "ne": "numexpr",
    "ps": "pandasql",
    **{
        name: name
        for name in words(
            "numpy pandas polars matplotlib seaborn scipy sklearn torch duckdb random math os sys re json time "
            "datetime itertools collections functools heapq bisect copy pickle operator shutil subprocess glob "
            "list dict set object statistics csv io logging warnings requests cv2 networkx numexpr pandasql "
            "marimo timeit importlib string __main__"
        )
    },
}


class Value(NamedTuple):
    """What is known of a value.

    `path` is the dotted road it was imported by (`numpy.random.shuffle`; a call adds `()`), `text` its characters if
    it is a known string, `functions` what runs when it is called, `members` the methods of a class or of an
    instance, `bound` the attribute's name of a part (`items.append`, kept to be called later), `parts` the elements
    of a tuple or list of known shape, `deep` what the elements may hold besides `inner`, `keys` what is under the
    constant keys of a dict (`"k"`) and in the attributes of an object (`".k"`). `weight` counts the values in it,
    a part that is there twice twice: whoever makes parts or keys does so with `shaped`, which keeps it small.
    """

    origins: frozenset[str] = NOTHING
    inner: frozenset[str] = NOTHING
    functions: tuple[Summary, ...] = ()
    path: str | None = None
    text: str | None = None
    members: Mapping[str, Summary] | None = None
    is_class: bool = False
    bound: str | None = None
    parts: tuple[Value, ...] | None = None
    deep: frozenset[str] = NOTHING
    keys: Mapping[object, Value] | None = None
    weight: int = 1

    @property
    def name(self) -> str | None:
        """The name this value spells, if it is a known string (an f-string's hole is a NUL)."""
        return self.text if self.text and "\0" not in self.text else None

    @property
    def is_shared(self) -> bool:
        """Whether it may be an object from outside the cell."""
        return any(origin[0] != MADE for origin in self.origins)

    def part(self) -> Value:
        """An element, attribute or view of this value: changing it in place changes the whole."""
        if not self.inner and not self.origins:
            return FRESH
        shared = self.inner | self.origins
        return Value(shared, shared | self.deep)

    def element(self) -> Value:
        """What iteration or an index gives: an object the value holds."""
        if self.parts or (self.keys and self.members is None):
            return one_of(list(self.parts or self.keys.values()))  # type: ignore[union-attr]
        if self.functions:
            held = tuple([function for function in self.functions if function.name != GENERATOR])
            return Value(self.inner, self.inner | self.deep, held)
        return Value(self.inner, self.inner | self.deep) if self.inner or self.deep else FRESH

    def holder(self) -> Value:
        """A new container of the same elements (`list(x)`, `x[1:]`, `x.copy()`)."""
        return Value(NOTHING, self.inner, deep=self.deep) if self.inner or self.deep else FRESH


FRESH = Value()


def sharing(value: Value, origins: frozenset[str], inner: frozenset[str], deep: frozenset[str]) -> Value:
    """The value being, holding and deeply holding other objects; `_replace` takes four times as long."""
    return tuple.__new__(Value, (origins, inner, *value[2:9], deep, *value[10:]))


def text_value(text: str) -> Value:
    """A known string, made the short way: cells are full of them."""
    return tuple.__new__(Value, (NOTHING, NOTHING, (), None, text, None, False, None, None, NOTHING, None, 1))


@lru_cache(maxsize=4096)
def outer(name: str) -> Value:
    """The value a global name has before the cell runs."""
    own = frozenset((name,))
    return Value(own, own, path=CONVENTIONAL_MODULES.get(name))


@lru_cache(maxsize=4096)
def made(name: str) -> Value:
    """An object made in the cell, once it is bound to a name."""
    own = frozenset((MADE + name,))
    return Value(own)


HEAVIEST = 250  # values inside the parts of a value; beyond, what it holds is known, not where
MOST_ALTERNATIVES = 50  # parts told apart when it is not known which of them is meant


def shaped(value: Value, parts: tuple[Value, ...] | None = None, keys: Mapping[object, Value] | None = None) -> Value:
    """The value with these parts or keys, or holding what they hold where that would be too much to keep apart."""
    weight = nested = 1
    for part in parts or ():
        weight += part.weight
        nested += part.weight - 1
    for part in keys.values() if keys else ():
        weight += part.weight
        nested += part.weight - 1
    if nested <= HEAVIEST:
        return tuple.__new__(Value, (*value[:8], parts, value.deep, keys, weight))
    held = holding([*(parts or ()), *(keys.values() if keys else ())])
    functions = _both(value.functions, held.functions)
    return value._replace(
        inner=value.inner | held.inner,
        deep=value.deep | held.deep,
        functions=functions,
        parts=None,
        keys=None,
        weight=1,
    )


def _both(first: tuple[Summary, ...], second: tuple[Summary, ...]) -> tuple[Summary, ...]:
    if not first or not second or first is second:
        return first or second
    functions = tuple(dict.fromkeys(first + second))
    if len(functions) > MOST_ALTERNATIVES:  # copies of one function that know other arguments
        functions = tuple({id(function.effects): function for function in functions}.values())
    return functions


def one_of(values: list[Value]) -> Value:
    """A value that is any of these."""
    first, *others = values
    if len(others) > MOST_ALTERNATIVES:
        held = holding(values)
        origins = frozenset().union(*[value.origins for value in values])
        members = next((value.members for value in values if value.members), None)
        return Value(origins, held.inner, held.functions, members=members, deep=held.deep)
    for other in others:
        first = union(first, other)
    return first


def union(first: Value, second: Value) -> Value:
    """A value that is one of two (after a branch)."""
    if first is second:
        return first
    both = Value(
        first.origins | second.origins,
        first.inner | second.inner,
        _both(first.functions, second.functions),
        first.path if first.path == second.path else first.path or second.path,
        first.text if first.text == second.text else None,
        {**first.members, **second.members} if first.members and second.members else first.members or second.members,
        first.is_class or second.is_class,
        deep=first.deep | second.deep,
    )
    parts = _common_parts(first, second) if first.parts or second.parts else None
    keys = _common_keys(first, second) if first.keys is not None or second.keys is not None else None
    return shaped(both, parts, keys) if parts is not None or keys is not None else both


def _common_parts(first: Value, second: Value) -> tuple[Value, ...] | None:
    """The parts of one of two values; one that holds nothing is no tuple, or does not matter."""
    if first.parts is None or second.parts is None:
        other = second if first.parts is not None else first
        return None if other.inner or other.deep else first.parts or second.parts
    if len(first.parts) != len(second.parts):
        return None
    return tuple([union(one, two) for one, two in zip(first.parts, second.parts, strict=True)])


def _common_keys(first: Value, second: Value) -> Mapping[object, Value] | None:
    if first.keys is None or second.keys is None:
        other = second if first.keys is not None else first
        return None if other.inner or other.deep else first.keys if first.keys is not None else second.keys
    merged = {**first.keys, **second.keys}
    for key in first.keys.keys() & second.keys.keys():
        merged[key] = union(first.keys[key], second.keys[key])
    return merged


def holding(values: list[Value]) -> Value:
    """A new container that holds the given values."""
    inner: frozenset[str] = NOTHING
    deep: frozenset[str] = NOTHING
    functions: tuple[Summary, ...] = ()
    if len(values) > MOST_ALTERNATIVES:  # all at once: one by one, each union would copy what is there
        inner = frozenset().union(*[v.origins for v in values], *[v.inner for v in values])
        deep = frozenset().union(*[v.deep for v in values])
        functions = tuple(dict.fromkeys([one for value in values for one in value.functions]))
    else:
        for value in values:
            if value.origins or value.inner:
                inner = inner | value.origins | value.inner
            if value.deep:
                deep = deep | value.deep
            functions = _both(functions, value.functions)
    return Value(NOTHING, inner, functions, deep=deep) if inner or functions or deep else FRESH


def row(values: list[Value]) -> Value:
    """A tuple or list that holds exactly these values, in this order."""
    held = holding(values)
    return shaped(held, tuple(values)) if held is not FRESH else FRESH


@dataclass(slots=True)
class Effects:
    """What a stretch of code does to global names, collected while it is walked (the only mutable record here)."""

    reads: dict[str, list[Position]] = field(default_factory=dict)
    writes: dict[str, list[Position]] = field(default_factory=dict)
    mutates: dict[str, list[Position]] = field(default_factory=dict)
    imports: set[str] = field(default_factory=set)
    opaque: dict[str, Position] = field(default_factory=dict)
    deferred: list[Summary] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Call:
    """A call from inside a function, resolved when that function itself is called.

    `name` is a global name or the origin of a parameter that is called; with `method`, the origin of the parameter
    whose method is called (`self`). `function`: what is called, where it is known (in `python_flat`).
    """

    name: str
    arguments: tuple[Value, ...]
    keywords: Mapping[str, Value]
    method: str | None = None
    function: Summary | None = None


@dataclass(slots=True, eq=False)
class Summary:
    """What calling a function does: its effects, which of its parameters it mutates, what it may return.

    `fills` says what a parameter holds afterwards (`box.append(x)`); `rest` and `options` are `*args`, `**kwargs`.
    `leading` and `preset` are arguments given already (a bound method's receiver, `functools.partial`), `captured`
    what the parameters of enclosing functions stand for, `kind` how a class hands the function out, and `postponed`
    the names that only a function it returns reads. `rebinds`: it keeps something in the function around it, so that
    calling it changes it. `late` are the reads of names not bound when it was made.
    `lazy` says that a call only makes a generator or coroutine (`GENERATOR`, `COROUTINE`), whose body waits.
    """

    name: str
    parameters: tuple[str, ...]
    depth: int
    effects: Effects = field(default_factory=Effects)
    kills: frozenset[str] = NOTHING
    calls: list[Call] = field(default_factory=list)
    returns: Value = FRESH
    defaults: Mapping[str, Value] = field(default_factory=dict)
    fills: Mapping[str, Value] = field(default_factory=dict)
    rest: str | None = None
    options: str | None = None
    leading: tuple[Value, ...] = ()
    preset: Mapping[str, Value] = field(default_factory=dict)
    captured: Mapping[str, Value] = field(default_factory=dict)
    postponed: frozenset[str] = NOTHING
    late: frozenset[str] = NOTHING
    rebinds: bool = False
    kind: Literal["", "static", "class", "property", "setter"] = ""
    lazy: str = ""

    def parameter(self, name: str) -> str:
        """The origin that stands for the parameter `name` in this summary."""
        return f"{PARAMETER}{self.depth}.{name}"
