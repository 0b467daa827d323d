"""Walking statements: control flow decides what is bound for certain."""

from __future__ import annotations

import ast
from collections.abc import Callable

from .python_classes import define_class
from .python_conditions import condition
from .python_frame import Frame
from .python_functions import annotation, define_function, define_type_alias
from .python_lazy import awaited, consume
from .python_objects import hand_on
from .python_protocols import OPERATORS, special_method, truth_of
from .python_stars import KNOWN_MODULES, star_names
from .python_state import Loop, State, merge, shares_more
from .python_targets import assign, bind_target, delete_target
from .python_values import FRESH, SLICE, VIEW, Value, union
from .python_walk import STATEMENTS, evaluate, look, misplaced, run

_SWALLOWING = frozenset(("suppress", "raises", "assertRaises", "ignored"))
_ENDING = frozenset(("exit", "quit"))


def _expression(frame: Frame, node: ast.Expr) -> None:
    frame.shown = evaluate(frame, node.value, used=False)
    call = node.value
    if isinstance(call, ast.Call):
        function = call.func
        if isinstance(function, ast.Name) and function.id in _ENDING:
            frame.state.alive = function.id in frame.state.killed
        elif isinstance(function, ast.Attribute) and function.attr == "exit" and _is_named(function.value, "sys"):
            frame.state.alive = False


def _is_named(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _assign(frame: Frame, node: ast.Assign) -> None:
    assign(frame, node.targets, node.value)


def _annotated(frame: Frame, node: ast.AnnAssign) -> None:
    value = look(frame, node.value) if node.value is not None else None
    if frame.kind != "function" or not node.simple:
        annotation(frame, node.annotation)
    if value is not None:
        bind_target(frame, node.target, value)
    elif not isinstance(node.target, ast.Name):
        evaluate(frame, node.target.value)


def _augmented(frame: Frame, node: ast.AugAssign) -> None:
    target = node.target
    if not isinstance(target, ast.Name):
        added = evaluate(frame, node.value)
        bind_target(frame, target, added)
        return
    old = frame.load(target.id, target)
    added = evaluate(frame, node.value)
    if old.members is not None:
        frame.bind(target.id, _augmented_object(frame, node, old, added), target)
        return
    if isinstance(node.value, ast.List | ast.ListComp | ast.Set | ast.SetComp | ast.Dict | ast.DictComp):
        frame.mutate(old, target)  # only containers take these: changed in place
    elif old.path == VIEW:
        frame.mutate(old, target)
    elif old.path == SLICE and isinstance(node.value, ast.Constant) and not isinstance(node.value.value, str | bytes):
        frame.mutate(old, target)  # a view of an array
    path = old.path if old.path == VIEW else None
    frame.bind(target.id, Value(old.origins, old.inner | added.origins | added.inner, path=path), target)


def _augmented_object(frame: Frame, node: ast.AugAssign, old: Value, added: Value) -> Value:
    name = OPERATORS[type(node.op)]
    special = f"__i{name}__" if old.members and f"__i{name}__" in old.members else f"__{name}__"
    return union(old, special_method(frame, old, special, (added,), node))


def _delete(frame: Frame, node: ast.Delete) -> None:
    for target in node.targets:
        delete_target(frame, target)


def _if(frame: Frame, node: ast.If) -> None:
    if frame.walrus:
        holds, fails = condition(frame, node.test)
    else:
        value = evaluate(frame, node.test)
        if value.members is not None:
            truth_of(frame, value, node.test)
        holds = fails = frame.state.killed
    known = truth(node.test)
    if known is not None:
        run(frame, node.body if known else node.orelse)
        return
    other = frame.state.copy()
    if fails is not holds:
        other.killed = fails
    frame.state.killed = holds
    run(frame, node.body)
    after_body, frame.state = frame.state, other
    run(frame, node.orelse)
    frame.state = merge([after_body, frame.state])


def truth(test: ast.expr) -> bool | None:
    """The value of a condition known beforehand (constants; a notebook is always `__main__`)."""
    if isinstance(test, ast.Constant):
        return bool(test.value)
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq):
        right = test.comparators[0]
        if _is_named(test.left, "__name__") and isinstance(right, ast.Constant):
            return bool(right.value == "__main__")
    return None


def _for(frame: Frame, node: ast.For | ast.AsyncFor) -> None:
    iterable = evaluate(frame, node.iter)
    if iterable.path == "globals()":
        hand_on(frame, node.iter)
    for function in iterable.functions:
        frame.apply(function, (), {}, frame.at(node.iter), certain=False)
    if iterable.members is not None:
        iterable = union(iterable, special_method(frame, iterable, "__iter__", (), node.iter))
        special_method(frame, iterable, "__next__", (), node.iter)

    def step() -> None:
        bind_target(frame, node.target, iterable.element())
        run(frame, node.body)

    _loop(frame, step, node.orelse, runs=_surely_runs(node.iter))


