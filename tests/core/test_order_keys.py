"""Order keys: the published examples of the algorithm, and properties that any sequence of edits must keep."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sept_ext.core.order_keys import assign_keys, key_between, keys_between

# From the tests of the npm package fractional-indexing, so that keys of both programs fit together.
EXAMPLES = [
    (None, None, "a0"),
    (None, "a0", "Zz"),
    (None, "Zz", "Zy"),
    ("a0", None, "a1"),
    ("a1", None, "a2"),
    ("a0", "a1", "a0V"),
    ("a1", "a2", "a1V"),
    ("a0V", "a1", "a0l"),
    ("Zz", "a0", "ZzV"),
    ("Zz", "a1", "a0"),
    (None, "Y00", "Xzzz"),
    ("bzz", None, "c000"),
    ("a0", "a0V", "a0G"),
    ("a0", "a0G", "a08"),
    ("b125", "b129", "b127"),
    ("a0", "a1V", "a1"),
    ("Zz", "a01", "a0"),
    (None, "a0V", "a0"),
    (None, "b999", "b99"),
    (None, "A000000000000000000000000001", "A000000000000000000000000000V"),
    ("zzzzzzzzzzzzzzzzzzzzzzzzzzy", None, "zzzzzzzzzzzzzzzzzzzzzzzzzzz"),
    ("zzzzzzzzzzzzzzzzzzzzzzzzzzz", None, "zzzzzzzzzzzzzzzzzzzzzzzzzzzV"),
]
REFUSED = [
    (None, "A00000000000000000000000000"),
    ("a00", None),
    ("a00", "a1"),
    ("0", "1"),
    ("a1", "a0"),
    ("a0", "a0"),
    ("", None),
    ("b1", None),
]


@pytest.mark.parametrize(("before", "after", "expected"), EXAMPLES)
def test_keys_are_those_of_the_published_algorithm(before: str | None, after: str | None, expected: str) -> None:
    assert key_between(before, after) == expected


@pytest.mark.parametrize(("before", "after"), REFUSED)
def test_what_is_no_key_or_out_of_order_is_refused(before: str | None, after: str | None) -> None:
    with pytest.raises(ValueError):
        key_between(before, after)


@given(st.lists(st.integers(0, 10_000), max_size=60), st.integers(0, 30))
def test_any_insertions_keep_the_order(places: list[int], count: int) -> None:
    keys: list[str] = []
    for place in places:
        index = place % (len(keys) + 1)
        before = keys[index - 1] if index else None
        after = keys[index] if index < len(keys) else None
        keys[index:index] = keys_between(before, after, 1 + count % 3)
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


@given(st.permutations([f"c{number}" for number in range(12)]), st.sets(st.integers(0, 11)))
def test_assigning_keys_gives_the_order_and_keeps_the_most_it_can(order: list[str], missing: set[int]) -> None:
    sorted_ids = sorted(order)
    existing = {key: value for key, value in assign_keys(sorted_ids, {}).items() if int(key[1:]) not in missing}
    keys = assign_keys(order, existing)
    assert sorted(order, key=keys.__getitem__) == order
    assert len(keys) == len(order)


@pytest.mark.parametrize("seed", range(20))
def test_moving_one_cell_changes_one_key(seed: int) -> None:
    chance = random.Random(seed)
    ids = [f"c{number}" for number in range(30)]
    before = assign_keys(ids, {})
    moved = ids.pop(chance.randrange(30))
    ids.insert(chance.randrange(30), moved)
    after = assign_keys(ids, before)
    # One, though not always the moved one: of two neighbours that changed places either may be said to have moved.
    assert len([key for key in ids if after[key] != before[key]]) <= 1


def test_keys_stay_short_under_200_insertions_into_one_gap() -> None:
    key = "a1"
    for _ in range(200):
        key = key_between("a0", key)
    assert len(key) <= 40
