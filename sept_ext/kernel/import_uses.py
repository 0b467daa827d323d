"""What a cell does with the modules it imports, by its text: no digest tells what was set in a module.

A module that a cell imports and only reads is as it was, whenever the cell runs again: attributes are read, functions
called whose value is used. Everything else may have changed it: `rc("font", size=7)`, `s = string; s.x = 1`,
`setattr(string, ...)`, `patch(string)`.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from sept_ext.core.python_names import words

_HIDDEN = (
    "random.", "numpy.random.", "numpy.set_printoptions", "pandas.options.display.", "os.environ", "os.chdir",
    "sys.path.", "sys.path[]", "sys.setrecursionlimit", "decimal.setcontext", "decimal.getcontext",
)  # fmt: skip
"""What touches state that `HiddenStates` digests, and nothing else of the module."""
_OPTIONS = frozenset({"pandas.set_option", "pandas.reset_option"})
_READERS = words(
    "print display len isinstance issubclass str repr int float bool sum min max sorted any all range abs round "
    "type format hasattr id hash divmod zip enumerate map filter list tuple set dict frozenset"
)
"""Functions that only read what they are given."""
_ANYWHERE = words("exec eval globals locals __import__ get_ipython patch monkeypatch")
_PATCHERS = frozenset({"mock", "unittest", "pytest"})
_GETTERS = ("get", "gca", "gcf")
_SHARED = {"seaborn": "matplotlib", "pylab": "matplotlib"}
"""Libraries whose settings are another's."""
_VALUES = (bool, int, float, complex, str, bytes, type(None))
_READ_AS = (ast.BinOp, ast.UnaryOp, ast.Compare, ast.FormattedValue, ast.Expr, ast.If, ast.While, ast.Assert)


@dataclass(frozen=True, slots=True)
class ImportUses:
    """`read_only`: names the cell imports and only reads. `touched`: names of modules that its imports may change."""

    read_only: frozenset[str] = frozenset()
    touched: frozenset[str] = frozenset()


def import_uses(source: str, imports: frozenset[str], mutates: frozenset[str], names: Mapping[str, Any]) -> ImportUses:
    """Look at the text of a cell that imports names. `mutates`: of those, what analysis takes for changed.

    `names`: the user's, after the run. A text with magics counts as one that may change everything.
    """
    try:
        uses = _Uses(ast.parse(source), names)
    except (SyntaxError, ValueError, RecursionError):
        return ImportUses()
    roots = {_root(uses.origins[name]) for name in mutates if name in uses.origins} - uses.hidden
    roots |= {_root(origin) for origin in uses.changed}
    roots |= {_SHARED[root] for root in roots if root in _SHARED}
    read_only = {name for name in imports if name in uses.origins and _root(uses.origins[name]) not in roots}
    touched = {id(sys.modules[origin]) for origin in uses.changed if origin in sys.modules}
    return ImportUses(
        frozenset() if uses.may_change_all else frozenset(read_only),
        frozenset(name for name, value in names.items() if type(value) is ModuleType and id(value) in touched),
    )


class _Uses:
    """Follows every imported name from where it stands outwards. `changed`: modules, by their dotted names."""

    def __init__(self, tree: ast.Module, names: Mapping[str, Any]) -> None:
        self._names = names
        self._parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        loads = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
        self.origins = dict(_origins(tree))
        self.changed: set[str] = set()
        self.hidden: set[str] = set()
        self.may_change_all = any(node.id in _ANYWHERE for node in loads)
        known = 0
        while known < len(self.origins):  # an alias may stand above the name it is made of
            known = len(self.origins)
            for node in loads:
                if node.id in self.origins:
                    self._follow(node)

    def _follow(self, name: ast.Name) -> None:
        dotted = self.origins[name.id]
        if _root(dotted) in _PATCHERS:
            self.may_change_all = True
        node: ast.AST = name
        while True:
            parent = self._parents[node]
            if isinstance(parent, ast.Attribute):
                dotted += f".{parent.attr}"
            elif isinstance(parent, ast.Subscript) and parent.value is node:
                dotted += "[]"
            else:
                break
            node = parent
        if dotted.startswith("sys.modules"):
            self.may_change_all = True
        is_plain_name = node is name
        if is_plain_name and isinstance(name.ctx, ast.Store):
            return  # it gets another meaning
        if dotted.startswith(_HIDDEN):
            self.hidden.add(_root(dotted))
        elif not self._is_read(node, dotted, parent):
            self._change(dotted)

    def _is_read(self, node: ast.AST, dotted: str, parent: ast.AST) -> bool:
        if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            return False
        if isinstance(parent, ast.Call) and parent.func is node:
            return self._is_used(parent, dotted)
        if isinstance(parent, ast.Subscript) or (isinstance(parent, _READ_AS) and not isinstance(node, ast.Name)):
            return True
        if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.func.id in _READERS:
            return True
        if isinstance(parent, ast.Assign | ast.AnnAssign | ast.NamedExpr):
            targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
            self.origins.update(
                {target.id: dotted for target in targets if isinstance(target, ast.Name)} | self.origins
            )
        return self._is_constant(dotted)

    def _is_used(self, call: ast.Call, dotted: str) -> bool:
        """Whether a call's value goes somewhere, and is no part of the module that could be changed there."""
        if dotted in _OPTIONS:
            first = call.args[0] if call.args else None
            return isinstance(first, ast.Constant) and str(first.value).startswith("display.")
        if dotted.rpartition(".")[2].startswith(_GETTERS) and _root(dotted) not in ("os", "sys"):
            return False
        node: ast.AST = call
        parent = self._parents[call]
        while isinstance(parent, ast.Call | ast.Attribute | ast.Subscript | ast.Await):
            if node is not (parent.func if isinstance(parent, ast.Call) else parent.value):
                return True  # an argument
            node, parent = parent, self._parents[parent]
        return not isinstance(parent, ast.Expr)

    def _is_constant(self, dotted: str) -> bool:
        """Whether a dotted name is something of a module's that nobody changes: a function, a class, a number."""
        found: Any = None
        parts = dotted.split(".")
        for count, part in enumerate(parts, 1):
            inner = vars(found).get(part) if type(found) is ModuleType else None
            found = sys.modules.get(".".join(parts[:count])) if inner is None else inner
        return found is not None and (type(found) in _VALUES or callable(found))

    def _change(self, dotted: str) -> None:
        """The module that a dotted name leads into, and those above it, whose attribute it is."""
        parts = dotted.replace("[]", "").split(".")
        found = [".".join(parts[:count]) for count in range(len(parts), 0, -1)]
        self.changed.add(next((module for module in found if module in sys.modules), parts[0]))


def _origins(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The names that import statements bind, and what they stand for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.asname or _root(alias.name), alias.name if alias.asname else _root(alias.name)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{'.' * node.level}{node.module or ''}.{alias.name}"


def _root(dotted: str) -> str:
    return dotted.partition(".")[0].partition("[")[0]