def _surely_runs(iterable: ast.expr) -> bool:
    if isinstance(iterable, ast.List | ast.Tuple | ast.Set):
        return any(not isinstance(element, ast.Starred) for element in iterable.elts)
    if isinstance(iterable, ast.Call) and _is_named(iterable.func, "range") and len(iterable.args) == 1:
        count = iterable.args[0]
        return isinstance(count, ast.Constant) and isinstance(count.value, int) and count.value > 0
    return isinstance(iterable, ast.Constant) and bool(iterable.value)


def _while(frame: Frame, node: ast.While) -> None:
    forever = truth(node.test) is True

    holds, fails = condition(frame, node.test)

    def step() -> None:
        frame.state.killed |= holds
        run(frame, node.body)

    frame.state.killed = fails
    if truth(node.test) is False:
        run(frame, node.orelse)
        return
    _loop(frame, step, node.orelse, runs=forever, ends=not forever)


def _loop(frame: Frame, step: Callable[[], None], orelse: list[ast.stmt], *, runs: bool, ends: bool = True) -> None:
    """Walk a body that runs any number of times (`runs`: once at least; `ends`: not only by a break)."""
    before = frame.state.copy()
    loop = Loop()
    frame.loops.append(loop)
    step()
    after = merge([frame.state, *loop.continues])
    if after.alive and len(frame.loops) < 3 and shares_more(before, after):
        frame.state = merge([before.copy(), after])
        step()  # aliases made in one round show in the next
        after = merge([after, frame.state, *loop.continues])
    frame.loops.pop()
    frame.state = after if runs else merge([before, after])
    frame.state.alive = ends and (frame.state.alive or not runs)
    run(frame, orelse)
    frame.state = merge([frame.state, *loop.breaks])


def _break(frame: Frame, node: ast.Break) -> None:
    if not frame.loops:
        raise misplaced(node, "'break' outside loop")
    frame.loops[-1].breaks.append(frame.state.copy())
    frame.state.alive = False


def _continue(frame: Frame, node: ast.Continue) -> None:
    if not frame.loops:
        raise misplaced(node, "'continue' not properly in loop")
    frame.loops[-1].continues.append(frame.state.copy())
    frame.state.alive = False


def _try(frame: Frame, node: ast.Try) -> None:
    before = frame.state.copy()
    run(frame, node.body)
    broken_off = merge([before, _revived(frame.state)])
    run(frame, node.orelse)
    ends = [frame.state]
    for handler in node.handlers:
        frame.state = broken_off.copy()
        _handler(frame, handler)
        ends.append(frame.state)
    frame.state = merge(ends)
    if node.finalbody:
        _finally(frame, node.finalbody, merge([before, *[_revived(end) for end in ends]]))


def _revived(state: State) -> State:
    """The state as if it had been left in good order; to be read only."""
    return state if state.alive else State(state.killed, state.env, state.deleted)


def _finally(frame: Frame, body: list[ast.stmt], worst: State) -> None:
    """The clean-up may run after anything; what it binds is bound afterwards."""
    normal = frame.state
    known = set(worst.killed)
    frame.state = worst
    run(frame, body)
    bound = frame.state.killed - known
    normal.killed |= bound
    normal.deleted |= frame.state.deleted
    normal.env.update({name: frame.state.env[name] for name in bound if name in frame.state.env})
    normal.alive = normal.alive and frame.state.alive
    frame.state = normal


def _handler(frame: Frame, handler: ast.ExceptHandler) -> None:
    if handler.type is not None:
        evaluate(frame, handler.type)
    if handler.name is not None:
        frame.bind(handler.name, FRESH, handler)
    run(frame, handler.body)
    if handler.name is not None and frame.state.alive:
        frame.delete(handler.name, handler)


def _with(frame: Frame, node: ast.With | ast.AsyncWith) -> None:
    swallows = False
    enter, leave = ("__aenter__", "__aexit__") if isinstance(node, ast.AsyncWith) else ("__enter__", "__exit__")
    contexts: list[Value] = []
    for item in node.items:
        value = look(frame, item.context_expr)
        contexts.append(value)
        where = frame.at(item.context_expr)
        if value.functions:
            value = consume(frame, value, where).element()
        if value.members is not None:
            value = union(value, awaited(frame, special_method(frame, value, enter, (), item.context_expr), where))
        if item.optional_vars is not None:
            bind_target(frame, item.optional_vars, value)
        swallows = swallows or _swallows(item.context_expr)
    before = frame.state.copy() if swallows else None
    run(frame, node.body)
    for value in reversed(contexts):
        left = special_method(frame, value, leave, (FRESH, FRESH, FRESH), node.items[0].context_expr)
        awaited(frame, left, frame.at(node.items[0].context_expr))
    if before is not None:
        frame.state = merge([before, frame.state])


