"""CPU that `jupyter server` spends until it is loaded: Sept against an empty extension, rounds interleaved.

The least of each counts, because other work on the machine only ever adds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

ROUNDS = 7
EMPTY = """
def _jupyter_server_extension_points():
    return [{"module": "sept_bench_empty"}]
def _load_jupyter_server_extension(app):
    pass
"""
START = """
import os, sys, resource
from jupyter_server.serverapp import ServerApp
app = ServerApp()
app.initialize(argv=["--ServerApp.jpserver_extensions={%r: True}" % sys.argv[1], "--allow-root", "--port=0",
                     "--ServerApp.open_browser=False", "--ServerApp.log_level=ERROR"])
assert sys.argv[1] in app.extension_manager.extensions and app.extension_manager.extensions[sys.argv[1]].enabled
assert sys.argv[1] != "sept_ext" or "sept_ext.server.app" in sys.modules
used = resource.getrusage(resource.RUSAGE_SELF)
wanted = ("pandas", "duckdb", "alembic", "psycopg", "sqlalchemy", "graphql")
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, [name for name in wanted if name in sys.modules])
os._exit(0)
"""


def start(extension: str, folder: Path) -> tuple[float, float, str]:
    env = {
        **os.environ, "PYTHONPATH": str(folder), "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_NO_CONFIG": "1",
        "JUPYTER_DATA_DIR": str(folder / "data"), "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", START, extension], env=env, cwd=folder, check=True, capture_output=True, text=True
    )
    seconds, megabytes, loaded = done.stdout.strip().splitlines()[-1].split(" ", 2)
    return float(seconds), float(megabytes), loaded


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sept_bench_empty.py").write_text(EMPTY)
        times: dict[str, list[tuple[float, float]]] = {"sept_bench_empty": [], "sept_ext": []}
        loaded = ""
        for number in range(ROUNDS):
            for extension in sorted(times, reverse=number % 2 == 1):
                seconds, megabytes, loaded = start(extension, folder)
                times[extension].append((seconds, megabytes))
    cpu = {key: min(seconds for seconds, _ in rows) for key, rows in times.items()}
    memory = {key: median(megabytes for _, megabytes in rows) for key, rows in times.items()}
    print(json.dumps({
        "name": "server_start",
        "empty_cpu_ms": round(cpu["sept_bench_empty"] * 1e3),
        "sept_cpu_ms": round(cpu["sept_ext"] * 1e3),
        "added_cpu_ms": round((cpu["sept_ext"] - cpu["sept_bench_empty"]) * 1e3),
        "added_memory_mb": round(memory["sept_ext"] - memory["sept_bench_empty"], 1),
        "heavy_modules_loaded": loaded,
    }))  # fmt: skip


if __name__ == "__main__":
    main()
