"""Runs a labelled cell and records what it really read, bound, deleted and mutated.

A run takes one path, so what is observed is a lower bound of the label. Names are filled with values of a *world*:
by convention (`df` is a frame, `arr` an array), else a list of dicts, a dict, an array or a thing that takes anything.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import inspect
import io
import threading
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd


class Thing:
    """Takes anything: called, iterated, awaited, entered, compared. Changes by syntax are counted at its root."""

    __array_ufunc__ = None  # numpy and pandas leave operators to the thing
    __pandas_priority__ = 10_000

    def __array__(self, *_: object, **__: object) -> np.ndarray:
        return np.array(2.0)

    def __init__(self, *_: object, **__: object) -> None:
        object.__setattr__(self, "root", self)
        object.__setattr__(self, "version", 0)
        object.__setattr__(self, "asked", 0)
        object.__setattr__(self, "children", {})

    def _child(self, key: object) -> Any:
        if len(self.children) > 50:
            return self
        if key not in self.children:
            child = Thing()
            object.__setattr__(child, "root", self.root)
            self.children[key] = child
        return self.children[key]

    def _changed(self, *_: object) -> None:
        object.__setattr__(self.root, "version", self.root.version + 1)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._child(name)

    def __getitem__(self, key: object) -> Any:
        return self._child(repr(key))

    def __call__(self, *_: object, **__: object) -> Any:
        return Thing()

    def __iter__(self) -> Iterator[Any]:
        return iter([self._child(0), self._child(1)])

    def __await__(self) -> Any:
        return self._child("awaited")
        yield

    async def __aiter__(self) -> Any:
        yield self._child(0)

    def __enter__(self) -> Any:
        return self._child("entered")

    async def __aenter__(self) -> Any:
        return self._child("entered")

    def __exit__(self, *_: object) -> None:
        return None

    async def __aexit__(self, *_: object) -> None:
        return None

    def __format__(self, _: str) -> str:
        return "thing"

    __setitem__ = __delitem__ = __setattr__ = __delattr__ = _changed
    __hash__ = object.__hash__
    __fspath__ = lambda self: "/nowhere"  # noqa: E731
    __iadd__ = __isub__ = __imul__ = lambda self, other: nothing()
    __index__ = __len__ = __int__ = lambda self: 2
    __float__ = lambda self: 2.0  # noqa: E731
    __eq__ = __lt__ = __gt__ = __le__ = __ge__ = __contains__ = lambda self, other: bool(self)

    def __bool__(self) -> bool:
        """True three times, so that loops end."""
        object.__setattr__(self.root, "asked", self.root.asked + 1)
        return int(self.root.asked) <= 3

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __mod__ = __rmod__ = (
        __and__
    ) = __or__ = __ror__ = __pow__ = __matmul__ = lambda self, other: Thing()
    __neg__ = __invert__ = lambda self: Thing()


def nothing() -> Thing:
    """A thing that is false."""
    made = Thing()
    object.__setattr__(made, "asked", 9)
    return made


def a_frame() -> pd.DataFrame:
    return pd.DataFrame({"a": [1, 2, 3], "b": [4.0, 5.0, 6.0], "c": ["x", "y", "z"]})


FRAMES = ["df", "df1", "df2", "left", "right", "frame", "orders", "sales", "events", "logs"]
ARRAYS = ["arr", "m", "mat"]
Make = Callable[[], Any]
CONVENTIONS: dict[str, Make] = {
    **dict.fromkeys(FRAMES, a_frame),
    **dict.fromkeys(ARRAYS, lambda: np.arange(16.0).reshape(4, 4)),
    "np": lambda: np,
    "pd": lambda: pd,
    "rng": lambda: np.random.default_rng(0),
    "s": lambda: pd.Series([1.0, 2.0]),
    "seen": set,
    "counter": Counter,
    "od": lambda: OrderedDict(a=1, b=2),
    "dq": lambda: deque([1, 2]),
    "queue": lambda: deque([1, 2]),
    "index": lambda: defaultdict(set),
    "groups": lambda: defaultdict(list),
    "lock": threading.Lock,
}
WORLDS: dict[str, Make] = {
    "things": Thing,
    "nothings": nothing,
    "rows": lambda: [{"a": [1], "k": 2, "n": 3}, {"a": [2], "k": 3, "n": 4}],
    "dicts": lambda: {"a": [1], "b": [2], "k": [3]},
    "lists": lambda: [[3, 1], [2, 5], [4]],
    "arrays": lambda: np.arange(16.0).reshape(4, 4),
    "numbers": lambda: int("1003"),
    "texts": lambda: "".join(["alpha", " beta"]),
    "frames": a_frame,
}


def fingerprint(value: Any, depth: int = 5) -> object:  # noqa: C901 - a table of kinds
    """Equal for an object that was not changed in between."""
    if isinstance(value, Thing):
        return value.root.version
    if isinstance(value, np.ndarray):
        return (value.shape, value.flags.writeable, value.tobytes())
    if isinstance(value, pd.DataFrame | pd.Series):
        names = getattr(value, "columns", [value.name if isinstance(value, pd.Series) else None])
        return (repr(names), repr(value.index), fingerprint(value.to_numpy().tolist()))
    if isinstance(value, np.random.Generator):
        return repr(value.bit_generator.state)
    if isinstance(value, io.StringIO):
        return (value.closed or value.tell(), value.closed or value.getvalue())
    if depth == 0:
        return type(value).__name__
    if isinstance(value, dict):
        return [type(value).__name__, *((repr(key), fingerprint(item, depth - 1)) for key, item in value.items())]
    if isinstance(value, list | tuple | deque):
        return [type(value).__name__, *(fingerprint(item, depth - 1) for item in value)]
    if isinstance(value, set | frozenset):
        return sorted(map(repr, value))
    if inspect.ismodule(value) or inspect.isroutine(value):
        return "code"
    if hasattr(value, "__dict__"):
        public = {key: item for key, item in vars(value).items() if not key.startswith("__")}
        return [type(value).__name__, fingerprint(public, depth - 1)]
    return repr(value) if isinstance(value, int | float | str | bytes | bytearray | None) else type(value).__name__


MOST_STEPS = 20_000


class EndlessRun(Exception):
    """A loop whose condition means nothing in this world."""


class Namespace(dict[str, Any]):
    """Global names that remember which values from before were read."""

    def __init__(self, names: dict[str, Any]) -> None:
        super().__init__(names)
        self.before = dict(names)
        self.reads: set[str] = set()
        self.bound: set[str] = set()
        self.steps = 0

    def _step(self) -> None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise EndlessRun

    def __getitem__(self, name: str) -> Any:
        self._step()
        value = super().__getitem__(name)
        if name not in self.bound and name in self.before and value is self.before[name]:
            self.reads.add(name)
        return value

    def __setitem__(self, name: str, value: Any) -> None:
        self._step()
        self.bound.add(name)
        super().__setitem__(name, value)

    def __delitem__(self, name: str) -> None:
        self.bound.add(name)
        super().__delitem__(name)


@dataclass
class Observed:
    """What a run did. `error` says that it ended early, and why."""

    reads: set[str] = field(default_factory=set)
    writes: set[str] = field(default_factory=set)
    error: BaseException | None = None


def observe(source: str, names: dict[str, Any]) -> Observed:
    """Run a cell in names of its own."""
    namespace = Namespace(names)
    marks = {name: fingerprint(value) for name, value in namespace.before.items()}
    error = _run(source, namespace)
    after = {name: dict.get(namespace, name) for name in namespace}
    writes = set(namespace.bound)
    writes |= {name for name in namespace.before.keys() | after.keys() if _differs(name, namespace.before, after)}
    writes |= {name for name, value in namespace.before.items() if fingerprint(value) != marks[name]}
    return Observed(
        set(namespace.reads), writes - {"__builtins__", "__annotations__", "__warningregistry__", "__name__"}, error
    )


def _differs(name: str, before: dict[str, Any], after: dict[str, Any]) -> bool:
    return (name in before) != (name in after) or before.get(name) is not after.get(name)


def _run(source: str, namespace: Namespace) -> BaseException | None:
    try:
        code = compile(source, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
            result = eval(code, namespace)
            if inspect.iscoroutine(result):
                asyncio.run(_within(result))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the error is the result
        return error
    return None


async def _within(running: Any) -> None:
    await asyncio.wait_for(running, 5)


def roles(source: str) -> dict[str, Make]:
    """Values that the use of a name asks for: what is called takes anything, a base class is a class."""
    made: dict[str, Make] = {}
    with contextlib.suppress(SyntaxError):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                made[node.func.id] = Thing
            elif isinstance(node, ast.ClassDef):
                made.update({base.id: _new_class(base.id) for base in node.bases if isinstance(base, ast.Name)})
            elif isinstance(node, ast.MatchClass) and isinstance(node.cls, ast.Name):
                made[node.cls.id] = _new_class(node.cls.id)
    return made


def _new_class(name: str) -> Make:
    return lambda: type(name, (), {"__match_args__": ("a", "b")})


def stage(names: frozenset[str], source: str, code: str, world: Make) -> dict[str, Any]:
    """The names a cell finds: those that `code` binds, then by role, convention and world."""
    asked = roles(source)
    found: dict[str, Any] = {}
    for name in sorted(names):
        found[name] = (asked.get(name) or CONVENTIONS.get(name) or world)()
    made: dict[str, Any] = {"np": np, "pd": pd}
    exec(compile(code, "<stage>", "exec"), made)
    found.update({name: value for name, value in made.items() if name in names or name not in ("np", "pd")})
    found.pop("__builtins__", None)
    found.setdefault("__name__", "__main__")
    return found
