"""Names that belong to Python or IPython: no cell writes them, so they are no reads either."""

from __future__ import annotations

import builtins
import re


def words(text: str) -> frozenset[str]:
    """A set of words, for tables that read like text."""
    return frozenset(text.split())


IPYTHON_NAMES = words("In Out _ __ ___ _i _ii _iii _dh _oh _ih get_ipython display exit quit __file__ __session__")
BUILTIN_NAMES = frozenset(dir(builtins)) | IPYTHON_NAMES
_NUMBERED = re.compile(r"_i?\d+\Z")


def is_provided(name: str) -> bool:
    """Whether the name is there without any cell binding it (`len`, `Out`, `_3`)."""
    return name in BUILTIN_NAMES or (name[0] == "_" and _NUMBERED.match(name) is not None)
