"""Scoping agrees with the compiler's own symbol table, over the standard library's sources."""

from __future__ import annotations

import ast
import builtins
import symtable
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from sept_ext.core import analyze_cell
from sept_ext.core.python_scopes import block_bindings, mangle, parameter_names

LIBRARY = Path(sysconfig.get_paths()["stdlib"])
MODULES = [
    "argparse", "ast", "calendar", "contextlib", "dataclasses", "doctest", "enum", "functools",
    "inspect", "ipaddress", "logging/__init__", "pathlib", "pickle", "shutil", "statistics", "tarfile", "typing",
    "unittest/mock", "zipfile", "test/test_scope", "test/test_named_expressions",
    "test/test_class", "test/test_generators", "test/test_patma", "test/test_super", "asyncio/tasks",
]  # fmt: skip


def functions(tree: ast.AST, class_name: str | None = None) -> Iterator[tuple[ast.FunctionDef, str | None]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node, class_name
        yield from functions(node, node.name if isinstance(node, ast.ClassDef) else class_name)


def tables(table: symtable.SymbolTable) -> Iterator[symtable.Function]:
    for child in table.get_children():
        if isinstance(child, symtable.Function) and child.get_name() not in COMPREHENSIONS:
            yield child
        yield from tables(child)


COMPREHENSIONS = {"lambda", "listcomp", "setcomp", "dictcomp", "genexpr"}


def source_of(module: str) -> str:
    path = LIBRARY / f"{module}.py"
    if not path.exists():
        pytest.skip(f"this Python comes without {module}")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("module", MODULES)
def test_the_locals_of_every_function_are_the_compilers(module: str) -> None:
    source = source_of(module)
    expected: dict[tuple[str, int], list[frozenset[str]]] = {}
    for table in tables(symtable.symtable(source, module, "exec")):
        names = frozenset(s.get_name() for s in table.get_symbols() if s.is_local() and s.get_name() != "__class__")
        expected.setdefault((table.get_name(), table.get_lineno()), []).append(names)
    checked = 0
    for node, class_name in functions(ast.parse(source)):
        bindings = block_bindings(node.body, parameter_names(node.args))
        ours = frozenset(mangle(name, class_name) for name in bindings.local)
        listed = expected[(node.name, node.lineno)]
        assert any(inlined(names, ours, node) for names in listed), (node.name, node.lineno)
        checked += 1
    assert checked > 10


def inlined(names: frozenset[str], ours: frozenset[str], node: ast.AST) -> bool:
    """Since 3.12 comprehensions are inlined: their targets show up among the locals of the function."""
    clauses = [clause for clause in ast.walk(node) if isinstance(clause, ast.comprehension)]
    targets = {name.id for clause in clauses for name in ast.walk(clause.target) if isinstance(name, ast.Name)}
    return ours <= names and names - ours <= targets


@pytest.mark.parametrize("module", MODULES)
def test_every_free_global_of_a_module_is_read_or_bound(module: str) -> None:
    """A name that the compiler looks up as a global anywhere is among our reads, our writes, or Python's own."""
    source = source_of(module)
    analysis = analyze_cell(source[:499_000])
    if analysis.is_broken:
        pytest.skip("this module is not for the top level of a cell")
    free: set[str] = set()
    declared: set[str] = set()  # bound by a function that may never be called
    stack = [symtable.symtable(source, module, "exec")]
    while stack:
        table = stack.pop()
        stack.extend(table.get_children())
        if table.get_type() != "module":
            free |= {s.get_name() for s in table.get_symbols() if s.is_global() and s.is_referenced()}
            declared |= {s.get_name() for s in table.get_symbols() if s.is_declared_global()}
    own = set(dir(builtins)) | {"__file__", "__path__", "__annotations__"}
    assert free - analysis.reads - analysis.writes - own - declared == set()
