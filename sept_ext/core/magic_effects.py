"""What IPython's magics, shell lines and help do to names, as far as their text tells."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from .magic_syntax import LineMagic, expanded_expressions
from .python_frame import Frame
from .python_functions import summarise
from .python_names import words
from .python_parse import parse_expression, parse_module
from .python_scopes import block_bindings
from .python_values import FRESH, Position, Value
from .python_walk import MAGICS, evaluate, run, with_position

# Set by the shell, not by a cell: `$HOME` in a shell line is no read.
_ENVIRONMENT = words("HOME PATH USER PWD SHELL LANG TMPDIR HOSTNAME OLDPWD PYTHONPATH LOGNAME TERM EDITOR")
_CODE_OPTIONS = re.compile(r"(?:--no-raise-error|-[nrpslTDtcoqvV](?:[ \t]*[\w./]+)?|--[\w-]+(?:=\S+)?)[ \t]+")
_FLAG_OPTIONS = re.compile(r"(?:-[tcoqv]+|--[\w-]+)[ \t]+")
_PRUN_OPTIONS = re.compile(r"(?:-[rq]+|-[lsTD][ \t]*[\w./]+|--[\w-]+(?:=\S+)?)[ \t]+")
_PROFILER_OPTIONS = re.compile(
    r"(?:-f[ \t]*(?P<function>[\w.]+)|-[rsz]+|-[mTDuo][ \t]*\S+|--[\w-]+(?:=\S+)?)(?:[ \t]+|$)"
)
_NO_EXPANSION = words("time timeit prun lprun mprun memit debug sql macro store")
_OPAQUE = {
    "run": "%run runs a script that may bind any name",
    "load": "%load puts other code in the cell",
    "pylab": "%pylab binds the names of numpy and matplotlib",
    "reset": "%reset deletes names",
    "reset_selective": "%reset_selective deletes names",
    "macro": "%macro runs code of earlier inputs",
    "rerun": "%rerun runs code of earlier inputs",
    "recall": "%recall puts earlier code in the cell",
    "edit": "%edit runs code that is not in the cell",
    "rep": "%rep puts earlier code in the cell",
}
_INSPECTING = words("pinfo pinfo2 pdoc psource pfile pdef page pycat psearch")


def apply_magic(frame: Frame, magic: LineMagic) -> None:
    """Do to the frame what running the line does."""
    where = (magic.line, magic.column, magic.line, magic.column + len(magic.text.partition("\n")[0]))
    if magic.kind == "help":
        _inspect(frame, magic.text, where)
        return
    if magic.kind == "shell":
        expand(frame, magic.text, where)
        return
    name = magic.name
    if name == "sql":
        from .sql_effects import apply_sql_line  # sqlglot is loaded only when a notebook has SQL

        apply_sql_line(frame, magic)
        return
    if name not in _NO_EXPANSION:
        expand(frame, magic.text, where)
    if name in _OPAQUE:
        frame.effects.opaque.setdefault(_OPAQUE[name], where)
    elif name in _INSPECTING:
        _inspect(frame, magic.text, where)
    elif name in _CODE:
        _CODE[name](frame, magic)
    elif name == "store":
        _store(frame, magic.text, where)
    elif name == "xdel":
        frame.delete_global(magic.text.removeprefix("-n").strip(), where)


def _inspect(frame: Frame, text: str, where: Position) -> None:
    """`obj?` looks at the object, not at a magic or a pattern."""
    name = re.match(r"[ \t]*([^\W\d]\w*)", text)
    if name is not None and "*" not in text and text.strip()[0] != "%":
        frame.load_global(name[1], where)


def expand(frame: Frame, text: str, where: Position) -> None:
    """Read what `{x}` and `$x` name; like IPython, expand nothing if one of them is no expression."""
    trees = []
    for expression in expanded_expressions(text):
        try:
            trees.append(parse_expression(expression.strip()))
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return
    wanted = [tree for tree in trees if not (isinstance(tree, ast.Name) and tree.id in _ENVIRONMENT)]
    with_position(frame, where, lambda: [evaluate(frame, tree) for tree in wanted])


def parse_at(text: str, line: int, column: int) -> list[ast.stmt] | None:
    """Parse code that starts in the middle of a cell's line; None if it is not Python."""
    try:
        tree = parse_module(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.expr | ast.stmt | ast.ExceptHandler | ast.alias | ast.arg | ast.pattern):
            if node.lineno == 1:
                node.col_offset += column
            if node.end_lineno == 1 and node.end_col_offset is not None:
                node.end_col_offset += column
            node.lineno += line - 1
            node.end_lineno = (node.end_lineno or 1) + line - 1
    return tree.body


