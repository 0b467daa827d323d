"""Notebooks as content-addressed blobs: one for each cell's text and one for its outputs, and a manifest.

What did not change between versions is stored once. Hashes are 128 bits of sha256, in hex.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sept_ext.core.notebook_diff import DiffCell

from .notebook_json import cell_type_of, source_of, unique_ids
from .ports import Blobs, NotebookJSON


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A notebook taken apart: `manifest` is the hash of the blob that lists the others."""

    manifest: str
    blobs: Mapping[str, bytes]
    cell_count: int


def take_snapshot(notebook: NotebookJSON) -> Snapshot:
    """Take a notebook apart. Equal notebooks give equal manifests."""
    blobs: dict[str, bytes] = {}
    cells = []
    for cell in notebook["cells"]:
        outputs = cell.get("outputs")
        body = {key: value for key, value in cell.items() if key not in ("outputs", "execution_count")}
        entry: dict[str, Any] = {"cell": _put(blobs, body)}
        if outputs is not None:
            entry["outputs"] = _put(blobs, outputs)
            entry["count"] = cell.get("execution_count")
        cells.append(entry)
    head = {key: value for key, value in notebook.items() if key != "cells"}
    return Snapshot(_put(blobs, {"notebook": head, "cells": cells}), blobs, len(cells))


def store_snapshot(blobs: Blobs, snapshot: Snapshot) -> None:
    """Store the blobs that are not there yet."""
    missing = blobs.missing(snapshot.blobs.keys())
    blobs.add({name: snapshot.blobs[name] for name in missing})


def load_notebook(blobs: Blobs, manifest: str) -> NotebookJSON:
    """Put a notebook together again, equal to the one that was taken apart."""
    listed = json.loads(blobs.get([manifest])[manifest])
    contents = blobs.get(_listed_hashes(listed["cells"]))
    cells = []
    for entry in listed["cells"]:
        cell = json.loads(contents[entry["cell"]])
        if "outputs" in entry:
            cell["outputs"] = json.loads(contents[entry["outputs"]])
            cell["execution_count"] = entry["count"]
        cells.append(cell)
    return {**listed["notebook"], "cells": cells}


def diff_cells(notebook: NotebookJSON) -> list[DiffCell]:
    """The cells as the diff compares them."""
    return [
        DiffCell(identity, cell_type_of(cell), source_of(cell), _hash(_encode(cell.get("outputs") or [])))
        for identity, cell in zip(unique_ids(notebook), notebook["cells"], strict=True)
    ]


def _listed_hashes(entries: Collection[Mapping[str, Any]]) -> set[str]:
    return {entry[key] for entry in entries for key in ("cell", "outputs") if key in entry}


def _put(blobs: dict[str, bytes], value: Any) -> str:
    data = _encode(value)
    name = _hash(data)
    blobs[name] = data
    return name


def _encode(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]
