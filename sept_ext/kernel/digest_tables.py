"""Which types a digest takes apart, and how: kept as data.

An object is taken apart by `__reduce_ex__`, the way pickle does, only where its library is known to keep all of an
object's state there. Everything else has no digest, which costs a re-run and is never wrong.
"""

from __future__ import annotations

from sept_ext.core.python_names import words

MUTABLE = frozenset({list, dict, set})
"""Builtin containers that may change while they keep their identity."""

TAKEN_APART = words(
    "builtins collections random itertools functools types enum array queue operator numpy sklearn scipy networkx "
    "statsmodels copy string fractions dataclasses ipaddress zoneinfo contextlib abc typing"
)
"""Packages whose objects `__reduce_ex__` tells everything about. `builtins`: iterators, ranges, slices."""

SHOWN_CLASSES = words("ellipsis NotImplementedType Timestamp Timedelta NaTType NAType Interval Period")
"""Classes of pandas and of Python itself, of values that cannot change and whose repr is equal for equal ones only."""

SHOWN_MODULES = words("datetime decimal uuid fractions pathlib")
"""Modules whose classes are all like that."""

PLAIN_ARRAYS = frozenset({"ndarray", "matrix", "recarray"})
"""numpy's arrays whose bytes tell everything (a masked array's do not)."""

CLASS_MACHINERY = words(
    "__dict__ __weakref__ __slotnames__ __module__ __qualname__ __firstlineno__ __static_attributes__ "
    "__abstractmethods__ _abc_impl __dataclass_fields__ __dataclass_params__ __match_args__ __parameters__ "
    "__orig_bases__ __annotate__ __annotate_func__ __annotations_cache__"
)
"""Members of a class that Python makes, or that change nothing (where a class stands, its documentation)."""

SLOT_DESCRIPTORS = frozenset({"member_descriptor", "getset_descriptor"})

PICKLE_HOOKS = ("__reduce__", "__reduce_ex__", "__getstate__", "__getnewargs__", "__getnewargs_ex__")
"""With one of these a user's class tells pickle what it likes: running it could have effects."""
