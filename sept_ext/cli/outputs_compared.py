"""Whether two lists of outputs say the same: what the kernel's memory, the clock and the machine put in is excused."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

Outputs = Sequence[Mapping[str, Any]]

# (what is excused, what it looks like). Applied in order; each match becomes its name.
EXCUSED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("<address>", re.compile(r"\b0x[0-9a-fA-F]{6,}\b")),
    ("<cell>", re.compile(r"(?:/[\w.-]+)*/?ipykernel_\d+/\d+\.py")),
    ("<object>", re.compile(r"(?<=id=)['\"]?[0-9a-f-]{8,}['\"]?")),
    ("<cpu>", re.compile(r"^CPU times: .*$", re.MULTILINE)),
    ("<wall>", re.compile(r"^Wall time: .*$", re.MULTILINE)),
    ("<loops>", re.compile(r"^.* per loop \(mean ± std\. dev\. of .*$", re.MULTILINE)),
    ("<date>", re.compile(r"\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\.\d+\b")),
    # What a SQL cell of ours says of its time: "3 rows in 0.02 s on duckdb", "1. SELECT 1: 1 row, 0.02 s".
    ("<took>", re.compile(r"(?:(?<=in )\d+\.\d\d s(?= on )|(?<=, )\d+\.\d\d s$)", re.MULTILINE)),
    ("<duration>", re.compile(r"\b\d+(?:\.\d+)? ?(?:ns|µs|us|ms|seconds?|secs?)\b")),
)

# Beside the text form, these carry what people see; styled HTML has random ids, and widgets random models.
_PLAIN = "text/plain"
_SAYS_NOTHING = re.compile(r"<[\w.]+ object(?: at 0x[0-9a-fA-F]+)?>|[\w.]+\(.*\.\.\..*\)")


def are_equal(first: Outputs, second: Outputs, *, strict: bool) -> bool:
    """Whether two cells' outputs agree; `strict` excuses nothing but run numbers."""
    return _said(first, strict=strict) == _said(second, strict=strict)


def agrees_beside_noise(shown: Outputs, clean: Outputs, again: Outputs) -> bool:
    """Whether an output has, in order, all that two clean runs agree on; what they differ in is noise."""
    one, two = _lines(clean), _lines(again)
    same = SequenceMatcher(None, one, two, autojunk=False).get_matching_blocks()
    rest = iter(_lines(shown))
    return all(line in rest for block in same for line in one[block.a : block.a + block.size])


def first_difference(shown: Outputs, expected: Outputs) -> str:
    """Where two cells' outputs part, in one line."""
    mine, clean = _lines(shown), _lines(expected)
    for (_, have), (_, want) in zip(mine, clean, strict=False):
        if have != want:
            return f"it shows {have[:60]!r}, a clean run {want[:60]!r}"
    if len(mine) == len(clean):
        return "the same texts come another way (a stream, a value)"
    longer, who = (clean, "only a clean run") if len(clean) > len(mine) else (mine, "only the notebook")
    return f"{who} shows {longer[min(len(mine), len(clean))][1][:60]!r}"


def _said(outputs: Outputs, *, strict: bool) -> list[tuple[str, Any]]:
    streams: dict[str, str] = {}
    said: list[tuple[str, Any]] = []
    for output in outputs:
        kind = output.get("output_type", "")
        if kind == "stream":
            # How lines of two streams interleave is chance; each stream's own text is not.
            streams[output["name"]] = streams.get(output["name"], "") + _text(output.get("text", ""))
        elif kind == "error":
            said.append((kind, (output.get("ename"), _excused(str(output.get("evalue")), strict=strict))))
        else:
            said.append(("data", _bundle(output.get("data", {}), strict=strict)))
    return [*said, *((name, _excused(text, strict=strict)) for name, text in sorted(streams.items()))]


def _bundle(data: Mapping[str, Any], *, strict: bool) -> Any:
    """What a bundle says: pictures by their bytes, else its plain text, which every rich form repeats."""
    pictures = {kind: _text(value) for kind, value in data.items() if kind.startswith("image/")}
    if strict:
        return {kind: value if isinstance(value, dict) else _text(value) for kind, value in data.items()}
    if pictures:
        return pictures
    plain = _text(data.get(_PLAIN, ""))
    if not plain or _SAYS_NOTHING.fullmatch(plain):
        said = {kind: json.dumps(value, sort_keys=True) if isinstance(value, dict) else _text(value)
                for kind, value in data.items()}  # fmt: skip
        return {kind: _excused(value, strict=False) for kind, value in said.items()}
    return _excused(_text(data.get(_PLAIN, data.get("text/html", ""))), strict=False)


def _excused(text: str, *, strict: bool) -> str:
    if not strict:
        for name, pattern in EXCUSED:
            text = pattern.sub(name, text)
    return text


def _text(value: Any) -> str:
    return "".join(value) if isinstance(value, list) else str(value)


def _lines(outputs: Outputs) -> list[tuple[str, str]]:
    """What the outputs say, line by line, with the way it is said; pictures and other forms are a line each."""
    lines: list[tuple[str, str]] = []
    for kind, said in _said(outputs, strict=False):
        if kind == "error":
            lines.append((kind, f"{said[0]}: {said[1]}"))
        elif isinstance(said, dict):
            lines += [(form, content) for form, content in sorted(said.items())]
        else:
            lines += [(kind, line) for line in said.splitlines()]
    return lines
