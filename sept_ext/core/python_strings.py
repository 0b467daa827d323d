"""Calls whose arguments are code or names of variables: `eval`, `exec`, `globals`, `"{x}".format(**globals())` ...

Where the text of the argument is known it is walked like the cell's own code; where it is not, the cell is opaque.
"""

from __future__ import annotations

import ast
import re
import string

from .magic_effects import run_apart
from .python_callables import method_caller
from .python_calls import SPECIAL_FUNCTIONS, SPECIAL_METHODS
from .python_fields import attribute_part
from .python_frame import Frame
from .python_names import words
from .python_objects import global_item
from .python_parse import try_expression, try_module
from .python_results import CallSite
from .python_values import FRESH, Value, union
from .python_walk import evaluate, run, with_position

NAMESPACE = Value(path="globals()")
_DOLLAR_NAME = re.compile(r"\$\{?([^\W\d]\w*)")


def opaque(frame: Frame, site: CallSite, reason: str) -> Value:
    """Note that nobody can tell from the text what the call does."""
    frame.effects.opaque.setdefault(reason, frame.at(site.node))
    return FRESH


def first_text(site: CallSite, *keywords: str) -> str | None:
    """The text of a call's first argument, if it is known."""
    for keyword in keywords or (None,):
        found = site.argument(0, keyword)
        if found is not None:
            return found.text
    return None


def _own_namespace(site: CallSite) -> bool | None:
    """Whether code runs in the notebook's names: None if it is given another dict."""
    given = site.argument(1, "globals")
    if given is None or given.path == "globals()":
        return True
    return None


def _eval(frame: Frame, site: CallSite) -> Value | None:
    code = site.argument(0, "source")
    if code is None:
        return None
    if not _own_namespace(site):
        return FRESH
    body = try_expression(code.text) if code.text is not None and "\0" not in code.text else None
    if body is None:
        if code.text is not None and "\0" not in code.text:
            return FRESH  # raises when it runs
        return opaque(frame, site, "eval() runs code that is not in the text")
    values: list[Value] = []
    frame.overlays.append(dict.fromkeys(_given_names(site), FRESH))
    with_position(frame, frame.at(site.node), lambda: values.append(evaluate(frame, body)))
    frame.overlays.pop()
    return values[0]


def _given_names(site: CallSite) -> list[str]:
    """Names that `eval(text, globals(), {"p": 1})` takes from the dict."""
    given = site.node.args[2] if len(site.node.args) > 2 else None
    keys = given.keys if isinstance(given, ast.Dict) else []
    return [key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]


def _compile(frame: Frame, site: CallSite) -> Value | None:
    """The code object stands for its text, when it is run."""
    return site.argument(0, "source")


def _timed(frame: Frame, site: CallSite) -> Value | None:
    """`timeit.timeit("f(x)", globals=globals())` runs text as a function that sees the notebook's names."""
    texts = [found.text for found in (site.argument(1, "setup"), site.argument(0, "stmt")) if found is not None]
    namespace = site.keywords.get("globals")
    if namespace is None or namespace.path != "globals()":
        return None
    bodies = [try_module(text) if text is not None and "\0" not in text else None for text in texts]
    if any(body is None for body in bodies):
        return opaque(frame, site, "timeit() runs code that is not in the text")
    run_apart(frame, [statement for body in bodies for statement in body or ()])
    return FRESH


def _exec(frame: Frame, site: CallSite) -> Value | None:
    code = site.argument(0, "source")
    if code is None:
        return None
    namespace = site.argument(1, "globals")
    if not _own_namespace(site):
        if namespace is not None:
            frame.mutate(namespace, site.node)
        return FRESH
    body = try_module(code.text) if code.text is not None and "\0" not in code.text else None
    if body is None:
        if code.text is not None and "\0" not in code.text:
            return FRESH
        return opaque(frame, site, "exec() runs code that is not in the text")
    if frame.kind == "function":
        run_apart(frame, body)  # binds locals that nobody can see
    else:
        with_position(frame, frame.at(site.node), lambda: run(frame, body))
    return FRESH


def _globals(frame: Frame, site: CallSite) -> Value | None:
    return NAMESPACE if not site.node.args else None


def _locals(frame: Frame, site: CallSite) -> Value | None:
    """`locals()` and `vars()` are the globals at the top of a cell; `vars(__main__)` are everywhere."""
    if site.name == "vars" and site.arguments and site.arguments[0].path == "__main__":
        return NAMESPACE
    return NAMESPACE if not site.node.args and frame.kind == "module" else None


