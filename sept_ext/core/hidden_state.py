"""State of a kernel that no name shows, under keys of its own: random generators and settings.

`np.random.rand()` in one cell changes what the next draw gives, and `np.set_printoptions` what every later cell
shows, though no name ties the cells. The observer digests such state; the keys here stand for it in graph and
history. They hold a space, so that no Python name and no relation of a database is like them.

Random generators: drawing changes the state, seeding replaces it. Only below a cell that seeds one do its draws
depend on each other: without a seed no run repeats another. Settings: what a new kernel has is known, so a value that
no cell sets any more can be put back.
"""

from __future__ import annotations

import re

STDLIB = "random state"
NUMPY = "numpy.random state"
DISPLAY = "display settings"
ENVIRONMENT = "environment variables"
FOLDER = "working folder"
IMPORT_PATH = "import path"
DECIMAL = "decimal context"
RECURSION = "recursion limit"

RANDOM_KEYS = frozenset({STDLIB, NUMPY})
SETTINGS = frozenset({DISPLAY, ENVIRONMENT, FOLDER, IMPORT_PATH, DECIMAL, RECURSION})

_SEEDS = (
    (NUMPY, re.compile(r"\b(?:np|numpy)\s*\.\s*random\s*\.\s*(?:seed|set_state)\s*\(")),
    (STDLIB, re.compile(r"(?<![\w.])random\s*\.\s*(?:seed|setstate)\s*\(")),
)

_ASKS = (
    (NUMPY, re.compile(r"\bget_state\s*\(")),
    (STDLIB, re.compile(r"\bgetstate\s*\(")),
)

# What a text looks like that may read a setting. Whatever a cell shows, it shows by the display settings.
_READS = (
    (ENVIRONMENT, re.compile(r"environ|getenv|expandvars|subprocess|os\.system|%env|^\s*[!]", re.MULTILINE)),
    (FOLDER, re.compile(r"cwd|open\(|[pP]ath|read_|\.to_|listdir|glob|savefig|load|save|^\s*[!%]", re.MULTILINE)),
    (IMPORT_PATH, re.compile(r"sys\.path|^\s*(?:from|import)\s", re.MULTILINE)),
    (DECIMAL, re.compile(r"[dD]ecimal|getcontext")),
    (RECURSION, re.compile(r"recursionlimit")),
)


def seeded(source: str) -> frozenset[str]:
    """The generators that a text seems to seed; a run tells whether it did."""
    if "seed" not in source and "state" not in source:
        return frozenset()
    return frozenset(key for key, pattern in _SEEDS if pattern.search(source))


def states_read(source: str) -> frozenset[str]:
    """The generators whose state a text asks for; drawing needs no asking, a run shows it."""
    if "state" not in source:
        return frozenset()
    return frozenset(key for key, pattern in _ASKS if pattern.search(source))


def settings_read(source: str) -> frozenset[str]:
    """The settings that a text may depend on."""
    return frozenset([DISPLAY, *(key for key, pattern in _READS if pattern.search(source))])
