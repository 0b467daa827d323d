"""Kernels of a gateway: started as Jupyter does it, and not listened to."""

from __future__ import annotations

from typing import Any

from sept_ext.server.kernel_tokens import KernelTokens
from sept_ext.server.kernel_watch import KernelWatch


class GatewayMappingKernelManager:
    """As much of jupyter_server's as we touch: it is known by its name."""

    iopub_port = 0

    def __contains__(self, kernel_id: str) -> bool:
        return True

    def get_kernel(self, kernel_id: str) -> Any:
        return self

    async def start_kernel(self, *, kernel_id: str | None = None, **_: Any) -> str:
        # An id that is given means a kernel that runs on the gateway already: ours would not be found there.
        assert kernel_id is None
        return "made by the gateway"


async def test_the_gateway_names_its_kernels_itself() -> None:
    manager = GatewayMappingKernelManager()
    KernelTokens(lambda: "http://here").attach(manager)
    assert await manager.start_kernel(kernel_name="python3") == "made by the gateway"


async def test_a_kernel_that_speaks_on_no_port_of_ours_is_not_watched() -> None:
    watch = KernelWatch(GatewayMappingKernelManager(), None, None)  # type: ignore[arg-type]
    assert watch.watch("k") is False
