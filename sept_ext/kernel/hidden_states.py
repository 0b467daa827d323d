"""Digests of the state that no name shows (`core.hidden_state`), and the way back to what a new kernel has."""

from __future__ import annotations

import decimal
import os
import random
import sys
from collections.abc import Callable, Iterator, Mapping
from hashlib import blake2b
from typing import Any

from sept_ext.core import hidden_state as keys


class HiddenStates:
    """The settings as they were when the kernel began, and all hidden state now."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._environment = dict(os.environ)
        self._folder = os.getcwd()  # noqa: PTH109 - what os.chdir wants back
        self._path = list(sys.path)
        self._decimal = decimal.getcontext().copy()
        self._recursion_limit = sys.getrecursionlimit()
        # A library's options are there once somebody imports it.
        self._options: dict[str, dict[str, Any]] = {}

    def digests(self) -> dict[str, str]:
        """Each kind of state that there is, with a digest (together some 150 us)."""
        found = {
            keys.STDLIB: _digest(repr(random.getstate())),
            keys.DISPLAY: _digest(repr(self._display())),
            keys.ENVIRONMENT: _digest(repr(sorted(os.environ.items()))),
            keys.FOLDER: _digest(_folder()),
            keys.IMPORT_PATH: _digest(repr(sys.path)),
            keys.DECIMAL: _digest(_described(decimal.getcontext())),
            keys.RECURSION: str(sys.getrecursionlimit()),
        }
        # Not imported here: who did not import numpy does not draw from it.
        numpy_random = sys.modules.get("numpy.random")
        if numpy_random is not None and hasattr(numpy_random, "get_state"):
            state = numpy_random.get_state(legacy=False)
            key = state["state"].pop("key", None)  # the long array, whose repr would be cut
            found[keys.NUMPY] = _digest(repr(state) + ("" if key is None else key.tobytes().hex()))
        return found

    def reset(self, key: str) -> None:
        """Put a setting back to what a new kernel has."""
        resets: dict[str, Callable[[], None]] = {
            keys.DISPLAY: self._reset_display,
            keys.ENVIRONMENT: self._reset_environment,
            keys.FOLDER: lambda: os.chdir(self._folder),
            keys.IMPORT_PATH: lambda: sys.path.__setitem__(slice(None), self._path),
            keys.DECIMAL: lambda: decimal.setcontext(self._decimal.copy()),
            keys.RECURSION: lambda: sys.setrecursionlimit(self._recursion_limit),
        }
        resets[key]()

    def _display(self) -> dict[str, Any]:
        """Options of what shows values that differ from those the library came with."""
        changed: dict[str, Any] = {"precision": getattr(self._plain_formatter(), "float_format", None)}
        for library, options in _libraries():
            first = self._options.setdefault(library, {**options, **_defaults(library)})
            changed[library] = {name: value for name, value in options.items() if first.get(name) != value}
        return {name: value for name, value in changed.items() if value}

    def _plain_formatter(self) -> Any:
        return self._shell.display_formatter.formatters.get("text/plain")

    def _reset_display(self) -> None:
        self._plain_formatter().float_precision = ""
        numpy, pandas = sys.modules.get("numpy"), sys.modules.get("pandas")
        if numpy is not None and "numpy" in self._options:
            numpy.set_printoptions(**self._options["numpy"])
        for name, value in self._options.get("pandas", {}).items():
            if pandas is not None and pandas.get_option(name) != value:
                pandas.set_option(name, value)

    def _reset_environment(self) -> None:
        for name in os.environ.keys() - self._environment.keys():
            del os.environ[name]
        os.environ.update(self._environment)


def _libraries() -> Iterator[tuple[str, dict[str, Any]]]:
    numpy, pandas = sys.modules.get("numpy"), sys.modules.get("pandas")
    if numpy is not None and hasattr(numpy, "get_printoptions"):
        yield "numpy", dict(numpy.get_printoptions())
    options = getattr(getattr(pandas, "options", None), "d", None)
    if isinstance(options, Mapping):
        yield "pandas", dict(_flat(options.get("display", {}), "display"))


# numpy.set_printoptions in numpy's reference: a cell may import numpy and set an option at once.
_NUMPY_DEFAULTS = {
    "edgeitems": 3, "threshold": 1000, "floatmode": "maxprec", "precision": 8, "suppress": False, "linewidth": 75,
    "nanstr": "nan", "infstr": "inf", "sign": "-", "formatter": None,
}  # fmt: skip


def _defaults(library: str) -> dict[str, Any]:
    """What the library came with, as far as it tells."""
    if library == "numpy":
        return dict(_NUMPY_DEFAULTS)
    registered = getattr(sys.modules.get("pandas._config.config"), "_registered_options", {})
    return {name: option.defval for name, option in registered.items() if name.startswith("display.")}


def _flat(options: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, value in options.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}.{name}")
        else:
            yield f"{prefix}.{name}", value


def _folder() -> str:
    try:
        return os.getcwd()  # noqa: PTH109 - as above
    except OSError:  # it was deleted
        return ""


def _described(context: decimal.Context) -> str:
    """What was set in a context; its flags change with every inexact division."""
    return repr(context.copy()).rsplit(", flags=", 1)[0] + repr(sorted(map(repr, context.traps.items())))


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()
