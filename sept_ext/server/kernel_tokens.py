"""A token for each kernel this server starts: with it, and with nothing else, a kernel may ask for connections.

The token is in the kernel's own environment (child processes and the user's code can read it: whoever may run code
in a kernel may use the connections of its owner) and dies with the kernel. Secrets of the server's environment are
taken out of the kernel's.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

SERVER_SECRETS = ("SEPT_DATABASE_URL", "SEPT_SECRET_KEY")


class KernelTokens:
    """Tokens of living kernels, in memory: a restarted server has new kernels, or hands out new tokens."""

    def __init__(self, server_url: Callable[[], str]) -> None:
        self._server_url = server_url
        self._tokens: dict[str, str] = {}
        self._kernel_manager: Any = None

    def attach(self, kernel_manager: Any) -> None:
        """Let the manager start kernels with a token in their environment.

        The method is wrapped on the instance, so that any kernel manager class the operator configured is served.
        """
        self._kernel_manager = kernel_manager
        if any(kind.__name__ == "GatewayMappingKernelManager" for kind in type(kernel_manager).__mro__):
            # A gateway names its kernels itself (an id of ours would mean one that runs there already), hands on only
            # what it chooses of the environment, and its kernels cannot reach this server.
            return
        start: Callable[..., Awaitable[str]] = kernel_manager.start_kernel

        async def start_kernel(*, kernel_id: str | None = None, **kwargs: Any) -> str:
            if kernel_id is not None and kernel_id in kernel_manager:
                return await start(kernel_id=kernel_id, **kwargs)
            wanted = kernel_id or kernel_manager.new_kernel_id(**kwargs)
            self._forget_dead()
            token = self._tokens[wanted] = secrets.token_urlsafe(32)
            try:
                env = self._environment(kwargs.pop("env", None), wanted, token)
                return await start(kernel_id=wanted, env=env, **kwargs)
            except BaseException:
                self._tokens.pop(wanted, None)
                raise

        kernel_manager.start_kernel = start_kernel

    def kernel_of(self, token: str) -> str | None:
        """The living kernel a token belongs to; None for anything else."""
        found = None
        for kernel_id, known in self._tokens.items():
            if hmac.compare_digest(known.encode(), token.encode()):
                found = kernel_id
        if found is not None and found not in self._kernel_manager:
            self._tokens.pop(found)
            return None
        return found

    def _forget_dead(self) -> None:
        for kernel_id in [known for known in self._tokens if known not in self._kernel_manager]:
            del self._tokens[kernel_id]

    def _environment(self, given: dict[str, str] | None, kernel_id: str, token: str) -> dict[str, str]:
        env = dict(os.environ if given is None else given)
        for name in SERVER_SECRETS:
            env.pop(name, None)
        env["SEPT_SERVER_URL"] = self._server_url()
        env["SEPT_KERNEL_TOKEN"] = token
        return env
