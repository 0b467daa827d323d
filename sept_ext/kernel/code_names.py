"""The global names that compiled code uses, nested functions included."""

from __future__ import annotations

import dis
from functools import lru_cache
from types import CodeType

_READS = frozenset({"LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS"})
_WRITES = frozenset({"STORE_GLOBAL", "DELETE_GLOBAL"})


@lru_cache(maxsize=4096)
def global_names(code: CodeType) -> tuple[frozenset[str], frozenset[str]]:
    """Names it looks up as globals, and names it binds or deletes as globals."""
    reads: set[str] = set()
    writes: set[str] = set()
    for instruction in dis.get_instructions(code):
        if instruction.opname in _READS:
            reads.add(instruction.argval)
        elif instruction.opname in _WRITES:
            writes.add(instruction.argval)
    for const in code.co_consts:
        if isinstance(const, CodeType):
            more_reads, more_writes = global_names(const)
            reads |= more_reads
            writes |= more_writes
    return frozenset(reads), frozenset(writes)
