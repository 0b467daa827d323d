"""The state of the walk: which names are bound for certain, and what each may share with the outside.

A `Frame` is one scope being walked: the cell itself, a function body (walked once, when defined), a class body.
Reading, binding, deleting and mutating names all go through it, so scoping is decided in one place.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from .cells import Problem, Relation
from .magic_syntax import LineMagic
from .python_apply import apply
from .python_budget import Budget
from .python_flat import take_any
from .python_scopes import Bindings, mangle
from .python_state import LOCAL, Loop, State
from .python_values import (
    FRESH,
    LAST_MARK,
    MADE,
    NOTHING,
    PARAMETER,
    Effects,
    Position,
    Summary,
    Value,
    made,
    outer,
    sharing,
    union,
)

Context = Callable[[str], Value | None]
"""What the cells above leave under a global name; None where nothing is known."""
FrameKind = Literal["module", "function", "class"]
_NOT_NOTED: set[object] = set()  # only functions note calls, for those who call them


def position(node: ast.AST) -> Position:
    """Where a node stands; columns are the parser's (UTF-8 bytes), made characters at the end."""
    return (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]


@dataclass(slots=True)
class Relations:
    """Database tables that SQL inside the cell touches, what of it may be variables, and what was not understood."""

    read: set[Relation] = field(default_factory=set)
    written: set[Relation] = field(default_factory=set)
    changed: set[Relation] = field(default_factory=set)
    variables: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    unknown: bool = False