def _code(magic: LineMagic, options: re.Pattern[str]) -> list[ast.stmt] | None:
    text, column = magic.text, magic.column
    while True:
        body = parse_at(text, magic.line, column) if not text.startswith("-") else None
        if body is not None:
            return body
        match = options.match(text)
        if match is None:
            return None
        text, column = text[match.end() :], column + match.end()


def code_after_options(text: str, line: int, column: int) -> list[ast.stmt]:
    """The statements behind the options of `%%timeit`; none if it is no Python."""
    magic = LineMagic("magic", "timeit", text, line, column)
    return _code(magic, _FLAG_OPTIONS) or _code(magic, _CODE_OPTIONS) or []


def _run_here(frame: Frame, magic: LineMagic) -> None:
    """`%time`, `%prun`: the statement runs in the notebook's namespace."""
    options = _PRUN_OPTIONS if magic.name == "prun" else _CODE_OPTIONS
    body = _code(magic, options)
    if body is not None:
        run(frame, body)


def profiled(text: str) -> tuple[list[str], str]:
    """The functions that `%lprun -f f statement` watches, and the statement."""
    functions: list[str] = []
    while True:
        match = _PROFILER_OPTIONS.match(text)
        if match is None:
            return functions, text
        if match["function"]:
            functions.append(match["function"])
        text = text[match.end() :]


def read_profiled(frame: Frame, functions: list[str], where: Position) -> None:
    """The profiler looks the functions up."""
    for function in functions:
        frame.load_global(function.partition(".")[0], where)


def _profile(frame: Frame, magic: LineMagic) -> None:
    """`%lprun -f f statement`, `%mprun`."""
    functions, rest = profiled(magic.text)
    read_profiled(frame, functions, (magic.line, magic.column, magic.line, magic.column + len(magic.text)))
    body = parse_at(rest, magic.line, magic.column + len(magic.text) - len(rest))
    if body is not None:
        run(frame, body)


def _run_apart(frame: Frame, magic: LineMagic) -> None:
    """`%timeit`: the statement runs as the body of a function, so what it binds stays there."""
    run_apart(frame, _code(magic, _FLAG_OPTIONS) or _code(magic, _CODE_OPTIONS))


def run_apart(frame: Frame, body: list[ast.stmt] | None) -> None:
    """Walk code as a function that is called at once."""
    if not body:
        return

    def walk(inner: Frame) -> Value:
        run(inner, body)
        return FRESH

    summary = summarise(frame, "<timeit>", (), block_bindings(body), walk)
    where = frame.at(body[0])
    frame.apply(summary, (), {}, where)


_CODE: dict[str, Callable[[Frame, LineMagic], None]] = {
    "time": _run_here,
    "prun": _run_here,
    "lprun": _profile,
    "mprun": _profile,
    "debug": _run_here,
    "timeit": _run_apart,
    "memit": _run_apart,
}


def _store(frame: Frame, text: str, where: Position) -> None:
    """`%store x` keeps `x`, `%store -r x` binds it."""
    words = text.partition(">")[0].split()
    names = [word for word in words if word.isidentifier()]
    if "-r" in words:
        for name in names:
            frame.bind_global(name, FRESH, where)
        if not names:
            frame.effects.opaque.setdefault("%store -r binds every stored name", where)
    elif not any(word.startswith("-") for word in words):
        for name in names:
            frame.load_global(name, where)


MAGICS.append(apply_magic)
