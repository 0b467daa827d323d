"""One row of the scoreboard's tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One goal. `figure` and `peer` are paths into the results (`edits.sept.correct`); a peer may be words."""

    what: str
    figure: str
    goal: float
    at_least: bool = False
    unit: str = ""
    peer: str = ""
    peer_name: str = ""
