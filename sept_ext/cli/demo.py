"""`jupyter sept demo`: JupyterLab on a copy of the demo notebook, with its data beside it."""

from __future__ import annotations

import os
import shutil
import sys
from importlib import resources
from pathlib import Path

from sept_ext.core.errors import Unavailable

NOTEBOOK = "shop.ipynb"


def demo(folder: str | None, arguments: list[str]) -> int:
    """Make the demo folder (once) and become JupyterLab; `arguments` go on to it as they are."""
    home = prepare(Path(folder) if folder else Path(".demo"))
    notebook = home / NOTEBOOK
    command = [sys.executable, "-m", "jupyterlab", str(notebook), *arguments]
    if hasattr(os, "geteuid") and os.geteuid() == 0 and not any("allow-root" in argument for argument in arguments):
        command.append("--allow-root")  # as in a container, where there is nobody else
    print(f"Opening JupyterLab on {notebook}", file=sys.stderr, flush=True)
    try:
        os.execv(sys.executable, command)  # noqa: S606 - our own interpreter, no shell
    except OSError as error:
        raise Unavailable(f"JupyterLab could not be started: {error}") from error


def prepare(home: Path) -> Path:
    """The folder with the notebook and the shop's database. What is there already stays: it may have been edited."""
    from sept_ext.demo.shop import make_shop

    home.mkdir(parents=True, exist_ok=True)
    if not (home / NOTEBOOK).exists():
        with resources.as_file(resources.files("sept_ext.demo") / NOTEBOOK) as original:
            shutil.copyfile(original, home / NOTEBOOK)
    if not (home / "shop.db").exists():
        print("Making the demo's data (60,000 orders) ...", file=sys.stderr, flush=True)
        make_shop(home / "shop.db")
    return home
