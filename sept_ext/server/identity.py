"""Who makes a request.

Users are keyed by (issuer, subject). Under a Hub the Hub vouches for the name, under an identity provider of the
operator's that provider does. Jupyter's own token and password authentication know no names (each request without
a cookie gets a random one), so there everybody is the one person the server belongs to.
"""

from __future__ import annotations

import getpass
import os
from typing import Any

from jupyter_server.auth.identity import IdentityProvider, LegacyIdentityProvider, PasswordIdentityProvider

from sept_ext.services.ports import StoreMode
from sept_ext.services.records import Actor, make_user

LOCAL_ISSUER = "local"
_NAMELESS = (IdentityProvider, PasswordIdentityProvider, LegacyIdentityProvider)


class Identities:
    """Turns the users of one identity provider into actors."""

    def __init__(self, provider: Any, user_name: str, mode: StoreMode) -> None:
        self._issuer = _issuer_of(provider)
        self._owner = _owner(user_name, mode)

    @property
    def owner(self) -> Actor:
        """The person this server belongs to: the Hub's user, else the account it runs under."""
        hub_user = os.environ.get("JUPYTERHUB_USER")
        if self._issuer != LOCAL_ISSUER and hub_user:
            return make_user(self._issuer, hub_user)
        return self._owner

    def actor_of(self, user: Any) -> Actor:
        """The actor for jupyter_server's User."""
        if self._issuer == LOCAL_ISSUER:
            return self._owner
        return make_user(self._issuer, user.username, display_name=user.display_name or user.name)


def _issuer_of(provider: Any) -> str:
    if type(provider) in _NAMELESS:
        return LOCAL_ISSUER
    hub = os.environ.get("JUPYTERHUB_BASE_URL") and os.environ.get("JUPYTERHUB_API_URL")
    if hub:
        # What browsers call the Hub where we know it: user servers on several machines must agree on it.
        return os.environ.get("JUPYTERHUB_PUBLIC_HUB_URL") or hub
    return f"{type(provider).__module__}.{type(provider).__qualname__}"


def _owner(user_name: str, mode: StoreMode) -> Actor:
    """The local owner. In a store of one's own the account's name does not matter, in a shared one it must."""
    account = user_name or _account_name()
    subject = "owner" if mode == "embedded" else account
    return make_user(LOCAL_ISSUER, subject, name=account, display_name=account)


def _account_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such account, as in some containers
        return "owner"
