"""Reading and changing notebooks as nbformat 4 JSON: pure functions and edits of a caller's own copy."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4

from sept_ext.core.cells import Cell, CellType
from sept_ext.core.errors import BadInput, Conflict, NotFound

from .ports import NotebookJSON

CellJSON = dict[str, Any]
MINOR_WITH_IDS = 5
_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def notebook_id(notebook: NotebookJSON) -> UUID | None:
    """The UUID in metadata.sept.notebook, if there is one."""
    sept = notebook.get("metadata", {}).get("sept")
    value = sept.get("notebook") if isinstance(sept, dict) else None
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def set_notebook_id(notebook: NotebookJSON, identity: UUID) -> None:
    """Write the UUID, our one key in the file."""
    metadata = notebook.setdefault("metadata", {})
    sept = metadata.get("sept")
    metadata["sept"] = {**(sept if isinstance(sept, dict) else {}), "notebook": str(identity)}


def is_usable(notebook: Any) -> bool:
    """Whether JSON is a notebook of nbformat 4 as far as the functions here rely on it."""
    if not isinstance(notebook, dict) or notebook.get("nbformat") != 4:
        return False
    cells = notebook.get("cells")
    has_form = isinstance(notebook.get("metadata"), dict) and isinstance(notebook.get("nbformat_minor"), int)
    return has_form and isinstance(cells, list) and all(_is_usable_cell(cell) for cell in cells)


def _is_usable_cell(cell: Any) -> bool:
    if not isinstance(cell, dict) or not isinstance(cell.get("metadata"), dict):
        return False
    source = cell.get("source", "")
    is_text = isinstance(source, str) or (isinstance(source, list) and all(isinstance(line, str) for line in source))
    return is_text and isinstance(cell.get("outputs", []), list)


def give_ids(notebook: NotebookJSON) -> bool:
    """Give an id to each cell that has none of its own, as nbformat 4.5 demands; whether anything changed."""
    seen: set[str] = set()
    minor: int = notebook["nbformat_minor"]
    is_changed = minor < MINOR_WITH_IDS
    for cell in notebook["cells"]:
        own = cell.get("id")
        if not isinstance(own, str) or not _ID.fullmatch(own) or own in seen:
            own = cell["id"] = uuid4().hex[:8]
            is_changed = True
        seen.add(own)
    notebook["nbformat_minor"] = max(minor, MINOR_WITH_IDS)
    return is_changed


def kernel_name(notebook: NotebookJSON) -> str | None:
    """The kernel the notebook asks for; None: whichever is the default."""
    spec = notebook.get("metadata", {}).get("kernelspec")
    name = spec.get("name") if isinstance(spec, dict) else None
    return name if isinstance(name, str) and name else None


def unique_ids(notebook: NotebookJSON) -> list[str]:
    """Ids of cells: nbformat's, `x~2`, `x~3` where one stands again, `~0`, `~1` by place where it is missing."""
    ids: list[str] = []
    seen: dict[str, int] = {}
    for index, cell in enumerate(notebook["cells"]):
        own = cell.get("id")
        if not isinstance(own, str) or not own:
            ids.append(f"~{index}")
            continue
        seen[own] = seen.get(own, 0) + 1
        ids.append(own if seen[own] == 1 else f"{own}~{seen[own]}")
    return ids


def cells_of(notebook: NotebookJSON) -> list[Cell]:
    """The cells in order, with unique ids."""
    return [
        Cell(identity, cell_type_of(cell), source_of(cell))
        for identity, cell in zip(unique_ids(notebook), notebook["cells"], strict=True)
    ]


def cell_type_of(cell: CellJSON) -> CellType:
    """The cell's type; what is unknown counts as raw."""
    given = cell.get("cell_type")
    return "code" if given == "code" else "markdown" if given == "markdown" else "raw"


def source_of(cell: CellJSON) -> str:
    """The text, which files may have as a list of lines."""
    source = cell.get("source", "")
    return "".join(source) if isinstance(source, list) else str(source)


def execution_count_of(cell: CellJSON) -> int | None:
    """The number in brackets, None for cells without one."""
    count = cell.get("execution_count")
    return count if isinstance(count, int) and 0 <= count < 2**31 else None


def position_of(notebook: NotebookJSON, cell_id: str) -> int:
    """Where a cell is; NotFound when it is not."""
    for index, identity in enumerate(unique_ids(notebook)):
        if identity == cell_id:
            return index
    raise NotFound("There is no such cell in the notebook's file.")


def insert_cell(notebook: NotebookJSON, cell: Cell, after: str | None) -> None:
    """Insert a new cell after another one, or at the top. The file must have cell ids (nbformat 4.5)."""
    if notebook["nbformat_minor"] < MINOR_WITH_IDS:
        raise BadInput("The notebook's file has no cell ids. Save it as nbformat 4.5 or newer first.")
    if cell.id in unique_ids(notebook):
        raise Conflict("There is such a cell already.")
    index = 0 if after is None else position_of(notebook, after) + 1
    made: CellJSON = {"id": cell.id, "cell_type": cell.type, "metadata": {}, "source": cell.source}
    notebook["cells"].insert(index, with_type(made, cell.type))


def move_cell(notebook: NotebookJSON, cell_id: str, after: str | None) -> None:
    """Move a cell behind another one, or to the top."""
    if after == cell_id:
        raise BadInput("A cell cannot be moved behind itself.")
    place = position_of(notebook, cell_id)
    target = 0 if after is None else position_of(notebook, after) + 1
    cell = notebook["cells"].pop(place)
    notebook["cells"].insert(target - 1 if place < target else target, cell)


def with_type(cell: CellJSON, cell_type: CellType) -> CellJSON:
    """The cell as another type; only code cells have outputs and a count."""
    changed = {**cell, "cell_type": cell_type}
    if cell_type == "code":
        changed.setdefault("outputs", [])
        changed.setdefault("execution_count", None)
        changed.pop("attachments", None)
    else:
        changed.pop("outputs", None)
        changed.pop("execution_count", None)
    return changed
