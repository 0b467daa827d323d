"""Clean copies of the project and clean environments, as a newcomer or a builder has them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def copy_of_checkout(target: Path) -> Path:
    """What git would give: tracked files and new ones that are not ignored, nothing that was built."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.splitlines()  # fmt: skip
    for name in listed:
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


class Environment:
    """A virtual environment of its own. Without `node`, none is on its PATH."""

    def __init__(self, folder: Path, *, with_node: bool) -> None:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        self.bin = folder / "bin"
        home = folder / "home"
        home.mkdir()
        path = f"{self.bin}:/usr/bin:/bin" if not with_node else f"{self.bin}:{os.environ['PATH']}"
        if not with_node:
            path = f"{self.bin}:{_tools_without_node(folder)}"
        kept = {
            k: v for k, v in os.environ.items() if not k.startswith(("SEPT_", "JUPYTER_", "IPYTHON", "VIRTUAL_ENV"))
        }
        self.env = {
            **kept, "PATH": path, "IPYTHONDIR": str(home / "ipython"), "JUPYTER_CONFIG_DIR": str(home / "config"),
            "JUPYTER_DATA_DIR": str(home / "data"), "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        }  # fmt: skip

    def run(self, *command: str, cwd: Path | None = None, timeout_s: float = 600) -> str:
        """Run a command of the environment; its output, standard error included. Fails loudly."""
        done = subprocess.run(
            [str(self.bin / command[0]) if (self.bin / command[0]).exists() else command[0], *command[1:]],
            cwd=cwd, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout_s,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{' '.join(command)} gave {done.returncode}:\n{done.stdout[-4000:]}"
        return done.stdout


def _tools_without_node(folder: Path) -> Path:
    """A folder with the few system tools that Jupyter calls, and no node beside them."""
    tools = folder / "tools"
    tools.mkdir()
    for name in ("sh", "bash", "env", "git", "uname", "cat", "which"):
        found = shutil.which(name)
        if found:
            (tools / name).symlink_to(found)
    return tools
