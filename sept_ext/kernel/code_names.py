"""The global names that compiled code uses, nested functions included."""

from __future__ import annotations

from dis import opmap
from functools import lru_cache
from types import CodeType

_LOAD_GLOBAL = opmap["LOAD_GLOBAL"]
_READS = frozenset(opmap.get(name, -1) for name in ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS"))
_WRITES = frozenset(opmap[name] for name in ("STORE_GLOBAL", "DELETE_GLOBAL"))
_EXTENDED = opmap["EXTENDED_ARG"]


@lru_cache(maxsize=4096)
def global_names(code: CodeType) -> tuple[frozenset[str], frozenset[str]]:
    """Names it looks up as globals, and names it binds or deletes as globals.

    Reads the pairs of operation and argument themselves: `dis.get_instructions` takes ten times as long.
    """
    reads: set[str] = set()
    writes: set[str] = set()
    operations, names, high = code.co_code, code.co_names, 0
    for place in range(0, len(operations), 2):
        operation, argument = operations[place], operations[place + 1] | high
        high = argument << 8 if operation == _EXTENDED else 0
        if operation in _READS:  # the lowest bit of LOAD_GLOBAL says that a call follows
            reads.add(names[argument >> 1 if operation == _LOAD_GLOBAL else argument])
        elif operation in _WRITES:
            writes.add(names[argument])
    for const in code.co_consts:
        if isinstance(const, CodeType):
            more_reads, more_writes = global_names(const)
            reads |= more_reads
            writes |= more_writes
    return frozenset(reads), frozenset(writes)
