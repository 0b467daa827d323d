"""Whether a query asked twice over the same data gives the same: what views and functions of a database hide of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from sept_ext.core.sql_chaining import volatile_word

_WORD = re.compile(r"\w+")


def volatile_view(views: Mapping[str, str], names: Iterable[str]) -> str | None:
    """The first view, of those that the names lead to, that may give something else each time, or is not known.

    `views`: by name in lower case, the text of each. Names may be written with their schema.
    """
    waiting = [name.lower().rpartition(".")[2] for name in names]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in views:
            continue
        seen.add(name)
        if not views[name] or volatile_word(views[name]):
            return name
        waiting += [word.lower() for word in _WORD.findall(views[name])]
    return None
