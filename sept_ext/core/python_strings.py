"""Calls whose arguments are code or names of variables: `eval`, `globals`, `df.query`, `duckdb.sql` ...

Where the text of the argument is known it is walked like the cell's own code; where it is not, the cell is opaque.
"""

from __future__ import annotations

import ast
import re

from .magic_effects import apply_magic, expand, run_apart
from .magic_syntax import LineMagic
from .python_calls import SPECIAL_FUNCTIONS, SPECIAL_METHODS, CallSite
from .python_frame import Frame
from .python_names import words
from .python_objects import global_item
from .python_parse import try_expression, try_module
from .python_values import FRESH, Value, union
from .python_walk import evaluate, run, with_position

NAMESPACE = Value(path="globals()")
_AT_NAME = re.compile(r"@([^\W\d]\w*)")
_ASSIGNED = re.compile(r"^\s*[^\W\d]\w*\s*=(?!=)", re.MULTILINE)
_DUCKDB = frozenset(("duckdb", "duckdb.connect()", "duckdb.default_connection"))


def _opaque(frame: Frame, site: CallSite, reason: str) -> Value:
    frame.effects.opaque.setdefault(reason, frame.at(site.node))
    return FRESH


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
        return _opaque(frame, site, "eval() runs code that is not in the text")
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
        return _opaque(frame, site, "timeit() runs code that is not in the text")
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
        return _opaque(frame, site, "exec() runs code that is not in the text")
    if frame.kind == "function":
        run_apart(frame, body)  # binds locals that nobody can see
    else:
        with_position(frame, frame.at(site.node), lambda: run(frame, body))
    return FRESH


def _globals(frame: Frame, site: CallSite) -> Value | None:
    return NAMESPACE if not site.node.args else None


def _locals(frame: Frame, site: CallSite) -> Value | None:
    """`locals()` and `vars()` are the globals at the top of a cell."""
    return NAMESPACE if not site.node.args and frame.kind == "module" else None


def _getattr(frame: Frame, site: CallSite) -> Value | None:
    owner, name = site.argument(0), site.argument(1)
    if owner is None or owner.path != "__main__" or name is None:
        return None
    return global_item(frame, name, site.node)


def _setattr(frame: Frame, site: CallSite) -> Value | None:
    owner, name = site.argument(0), site.argument(1)
    if owner is None or owner.path != "__main__" or name is None:
        return None
    if name.name is None:
        return _opaque(frame, site, "setattr() binds a name that is not in the text")
    frame.bind_global(name.name, site.argument(2) or FRESH, frame.at(site.node))
    return FRESH


def _on_namespace(frame: Frame, site: CallSite) -> Value | None:
    """`globals().get('x')`, `.update(x=1)`, `.pop('x')`, `.setdefault('x', 1)`."""
    if site.base is None or site.base.path != "globals()":
        return None
    key = site.argument(0)
    where = frame.at(site.node)
    if site.name in ("items", "keys", "values", "copy"):
        return _opaque(frame, site, "globals() is handed on, so any name may be read")
    if site.name == "update":
        return _update(frame, site)
    if key is None or key.name is None:
        return _opaque(frame, site, "globals() is used by a name that is not in the text")
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
    for argument in site.node.args:
        keys = argument.keys if isinstance(argument, ast.Dict) else [None]
        for key in keys:
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                names.append(key.value)
            else:
                _opaque(frame, site, "globals().update() binds names that are not in the text")
    if "**" in site.keywords:
        _opaque(frame, site, "globals().update() binds names that are not in the text")
    for name in names:
        frame.bind_global(name, site.keywords.get(name, FRESH), frame.at(site.node))
    return FRESH


def _query(frame: Frame, site: CallSite) -> Value | None:
    """`df.query("a > @x")` and `df.eval("c = a + @x")`: `@x` is a Python variable."""
    if site.name == "query" and _is_duckdb(site):
        return _duckdb_sql(frame, site)
    text = _first_text(site, "expr")
    if text is None or site.base is None:
        return None
    if site.base.path == "pandas":
        return _pandas_eval(frame, site)
    for name in _AT_NAME.findall(text):
        frame.load(name, site.node)
    if any(keyword.arg == "inplace" for keyword in site.node.keywords):
        frame.mutate(site.base, site.node)
    return FRESH


