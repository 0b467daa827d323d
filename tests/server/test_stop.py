"""A server that is told to stop does so in time, whatever the store does."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from sept_ext.server.daemon_pool import DaemonPool

from .conftest import GraphQL, write_notebook

ENDLESS = """
import threading
from sept_ext.server.daemon_pool import DaemonPool
pool = DaemonPool(2, "test")
for _ in range(4):
    pool.submit(threading.Event().wait)
pool.shutdown(wait=True, cancel_futures=True)
"""


def test_a_process_ends_although_work_of_its_pool_never_does() -> None:
    subprocess.run([sys.executable, "-c", ENDLESS], check=True, timeout=30)


def test_the_pool_runs_at_most_its_size_at_once_and_gives_results_and_errors() -> None:
    pool, gate, running = DaemonPool(2, "test"), threading.Event(), []

    def work(number: int) -> int:
        running.append(number)
        gate.wait(10)
        return 10 // number

    futures = [pool.submit(work, number) for number in (1, 2, 5, 0)]
    while len(running) < 2:
        pass
    assert len(running) == 2
    gate.set()
    assert [future.result(10) for future in futures[:3]] == [10, 5, 2]
    assert isinstance(futures[3].exception(10), ZeroDivisionError)
    pool.shutdown()
    with pytest.raises(RuntimeError, match="shut down"):
        pool.submit(work, 1)


def test_what_waits_is_cancelled_at_the_end() -> None:
    pool, gate, began = DaemonPool(1, "test"), threading.Event(), threading.Event()
    first = pool.submit(lambda: (began.set(), gate.wait(10)))
    second = pool.submit(gate.wait)
    began.wait(10)
    pool.shutdown(wait=False, cancel_futures=True)
    assert second.cancelled()
    gate.set()
    assert first.result(10)


def test_a_thread_that_is_lost_is_replaced_so_that_others_get_their_turn() -> None:
    pool, gate = DaemonPool(1, "test"), threading.Event()
    lost = pool.submit(gate.wait, 10)
    waiting = pool.submit(lambda: "answered")
    pool.replace_lost()
    assert waiting.result(10) == "answered"
    gate.set()
    assert lost.result(10)
    pool.shutdown()


async def test_nothing_of_ours_still_runs_after_the_extension_stopped(
    jp_serverapp: Any, jp_fetch: Any, jp_root_dir: Path, graphql: GraphQL
) -> None:
    """A task left over keeps alive the thread in which it read a file, and Python waits for that at its end."""
    write_notebook(jp_root_dir, "n.ipynb", "x = 1")
    await graphql('mutation { createProject(input: { path: "n.ipynb" }) { id } }')
    model = json.loads((await jp_fetch("api", "contents", "n.ipynb")).body)
    sent = json.dumps({"type": "notebook", "format": "json", "content": model["content"]})
    await jp_fetch("api", "contents", "n.ipynb", method="PUT", body=sent)
    (extension,) = jp_serverapp.extension_manager.extension_apps["sept_ext"]
    await extension.stop_extension()
    left = [task for task in asyncio.all_tasks() if "sept_ext" in str(task.get_coro())]
    assert left == []
    answer = await graphql("{ workspaces { id } }")
    assert answer["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
