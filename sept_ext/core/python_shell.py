"""IPython's shell as an object: `get_ipython().run_line_magic(...)` and its like run text."""

from __future__ import annotations

import ast

from .magic_effects import apply_magic, expand
from .magic_syntax import LineMagic
from .python_calls import SPECIAL_FUNCTIONS, SPECIAL_METHODS
from .python_frame import Frame
from .python_names import words
from .python_parse import try_module
from .python_results import CallSite
from .python_strings import first_text, opaque
from .python_values import FRESH, Value
from .python_walk import run, with_position


def _shell(frame: Frame, site: CallSite) -> Value | None:
    """Methods of `get_ipython()` that run text."""
    if not _is_shell(site):
        return None
    text = first_text(site)
    where = frame.at(site.node)
    if text is None or "\0" in text:
        return opaque(frame, site, f"get_ipython().{site.name}() runs text that is not known")
    if site.name in ("system", "getoutput", "getoutput_detailed"):
        with_position(frame, where, lambda: expand(frame, text, where))
    elif site.name in ("ev", "ex", "run_cell", "safe_execfile"):
        _run_text(frame, site, text)
    elif site.name in ("run_line_magic", "magic"):
        name, _, line = text.partition(" ") if site.name == "magic" else (text, "", _second_text(site))
        magic = LineMagic("magic", name.lstrip("%"), line, where[0], where[1])
        with_position(frame, where, lambda: apply_magic(frame, magic))
    elif site.name == "run_cell_magic":
        _run_cell_magic(frame, site, text)
    elif site.name == "push" and text.isidentifier():
        frame.bind_global(text, FRESH, where)
    return FRESH


def _is_shell(site: CallSite) -> bool:
    function = site.node.func
    owner = function.value if isinstance(function, ast.Attribute) else None
    if isinstance(owner, ast.Call):
        owner = owner.func
        return isinstance(owner, ast.Name) and owner.id == "get_ipython"
    return isinstance(owner, ast.Name) and owner.id in ("ip", "ipython", "shell")


def _second_text(site: CallSite) -> str:
    found = site.argument(1, "line")
    return (found.text or "") if found is not None else ""


def _run_text(frame: Frame, site: CallSite, text: str) -> None:
    body = try_module(text)
    if body is None:
        opaque(frame, site, f"get_ipython().{site.name}() runs text that is not Python")
        return
    with_position(frame, frame.at(site.node), lambda: run(frame, body))


def _run_cell_magic(frame: Frame, site: CallSite, name: str) -> None:
    body = site.argument(2, "cell")
    if name in ("time", "capture", "prun") and body is not None and body.text is not None:
        _run_text(frame, site, body.text)
        line = _second_text(site)
        if name == "capture" and line.isidentifier():
            frame.bind_global(line, FRESH, frame.at(site.node))
    elif name == "sql" and body is not None and body.text is not None:
        magic = LineMagic("magic", "sql", f"{_second_text(site)} {body.text}", *frame.at(site.node)[:2])
        with_position(frame, frame.at(site.node), lambda: apply_magic(frame, magic))


def _user_namespace(frame: Frame, site: CallSite) -> Value | None:
    return Value(path="get_ipython()")


SPECIAL_FUNCTIONS["get_ipython"] = _user_namespace
SPECIAL_METHODS.update(
    dict.fromkeys(
        words("system getoutput getoutput_detailed ev ex run_cell run_line_magic magic run_cell_magic push"), _shell
    )
)