class Frame:
    """One scope being walked."""

    __slots__ = (
        "bindings",
        "budget",
        "class_name",
        "context",
        "depth",
        "effects",
        "exits",
        "fixed",
        "inherited",
        "kind",
        "local",
        "loops",
        "magics",
        "noted",
        "overlays",
        "parent",
        "postpones_annotations",
        "relations",
        "shown",
        "state",
        "summary",
        "walrus",
    )  # fmt: skip

    def __init__(
        self,
        kind: FrameKind,
        parent: Frame | None = None,
        *,
        bindings: Bindings | None = None,
        class_name: str | None = None,
        summary: Summary | None = None,
        context: Context | None = None,
    ) -> None:
        self.kind = kind
        self.parent = parent
        self.bindings = bindings or Bindings()
        self.class_name: str | None = class_name or (parent.class_name if parent else None)
        self.summary = summary
        self.context = context
        self.depth: int = summary.depth if summary else parent.depth if parent else 0
        self.effects: Effects = summary.effects if summary else parent.effects if parent else Effects()
        self.walrus: bool = parent.walrus if parent else True
        self.budget: Budget = parent.budget if parent else Budget()
        self.noted: set[object] = set() if kind == "function" else _NOT_NOTED
        self.state = State(set(), {}, set())
        self.overlays: list[dict[str, Value]] = []
        self.loops: list[Loop] = []
        self.exits: list[State] = []
        self.fixed: Position | None = parent.fixed if parent else None
        self.magics: Mapping[int, LineMagic] = parent.magics if parent else {}
        self.relations: Relations = parent.relations if parent else Relations()
        self.postpones_annotations = False
        self.shown: Value | None = None  # of the last expression statement
        self.inherited: Mapping[str, Summary] | None = None
        self.local = NOTHING
        if kind == "function":
            self.local = frozenset(mangle(name, self.class_name) for name in self.bindings.local)
        if self.class_name is not None and self.bindings.globals:
            self.bindings.globals = {mangle(name, self.class_name) for name in self.bindings.globals}

    def at(self, node: ast.AST) -> Position:
        """The position an effect is recorded with (text taken from a string or a magic has that one's)."""
        return self.fixed or position(node)

    def root(self) -> Frame:
        """The cell's own frame."""
        frame = self
        while frame.parent is not None:
            frame = frame.parent
        return frame

    # -- reading ---------------------------------------------------------------------------------------------

    def load(self, name: str, node: ast.AST) -> Value:
        """The value of `name` here; records a read if it may be one from before the cell."""
        if self.parent is None and not self.overlays:  # most loads: a name at the top of the cell
            if name in self.state.killed:
                return self.state.env.get(name) or FRESH
            return self.load_global(name, self.fixed or position(node))
        name = mangle(name, self.class_name)
        for overlay in reversed(self.overlays):
            if name in overlay:
                return overlay[name]
        if self.kind == "class" and not self.overlays and name not in self.bindings.globals:
            value = self.state.env.get(name)
            if name in self.state.killed and value is not None:
                return value
        return self._lookup(name, node)

    def _lookup(self, name: str, node: ast.AST) -> Value:
        frame = self.owner(name)
        if frame is None:
            return self.load_global(name, self.at(node))
        for overlay in reversed(frame.overlays if frame is not self else ()):
            if name in overlay:
                return overlay[name]
        return frame.state.env.get(LOCAL + name, FRESH)

    def owner(self, name: str) -> Frame | None:
        """The enclosing frame a free name belongs to; None for the global namespace."""
        if name in self.bindings.globals:
            return None
        frame: Frame | None = self
        while frame is not None:
            if frame.kind == "function" and name in frame.local:
                return frame
            if frame is not self:
                if frame.overlays and any(name in overlay for overlay in frame.overlays):
                    return frame
                if frame.kind == "function" and name in frame.bindings.globals:
                    return None
            frame = frame.parent
        return None

    def load_global(self, name: str, where: Position) -> Value:
        """The value of a global name here; records a read unless it is certainly bound already."""
        if name == "__class__" and self.class_name is not None:
            return FRESH  # the compiler's own cell variable, for super()
        frame = self.global_frame()
        state = frame.state
        value = state.env.get(name)
        if name in state.killed:
            return value or FRESH
        frame.effects.reads.setdefault(name, []).append(where)
        if value is None:
            return frame.seen_from_inside(name) if frame.parent is not None else frame.before(name)
        return value

    def read_globals(self, names: Iterable[str], where: Position) -> None:
        """Global names are read here, by a function that is called; their values do not matter."""
        frame = self.global_frame()
        killed, reads = frame.state.killed, frame.effects.reads
        for name in names:
            if name not in killed and (name != "__class__" or self.class_name is None):
                reads.setdefault(name, []).append(where)

    def seen_from_inside(self, name: str) -> Value:
        """What a global name is for a function's body: what is known of it where the function is written."""
        frame = self.parent
        while frame is not None:
            found = frame.state.env.get(name) if frame.kind != "class" else None
            if found is not None:
                telling = found.functions or found.members or found.path or found.text
                own = outer(name)
                return sharing(found, own.origins, own.inner, found.deep) if telling else own
            frame = frame.parent
        return outer(name)

    def before(self, name: str) -> Value:
        """What a global name is before the cell runs: known from the cells above, if somebody says."""
        if self.context is not None and self.kind == "module":
            return self.context(name) or outer(name)
        return outer(name)

    def global_value(self, name: str) -> Value:
        """The value of a global name here, without reading it."""
        frame = self.global_frame()
        return frame.state.env.get(name) or frame.before(name)

    def untouched(self, origins: frozenset[str]) -> frozenset[str]:
        """Of many origins, names that stand for what they stood for before: `global_value` need not be asked."""
        frame = self.global_frame()
        if frame.context is not None:
            return NOTHING
        return frozenset([origin for origin in origins.difference(frame.state.env) if origin > LAST_MARK])

    def global_frame(self) -> Frame:
        """The frame that keeps this scope's view of global names: the nearest function, else the cell."""
        frame = self
        while frame.kind == "class" and frame.parent is not None:
            frame = frame.parent
        return frame

    # -- binding ---------------------------------------------------------------------------------------------

    def bind(self, name: str, value: Value, node: ast.AST) -> None:
        """Bind `name` in the scope Python would bind it in."""
        name = mangle(name, self.class_name)
        if self.is_global(name):
            self.bind_global(name, value, self.at(node))
        elif name in self.bindings.nonlocals:
            owner = self.owner(name)
            if owner is not None:
                owner.state.env[LOCAL + name] = union(owner.state.env.get(LOCAL + name, FRESH), value)
        elif self.kind == "function":
            self.state.env[LOCAL + name] = value
        else:
            self.state.env[name] = value
            self.state.killed.add(name)

    def is_global(self, name: str) -> bool:
        """Whether binding `name` here binds a global name."""
        return self.kind == "module" or name in self.bindings.globals

    def bind_global(self, name: str, value: Value, where: Position) -> None:
        """Bind a global name for certain."""
        frame = self.global_frame()
        if not value.origins:
            new = made(f"{name}:{where[0]}")
            value = new if value is FRESH else sharing(value, new.origins, value.inner, value.deep)
        frame.effects.writes.setdefault(name, []).append(where)
        frame.state.killed.add(name)
        frame.state.env[name] = value
        frame.state.deleted.discard(name)

    def delete(self, name: str, node: ast.AST) -> None:
        """`del name`: the old value is gone, and nothing takes its place."""
        name = mangle(name, self.class_name)
        if self.is_global(name):
            self.delete_global(name, self.at(node))
        elif self.kind == "function":
            self.state.env.pop(LOCAL + name, None)
        else:
            self.state.killed.discard(name)
            self.state.env.pop(name, None)

    def delete_global(self, name: str, where: Position) -> None:
        """Delete a global name for certain."""
        frame = self.global_frame()
        frame.effects.writes.setdefault(name, []).append(where)
        frame.state.killed.add(name)
        frame.state.env[name] = FRESH
        frame.state.deleted.add(name)

    # -- changing objects ------------------------------------------------------------------------------------

    def mutate(self, value: Value, node: ast.AST) -> None:
        """The object behind `value` is changed in place."""
        if value.origins:
            self.mutate_origins(value.origins, self.at(node))

    def mutate_origins(self, origins: frozenset[str], where: Position) -> None:
        """Objects that existed before (or came as arguments) are changed in place."""
        frame = self.global_frame()
        if len(origins) > 1:
            if self.budget.is_spent:  # one place is enough
                origins = origins.difference(frame.effects.mutates)
            self.budget.steps += len(origins)
        for origin in origins:
            if origin[0] == MADE or (origin[0] == PARAMETER and frame.kind == "module"):
                continue
            frame.effects.mutates.setdefault(origin, []).append(where)

    # -- calling ---------------------------------------------------------------------------------------------

    def escape(self, value: Value, where: Position) -> None:
        """A known function leaves our sight (is passed on): whoever has it may call it now."""
        if self.budget.is_spent:
            take_any(self, value.functions, (), {}, where)
            return
        for summary in value.functions:
            apply(self, summary, (), {}, where, certain=False)

    def apply(
        self,
        summary: Summary,
        arguments: tuple[Value, ...],
        keywords: Mapping[str, Value],
        where: Position,
        *,
        certain: bool = True,
    ) -> Value:
        """Do to this frame what calling the summarised function does; gives what the call may return."""
        return apply(self, summary, arguments, keywords, where, certain=certain)
