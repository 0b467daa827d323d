"""Who a request comes from, by the server's way of authenticating."""

from __future__ import annotations

import pytest
from jupyter_server.auth.identity import IdentityProvider, PasswordIdentityProvider, User

from sept_ext.server.identity import Identities


class CompanyProvider(IdentityProvider):
    """An operator's own."""


@pytest.mark.parametrize("provider", [IdentityProvider(), PasswordIdentityProvider()])
def test_jupyters_random_names_are_all_the_one_owner(provider: IdentityProvider) -> None:
    identities = Identities(provider, "olivia", "embedded")
    names = [identities.actor_of(User(username=name)) for name in ("1f0c", "9ab3")]
    assert names[0] == names[1] == identities.owner
    assert (names[0].issuer, names[0].subject, names[0].display_name) == ("local", "owner", "olivia")


def test_in_a_shared_store_owners_are_told_apart_by_their_account() -> None:
    olivia, peter = (Identities(IdentityProvider(), name, "direct").owner for name in ("olivia", "peter"))
    assert olivia.id != peter.id
    assert olivia.subject == "olivia"


def test_the_owner_has_a_name_also_where_the_account_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_account() -> str:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr("getpass.getuser", no_account)
    assert Identities(IdentityProvider(), "", "embedded").owner.name == "owner"


def test_an_operators_provider_vouches_for_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUPYTERHUB_BASE_URL", raising=False)
    identities = Identities(CompanyProvider(), "ignored", "direct")
    actor = identities.actor_of(User(username="u7", name="Una", display_name="Una Umber"))
    assert (actor.subject, actor.display_name, actor.initials) == ("u7", "Una Umber", "UU")
    assert actor.issuer.endswith("CompanyProvider")


def test_under_a_hub_the_hub_vouches_for_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_BASE_URL", "/")
    monkeypatch.setenv("JUPYTERHUB_API_URL", "http://hub:8081/hub/api")
    monkeypatch.setenv("JUPYTERHUB_USER", "alice")
    identities = Identities(CompanyProvider(), "", "direct")
    visitor = identities.actor_of(User(username="bob"))
    assert (visitor.issuer, visitor.subject) == ("http://hub:8081/hub/api", "bob")
    assert identities.owner.subject == "alice"
    assert identities.owner == identities.actor_of(User(username="alice"))
