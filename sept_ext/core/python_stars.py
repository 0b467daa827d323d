"""What `from math import *` binds, for modules of the standard library whose names are the same everywhere."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import lru_cache

from .python_names import words
from .python_values import Value

# Small, without side effects, and imported by any Python that runs a notebook.
KNOWN_MODULES = words(
    "math cmath random itertools functools collections operator string statistics fractions decimal heapq bisect "
    "copy datetime time os.path pathlib typing dataclasses enum json re collections.abc contextlib textwrap"
)


@lru_cache(maxsize=64)
def star_names(module: str) -> Mapping[str, Value]:
    """The public names of one of `KNOWN_MODULES`, as Python's own import would bind them."""
    found = importlib.import_module(module)
    public = getattr(found, "__all__", None) or [name for name in vars(found) if not name.startswith("_")]
    return {name: Value(path=f"{module}.{name}") for name in public}
