"""Digests of the states of the global random generators, by the keys of `core.random_state`."""

from __future__ import annotations

import random
import sys
from hashlib import blake2b

from sept_ext.core.random_state import NUMPY, STDLIB


def random_digests() -> dict[str, str]:
    """The generators that are loaded, each with a digest of its state now (some 30 us)."""
    found = {STDLIB: _digest(repr(random.getstate()).encode())}
    # Not imported here: who did not import numpy does not draw from it.
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        state = numpy_random.get_state(legacy=False)
        key = state["state"].pop("key", None)  # the long array, whose repr would be cut
        found[NUMPY] = _digest(repr(state).encode() + (b"" if key is None else key.tobytes()))
    return found


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=12).hexdigest()