def _pandas_eval(frame: Frame, site: CallSite) -> Value | None:
    """`pd.eval("a + b")` and `numexpr.evaluate(...)`: names of variables in the expression."""
    text = _first_text(site, "expr", "ex")
    if text is None:
        return None
    if "local_dict" in site.keywords:
        return FRESH
    expression = _ASSIGNED.sub("", text).replace("@", "")
    body = try_expression(expression)
    if body is not None:
        with_position(frame, frame.at(site.node), lambda: evaluate(frame, body))
    target = site.keywords.get("target")
    if target is not None and any(keyword.arg == "inplace" for keyword in site.node.keywords):
        frame.mutate(target, site.node)
    return FRESH


def _first_text(site: CallSite, *keywords: str) -> str | None:
    for keyword in keywords or (None,):
        found = site.argument(0, keyword)
        if found is not None:
            return found.text
    return None


def _is_duckdb(site: CallSite) -> bool:
    return site.base is not None and site.base.path in _DUCKDB


def _duckdb_sql(frame: Frame, site: CallSite) -> Value | None:
    """`duckdb.sql("... FROM df")`: DuckDB looks for frames among the variables of its caller."""
    if not _is_duckdb(site) and not _looks_like_duckdb(site):
        return None
    return _sql_on_frames(frame, site)


def _looks_like_duckdb(site: CallSite) -> bool:
    """`con.sql(...)` of an outer connection: no other driver has a method `sql` (Spark's session does)."""
    if site.name != "sql" or site.base is None or (site.base.path or "").startswith(("pyspark", "sqlalchemy")):
        return False
    root = site.node.func.value if isinstance(site.node.func, ast.Attribute) else None
    name = root.id if isinstance(root, ast.Name) else ""
    return bool(name) and "spark" not in name.lower() and "session" not in name.lower() and name != "self"


def _sql_on_frames(frame: Frame, site: CallSite) -> Value | None:
    text = _first_text(site, "query", "sql", "q")
    if text is None:
        if site.arguments:
            _opaque(frame, site, "this SQL is not in the text, so its tables are not known")
        return None
    from .sql_effects import apply_sql_text  # sqlglot is loaded only when a notebook has SQL

    apply_sql_text(frame, text.replace("\0", "NULL "), site.node)
    return None


def _sqldf(frame: Frame, site: CallSite) -> Value | None:
    """`sqldf("... FROM df", globals())`: the namespace it is handed is where it looks for frames."""
    _sql_on_frames(frame, site)
    return FRESH


def _shell(frame: Frame, site: CallSite) -> Value | None:
    """Methods of `get_ipython()` that run text."""
    if not _is_shell(site):
        return None
    text = _first_text(site)
    where = frame.at(site.node)
    if text is None or "\0" in text:
        return _opaque(frame, site, f"get_ipython().{site.name}() runs text that is not known")
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
        _opaque(frame, site, f"get_ipython().{site.name}() runs text that is not Python")
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


SPECIAL_FUNCTIONS.update(
    {
        "eval": _eval,
        "exec": _exec,
        "compile": _compile,
        "timeit.timeit": _timed,
        "timeit.repeat": _timed,
        "globals": _globals,
        "locals": _locals,
        "vars": _locals,
        "getattr": _getattr,
        "setattr": _setattr,
        "get_ipython": _user_namespace,
        "pandas.eval": _pandas_eval,
        "numexpr.evaluate": _pandas_eval,
        "duckdb.sql": _duckdb_sql,
        "duckdb.query": _duckdb_sql,
        "duckdb.execute": _duckdb_sql,
        "duckdb.connect().sql": _duckdb_sql,
        "duckdb.connect().query": _duckdb_sql,
        "duckdb.connect().execute": _duckdb_sql,
        "pandasql.sqldf": _sqldf,
        "sqldf": _sqldf,
        "polars.sql": _sql_on_frames,
        "marimo.sql": _sql_on_frames,
    }
)
SPECIAL_METHODS.update(
    {
        **dict.fromkeys(words("get update pop setdefault __getitem__ items keys values copy"), _on_namespace),
        "query": _query,
        "eval": _query,
        "sql": _duckdb_sql,
        **dict.fromkeys(
            [
                "system",
                "getoutput",
                "getoutput_detailed",
                "ev",
                "ex",
                "run_cell",
                "run_line_magic",
                "magic",
                "run_cell_magic",
                "push",
            ],
            _shell,
        ),
    }
)