def _module(frame: Frame, site: CallSite) -> Value | None:
    """`importlib.import_module("__main__")`: the notebook's own module."""
    name = site.argument(0, "name")
    return Value(path="__main__") if name is not None and name.text == "__main__" else None


def _template(frame: Frame, site: CallSite) -> Value | None:
    """`string.Template("$x")` stands for its text."""
    text = site.argument(0)
    return Value(text=text.text) if text is not None and text.text is not None else None


def _format(frame: Frame, site: CallSite) -> Value | None:
    """`"{x}".format(**globals())`: the names that the text asks for."""
    handed = [value for value in (*site.arguments, *site.keywords.values()) if value.path == "globals()"]
    text = site.base.name if site.base is not None else None
    if not handed or text is None:
        return None
    try:
        found = _wanted(text, is_template="substitute" in (site.name or ""))
    except ValueError:
        return FRESH  # raises when it runs
    for name in found - site.keywords.keys():
        frame.load_global(name, frame.at(site.node))
    return FRESH


def _wanted(text: str, *, is_template: bool) -> set[str]:
    if is_template:
        return set(_DOLLAR_NAME.findall(text.replace("$$", "")))
    names: set[str] = set()
    for _, field, specification, _ in string.Formatter().parse(text):
        if field is not None:
            name = re.match(r"[^\W\d]\w*", field)
            names |= ({name[0]} if name else set()) | _wanted(specification or "", is_template=False)
    return names


def _getattr(frame: Frame, site: CallSite) -> Value | None:
    owner, name = site.argument(0), site.argument(1)
    if owner is None or name is None:
        return None
    if owner.path != "__main__":
        kept = attribute_part(owner, name.text) if owner.keys and name.text else None
        return kept if kept is not None and not kept.functions else None
    return global_item(frame, name, site.node)


def _setattr(frame: Frame, site: CallSite) -> Value | None:
    owner, name = site.argument(0), site.argument(1)
    if owner is None or owner.path != "__main__" or name is None:
        return None
    if name.name is None:
        return opaque(frame, site, "setattr() binds a name that is not in the text")
    frame.bind_global(name.name, site.argument(2) or FRESH, frame.at(site.node))
    return FRESH


def _on_namespace(frame: Frame, site: CallSite) -> Value | None:
    """`globals().get('x')`, `.update(x=1)`, `.pop('x')`, `.setdefault('x', 1)`."""
    if site.base is None or site.base.path != "globals()":
        return None
    key = site.argument(0)
    where = frame.at(site.node)
    if site.name in ("items", "keys", "values", "copy"):
        return opaque(frame, site, "globals() is handed on, so any name may be read")
    if site.name == "update":
        return _update(frame, site)
    if key is None or key.name is None:
        return opaque(frame, site, "globals() is used by a name that is not in the text")
    if site.name == "pop":
        found = frame.load_global(key.name, where)
        frame.delete_global(key.name, where)
        return found
    found = global_item(frame, key, site.node)
    if site.name == "setdefault":
        frame.bind_global(key.name, union(found, site.argument(1) or FRESH), where)
    return union(found, site.argument(1) or FRESH)


def _update(frame: Frame, site: CallSite) -> Value:
    names = [name for name in site.keywords if name != "**"]
    values = dict(site.keywords)
    for argument in site.arguments:
        for key, value in argument.keys.items() if argument.keys is not None else [(None, FRESH)]:
            if isinstance(key, str):
                names.append(key)
                values[key] = value
            else:
                opaque(frame, site, "globals().update() binds names that are not in the text")
    if "**" in site.keywords:
        opaque(frame, site, "globals().update() binds names that are not in the text")
    for name in names:
        frame.bind_global(name, values.get(name, FRESH), frame.at(site.node))
    return FRESH


SPECIAL_FUNCTIONS.update(
    {
        "eval": _eval,
        "exec": _exec,
        "compile": _compile,
        "timeit.timeit": _timed,
        "timeit.repeat": _timed,
        "timeit.Timer": _timed,
        "timeit": _timed,
        "repeat": _timed,
        "Timer": _timed,
        "globals": _globals,
        "locals": _locals,
        "vars": _locals,
        "getattr": _getattr,
        "setattr": _setattr,
        "hasattr": _getattr,
        "operator.methodcaller": method_caller,
        "methodcaller": method_caller,
        "importlib.import_module": _module,
        "__import__": _module,
        "string.Template": _template,
        "Template": _template,
    }
)
SPECIAL_METHODS.update(
    {
        **dict.fromkeys(words("get update pop setdefault __getitem__ items keys values copy"), _on_namespace),
        **dict.fromkeys(words("format format_map substitute safe_substitute"), _format),
    }
)
