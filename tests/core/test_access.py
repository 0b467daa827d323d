"""Roles and actions: the table, read as a person would."""

from __future__ import annotations

import pytest

from sept_ext.core.access import MINIMUM_ROLE, Action, Role, may

ADMIN_ONLY = {Action.MODERATE, Action.MANAGE_MEMBERS, Action.MANAGE_CONNECTIONS}
VIEWERS_TOO = {Action.VIEW, Action.COMMENT, Action.USE_CONNECTION}


@pytest.mark.parametrize("action", list(Action))
def test_every_action_has_a_minimum_role_and_strangers_may_do_none(action: Action) -> None:
    assert may(Role.ADMIN, action)
    assert may(Role.EDITOR, action) == (action not in ADMIN_ONLY)
    assert may(Role.VIEWER, action) == (action in VIEWERS_TOO)
    assert not may(None, action)


def test_the_table_is_complete() -> None:
    assert set(MINIMUM_ROLE) == set(Action)


def test_higher_roles_include_lower_ones() -> None:
    assert [Role.ADMIN.includes(role) for role in Role] == [True, True, True]
    assert [Role.VIEWER.includes(role) for role in Role] == [False, False, True]
