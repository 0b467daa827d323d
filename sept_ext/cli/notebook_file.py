"""Reading and writing notebook files for the commands."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from sept_ext.core.errors import BadInput


def read_notebook(path: str) -> dict[str, Any]:
    """The notebook's JSON. Raises BadInput that says what is wrong with the file."""
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise BadInput(f"{path} is not a notebook: it is not JSON ({error}).") from error
    if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
        raise BadInput(f"{path} is not a notebook of nbformat 4: it has no list of cells.")
    return content


def write_notebook(path: str, notebook: dict[str, Any]) -> None:
    """Write the notebook as Jupyter does; the old file stays until the new one is whole."""
    target = Path(path)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.write_text(json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    draft.replace(target)
