"""The hidden state of random generators: what drawing changes and seeding replaces, under keys of their own.

`np.random.rand()` in one cell changes what the next draw gives, though no name ties the two. The observer digests the
global generators; the keys here stand for them in graph and history. They hold a space, so that no Python name and no
relation of a database is like them. Only below a cell that seeds one do its draws depend on each other: without a
seed no run repeats another.
"""

from __future__ import annotations

import re

STDLIB = "random state"
NUMPY = "numpy.random state"

STATE_KEYS = frozenset({STDLIB, NUMPY})

_SEEDS = (
    (NUMPY, re.compile(r"\b(?:np|numpy)\s*\.\s*random\s*\.\s*(?:seed|set_state)\s*\(")),
    (STDLIB, re.compile(r"(?<![\w.])random\s*\.\s*(?:seed|setstate)\s*\(")),
)


def seeded(source: str) -> frozenset[str]:
    """The generators that a text seems to seed; a run tells whether it did."""
    return frozenset(key for key, pattern in _SEEDS if "seed" in source or "state" in source if pattern.search(source))
