"""Fractional order keys: text that sorts (by bytes) in notebook order and never needs renumbering.

The scheme is David Greenspan's, as the packages `fractional-indexing` of npm and PyPI have it, so that keys made by
other programs fit in: a head letter tells the length of an integer part ("a" + 1 digit, "b" + 2, ..., "Z" + 1 below
zero, "Y" + 2 ...), a fraction in base 62 may follow and never ends with "0".
See https://observablehq.com/@dgreensp/implementing-fractional-indexing
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import TypeVar

Key = TypeVar("Key", str, int)

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE = len(DIGITS)
_VALUES = {digit: value for value, digit in enumerate(DIGITS)}
_SMALLEST_INTEGER = "A" + "0" * 26


def key_between(before: str | None, after: str | None) -> str:
    """A key that sorts after `before` and before `after`; None means no neighbour on that side.

    Raises ValueError when `before` does not sort before `after`, or one of them is no key.
    """
    for key in (before, after):
        if key is not None:
            _check(key)
    if before is not None and after is not None and before >= after:
        raise ValueError(f"{before!r} does not sort before {after!r}")
    if before is None:
        return "a0" if after is None else _key_before(after)
    if after is None:
        return _key_after(before)
    integer, fraction = _split(before)
    after_integer, after_fraction = _split(after)
    if integer == after_integer:
        return integer + _midpoint(fraction, after_fraction)
    bigger = _increment(integer)
    if bigger is not None and bigger < after:
        return bigger
    return integer + _midpoint(fraction, None)


def keys_between(before: str | None, after: str | None, count: int) -> list[str]:
    """`count` ascending keys between two neighbours, spread so that they stay short."""
    if count <= 0:
        return []
    if count == 1:
        return [key_between(before, after)]
    if after is None:
        keys = [key_between(before, None)]
        while len(keys) < count:
            keys.append(key_between(keys[-1], None))
        return keys
    if before is None:
        return _keys_before(after, count)
    middle = key_between(before, after)
    left = count // 2
    return [*keys_between(before, middle, left), middle, *keys_between(middle, after, count - left - 1)]


def assign_keys(ids: Sequence[str], existing: Mapping[str, str]) -> dict[str, str]:
    """Keys for `ids` in this order, keeping as many of `existing` as can be kept.

    The kept ones are a longest run of ids whose keys already ascend, so one moved or new cell changes one key.
    """
    kept = longest_ascending([(identity, existing[identity]) for identity in ids if identity in existing])
    result: dict[str, str] = {}
    waiting: list[str] = []
    before: str | None = None
    for identity in ids:
        if identity not in kept:
            waiting.append(identity)
            continue
        result.update(zip(waiting, keys_between(before, kept[identity], len(waiting)), strict=True))
        waiting.clear()
        before = result[identity] = kept[identity]
    result.update(zip(waiting, keys_between(before, None, len(waiting)), strict=True))
    return result


def longest_ascending(pairs: Sequence[tuple[str, Key]]) -> dict[str, Key]:
    """Of (id, key) pairs, a longest subsequence with strictly ascending keys (patience sorting, O(n log n))."""
    tails: list[Key] = []
    tail_index: list[int] = []
    previous: list[int] = []
    for index, (_, key) in enumerate(pairs):
        place = bisect_left(tails, key)
        previous.append(tail_index[place - 1] if place else -1)
        if place == len(tails):
            tails.append(key)
            tail_index.append(index)
        else:
            tails[place] = key
            tail_index[place] = index
    chosen: dict[str, Key] = {}
    index = tail_index[-1] if tail_index else -1
    while index >= 0:
        chosen[pairs[index][0]] = pairs[index][1]
        index = previous[index]
    return chosen


def _keys_before(after: str, count: int) -> list[str]:
    keys = [key_between(None, after)]
    while len(keys) < count:
        keys.append(key_between(None, keys[-1]))
    return keys[::-1]


def _key_before(after: str) -> str:
    integer, fraction = _split(after)
    if integer == _SMALLEST_INTEGER:
        return integer + _midpoint("", fraction)
    if integer < after:
        return integer
    smaller = _decrement(integer)
    if smaller is None:
        raise ValueError("there is no smaller key")
    return smaller


def _key_after(before: str) -> str:
    integer, fraction = _split(before)
    bigger = _increment(integer)
    return integer + _midpoint(fraction, None) if bigger is None else bigger


def _integer_length(head: str) -> int:
    if "a" <= head <= "z":
        return ord(head) - ord("a") + 2
    if "A" <= head <= "Z":
        return ord("Z") - ord(head) + 2
    raise ValueError(f"no order key begins with {head!r}")


def _split(key: str) -> tuple[str, str]:
    length = _integer_length(key[:1])
    return key[:length], key[length:]


def _check(key: str) -> None:
    integer, fraction = _split(key)
    is_complete = len(integer) == _integer_length(key[:1])
    if not is_complete or key == _SMALLEST_INTEGER or fraction.endswith("0") or not set(key) <= _VALUES.keys():
        raise ValueError(f"{key!r} is no order key")


def _midpoint(low: str, high: str | None) -> str:
    """A fraction strictly between two fractions (`high` None: 1). Neither ends with "0"."""
    if high is not None:
        shared = 0
        while shared < len(high) and (low[shared] if shared < len(low) else "0") == high[shared]:
            shared += 1
        if shared:
            return high[:shared] + _midpoint(low[shared:], high[shared:])
    low_value = _VALUES[low[0]] if low else 0
    high_value = _VALUES[high[0]] if high else _BASE
    if high_value - low_value > 1:
        # Rounds half up, as JavaScript's Math.round does in the npm package.
        return DIGITS[(low_value + high_value + 1) // 2]
    if high is not None and len(high) > 1:
        return high[0]
    return DIGITS[low_value] + _midpoint(low[1:], None)


def _increment(integer: str) -> str | None:
    head, digits = integer[0], list(integer[1:])
    for place in reversed(range(len(digits))):
        value = _VALUES[digits[place]] + 1
        if value < _BASE:
            digits[place] = DIGITS[value]
            return head + "".join(digits)
        digits[place] = "0"
    if head == "Z":
        return "a0"
    if head == "z":
        return None
    bigger = chr(ord(head) + 1)
    return bigger + "0" * (_integer_length(bigger) - 1)


def _decrement(integer: str) -> str | None:
    head, digits = integer[0], list(integer[1:])
    for place in reversed(range(len(digits))):
        value = _VALUES[digits[place]] - 1
        if value >= 0:
            digits[place] = DIGITS[value]
            return head + "".join(digits)
        digits[place] = DIGITS[-1]
    if head == "a":
        return "Z" + DIGITS[-1]
    if head == "A":
        return None
    smaller = chr(ord(head) - 1)
    return smaller + DIGITS[-1] * (_integer_length(smaller) - 1)
