"""What a run of a cell's present text was seen to do besides what the text tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from .cells import FunctionEffects


def _no_functions() -> Mapping[str, FunctionEffects]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Observed:
    """Facts of one run, true of the text that ran only.

    `writes`: names it bound. `mutates`: names whose object it changed. `functions`: for names it wrote, what the
    functions that are reachable from their values do to global names when somebody calls them. `seeds`: generators
    of random numbers that it seeds, `settings` what else of `hidden_state` it may read.
    """

    seeds: frozenset[str] = frozenset()
    settings: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    mutates: frozenset[str] = frozenset()
    functions: Mapping[str, FunctionEffects] = field(default_factory=_no_functions)


NOTHING_OBSERVED = Observed()