def _swallows(context: ast.expr) -> bool:
    function = context.func if isinstance(context, ast.Call) else context
    if isinstance(function, ast.Name):
        return function.id in _SWALLOWING
    return isinstance(function, ast.Attribute) and function.attr in _SWALLOWING


def _match(frame: Frame, node: ast.Match) -> None:
    subject = look(frame, node.subject)
    ends: list[State] = []
    for case in node.cases:
        missed = frame.state.copy()
        _pattern(frame, case.pattern, subject)
        if case.guard is not None:
            frame.state.killed = condition(frame, case.guard)[0]
        run(frame, case.body)
        ends.append(frame.state)
        frame.state = missed
        if case.guard is None and _always_matches(case.pattern):
            frame.state.alive = False
            break
    frame.state = merge([*ends, frame.state])


def _always_matches(pattern: ast.pattern) -> bool:
    return isinstance(pattern, ast.MatchAs) and (pattern.pattern is None or _always_matches(pattern.pattern))


def _pattern(frame: Frame, pattern: ast.pattern, subject: Value) -> None:
    for child in ast.walk(pattern):
        if isinstance(child, ast.MatchAs | ast.MatchStar) and child.name is not None:
            value = subject if child is pattern else subject.part()
            frame.bind(child.name, value, child)
        elif isinstance(child, ast.MatchMapping) and child.rest is not None:
            frame.bind(child.rest, subject.holder(), child)
        elif isinstance(child, ast.MatchValue):
            evaluate(frame, child.value)
        elif isinstance(child, ast.MatchMapping | ast.MatchClass):
            for expression in getattr(child, "keys", None) or [getattr(child, "cls", None)]:
                if expression is not None:
                    evaluate(frame, expression)


def _raise(frame: Frame, node: ast.Raise) -> None:
    for part in (node.exc, node.cause):
        if part is not None:
            evaluate(frame, part)
    frame.state.alive = False


def _assert(frame: Frame, node: ast.Assert) -> None:
    holds, frame.state.killed = condition(frame, node.test)
    if node.msg is not None:
        evaluate(frame, node.msg)
    frame.state.killed = holds


def _return(frame: Frame, node: ast.Return) -> None:
    value = look(frame, node.value) if node.value is not None else FRESH
    if frame.summary is None:
        raise misplaced(node, "'return' outside function")
    frame.summary.returns = union(frame.summary.returns, value)
    frame.exits.append(frame.state.copy())
    frame.state.alive = False


def _import(frame: Frame, node: ast.Import) -> None:
    for alias in node.names:
        top = alias.name.partition(".")[0]
        name = alias.asname or top
        frame.bind(name, Value(path=alias.name if alias.asname else top), node)
        if frame.is_global(name):
            frame.effects.imports.add(name)


def _import_from(frame: Frame, node: ast.ImportFrom) -> None:
    module = "." * node.level + (node.module or "")
    for alias in node.names:
        name = alias.asname or alias.name
        if alias.name == "*" and module in KNOWN_MODULES:
            for public, value in star_names(module).items():
                frame.bind(public, value, node)
                frame.effects.imports.add(public)
            continue
        if alias.name == "*":
            frame.effects.opaque.setdefault(
                f"from {module} import * binds names that are not in the text", frame.at(node)
            )
            continue
        if module == "__future__" and alias.name == "annotations":
            frame.root().postpones_annotations = True
        frame.bind(name, Value(path=f"{module}.{alias.name}"), node)
        if frame.is_global(name):
            frame.effects.imports.add(name)


def _nothing(frame: Frame, node: ast.stmt) -> None:
    """`pass`, `global`, `nonlocal`: known from the scope already."""


STATEMENTS.update(
    {
        ast.Expr: _expression,
        ast.Assign: _assign,
        ast.AnnAssign: _annotated,
        ast.AugAssign: _augmented,
        ast.Delete: _delete,
        ast.If: _if,
        ast.For: _for,
        ast.AsyncFor: _for,
        ast.While: _while,
        ast.Break: _break,
        ast.Continue: _continue,
        ast.Try: _try,
        ast.TryStar: _try,
        ast.With: _with,
        ast.AsyncWith: _with,
        ast.Match: _match,
        ast.Raise: _raise,
        ast.Assert: _assert,
        ast.Return: _return,
        ast.Import: _import,
        ast.ImportFrom: _import_from,
        ast.Global: _nothing,
        ast.Nonlocal: _nothing,
        ast.Pass: _nothing,
        ast.FunctionDef: define_function,
        ast.AsyncFunctionDef: define_function,
        ast.ClassDef: define_class,
    }
)
if hasattr(ast, "TypeAlias"):  # Python >= 3.12
    STATEMENTS[ast.TypeAlias] = define_type_alias
