"""Which types a digest takes apart, and how: kept as data.

An object is taken apart by `__reduce_ex__`, the way pickle does, only where its library is known to keep all of an
object's state there. Everything else has no digest, which costs a re-run and is never wrong.
"""

from __future__ import annotations

from sept_ext.core.python_names import words

TAKEN_APART = words(
    "builtins collections random itertools functools types enum array queue operator numpy sklearn scipy networkx "
    "statsmodels copy string fractions dataclasses ipaddress zoneinfo contextlib abc typing"
)
"""Packages whose objects `__reduce_ex__` tells everything about. `builtins`: iterators, ranges, slices."""

SHOWN_CLASSES = words("ellipsis NotImplementedType Timestamp Timedelta NaTType NAType Interval Period")
"""Classes of pandas and of Python itself, of values that cannot change and whose repr is equal for equal ones only."""

SHOWN_MODULES = words("datetime decimal uuid fractions pathlib")
"""Modules whose classes are all like that."""

CLASS_MACHINERY = words(
    "__dict__ __weakref__ __slotnames__ __module__ __firstlineno__ __static_attributes__ __abstractmethods__ "
    "__annotate__ __annotate_func__ __annotations_cache__"
)
"""Members of a class that Python makes, or that change nothing (where a class stands)."""

MIXINS = words("typing abc collections.abc _collections_abc enum contextlib")
"""Modules whose classes keep nothing but attributes."""

HOOKS = words(
    "__reduce__ __reduce_ex__ __getstate__ __getnewargs__ __getnewargs_ex__ __getattribute__ __getattr__ __class__ "
    "__iter__ __len__ __getitem__ items keys values getstate"
)
"""With one of these a user's class tells who takes it apart what it likes: running it could have effects."""

MAPPING_METHODS = words("__getitem__ __iter__ items keys __contains__ __eq__")

COPIED_ITERATORS = words("set_iterator dict_keyiterator dict_valueiterator dict_itemiterator")
"""Iterators that list what is left when they are taken apart."""

HEAD = 1_000
"""Elements that are looked at of a container too large for a digest, for the objects in it."""
