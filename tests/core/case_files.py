"""Case tables kept as text: `### title`, the source, then `#= field: words` lines; `#: code` lines set the stage."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

CASES = Path(__file__).parent.parent / "cases"
_FIELD = re.compile(r"#= (\w+):[ ]?(.*)\Z")


@dataclass(frozen=True)
class Case:
    """One labelled text. `fields` maps a field's name to its words; `stage` is Python to run before `source`.

    `unproved` says why it cannot be run here, `missed` why the analysis does not agree with the label.
    """

    file: str
    title: str
    source: str
    fields: dict[str, frozenset[str]] = field(hash=False)
    stage: str = ""
    unproved: str = ""
    missed: str = ""

    def __str__(self) -> str:
        return f"{self.file}: {self.title}"


def read_cases(folder: str) -> list[Case]:
    """All cases of a folder under tests/cases."""
    return [case for path in sorted((CASES / folder).glob("*.txt")) for case in _read(path)]


def _read(path: Path) -> list[Case]:
    cases = []
    for block in re.split(r"^### ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        title, _, rest = block.partition("\n")
        lines: list[str] = []
        stage: list[str] = []
        unproved = missed = ""
        fields: dict[str, frozenset[str]] = {}
        for line in rest.rstrip("\n").split("\n"):
            match = _FIELD.match(line)
            if line.startswith("#: "):
                stage.append(line[3:])
            elif match and match[1] == "unproved":
                unproved = match[2]
            elif match and match[1] == "missed":
                missed = match[2]
            elif match:
                fields[match[1]] = frozenset(match[2].split())
            else:
                lines.append(line)
        cases.append(Case(path.stem, title, "\n".join(lines), fields, "\n".join(stage), unproved, missed))
    return cases


@dataclass(frozen=True)
class Notebook:
    """A small notebook with its edges, `parent>child` by the places of cells. `missed` says why they are not found."""

    file: str
    title: str
    cells: tuple[str, ...]
    edges: frozenset[str]
    missed: str = ""

    def __str__(self) -> str:
        return f"{self.file}: {self.title}"


def read_notebooks(folder: str) -> list[Notebook]:
    """All notebooks of a folder under tests/cases: cells between `---` lines, then `#= edges: 0>1 1>2`."""
    found = []
    for path in sorted((CASES / folder).glob("*.txt")):
        for block in re.split(r"^### ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            title, _, rest = block.partition("\n")
            body, _, edges = rest.partition("#= edges:")
            edges, _, missed = edges.partition("#= missed:")
            cells = [cell.strip("\n") for cell in re.split(r"^---\n", body, flags=re.MULTILINE)]
            found.append(Notebook(path.stem, title, tuple(cells), frozenset(edges.split()), missed.strip()))
    return found
