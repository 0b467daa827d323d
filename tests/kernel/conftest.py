from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.kernels import KernelSession, running_kernel


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KernelSession]:
    """One kernel for a file of tests; each test uses names of its own."""
    with running_kernel(tmp_path_factory.mktemp("kernel")) as session:
        yield session
