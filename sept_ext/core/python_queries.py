"""Calls whose text asks for frames: `df.query`, `pd.eval`, numexpr, and SQL that DuckDB runs over variables."""

from __future__ import annotations

import ast
import re

from .cells import Relation
from .python_calls import SPECIAL_FUNCTIONS, SPECIAL_METHODS
from .python_frame import Frame
from .python_names import words
from .python_parse import try_expression
from .python_results import CallSite
from .python_strings import first_text, opaque
from .python_values import FRESH, Value
from .python_walk import evaluate, with_position

_AT_NAME = re.compile(r"@([^\W\d]\w*)")
_ASSIGNED = re.compile(r"^\s*[^\W\d]\w*\s*=(?!=)", re.MULTILINE)
# A name that is put together when the cell runs: nobody can tell which.
_HOLE_OF_NAME = re.compile(r"\b(from|join|into|table|update|view)\s+[\w.\"]*\0[\w.\"\0]*", re.IGNORECASE)
_HOLE = "nowhere.unknown"
_DUCKDB = frozenset(("duckdb", "duckdb.connect()", "duckdb.default_connection"))
# numexpr's user guide, supported functions; pandas knows a part of them.
_FUNCTIONS = dict.fromkeys(
    words(
        "where sin cos tan arcsin arccos arctan arctan2 sinh cosh tanh arcsinh arccosh arctanh log log10 log1p exp "
        "expm1 sqrt abs conj real imag complex contains floor ceil sum prod min max round trunc fmod"
    ),
    FRESH,
)


def _query(frame: Frame, site: CallSite) -> Value | None:
    """`df.query("a > @x")` and `df.eval("c = a + @x")`: `@x` is a Python variable."""
    if site.name == "query" and _is_duckdb(site):
        return _duckdb_sql(frame, site)
    text = first_text(site, "expr")
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
    text = first_text(site, "expr", "ex")
    if text is None:
        return None
    if "local_dict" in site.keywords:
        return FRESH
    expression = _ASSIGNED.sub("", text).replace("@", "")
    body = try_expression(expression)
    if body is not None:
        frame.overlays.append(_FUNCTIONS)
        with_position(frame, frame.at(site.node), lambda: evaluate(frame, body))
        frame.overlays.pop()
    target = site.keywords.get("target")
    if target is not None and any(keyword.arg == "inplace" for keyword in site.node.keywords):
        frame.mutate(target, site.node)
    filled = site.argument(3, "out") if site.base is None or site.base.path == "numexpr" else None
    if filled is not None:
        frame.mutate(filled, site.node)
    return FRESH


def _register(frame: Frame, site: CallSite) -> Value | None:
    """`con.register("v", df)`: the SQL below finds `v` in the database, not among the names."""
    name = first_text(site, "view_name")
    if name is not None and (_is_duckdb(site) or _is_connection(site)):
        written = frame.relations.written
        (written.discard if site.name == "unregister" else written.add)(Relation(None, name))
    return None


def _is_connection(site: CallSite) -> bool:
    root = site.node.func.value if isinstance(site.node.func, ast.Attribute) else None
    if site.name in ("create_view", "to_view", "to_table"):
        return True
    name = root.id if isinstance(root, ast.Name) else ""
    return name.lower().startswith(("con", "duck", "db", "cur"))


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
    text = first_text(site, "query", "sql", "q")
    if text is None:
        if site.arguments:
            opaque(frame, site, "this SQL is not in the text, so its tables are not known")
        return None
    from .sql_effects import apply_sql_text  # sqlglot is loaded only when a notebook has SQL

    known = _HOLE_OF_NAME.sub(rf"\1 {_HOLE}", text).replace("\0", "NULL ")
    apply_sql_text(frame, known, site.node)
    for relations in (frame.relations.read, frame.relations.written):
        relations.discard(Relation(None, _HOLE))
    return None


def _sept_sql(frame: Frame, site: CallSite) -> Value | None:
    """`sept_ext.sql("...", connection="shop")`: what a `%%sql` cell does."""
    text = first_text(site, "query")
    connection = site.keywords.get("connection")
    if text is None or (connection is not None and connection.name is None):
        opaque(frame, site, "this SQL, or its connection, is not in the text, so its tables are not known")
        return None
    from .magic_syntax import SqlMagic
    from .sql_effects import apply_sql

    magic = SqlMagic(sql=text.replace("\0", "NULL "), connection=None if connection is None else connection.name)
    with_position(frame, frame.at(site.node), lambda: apply_sql(frame, magic))
    return FRESH


def _sqldf(frame: Frame, site: CallSite) -> Value | None:
    """`sqldf("... FROM df", globals())`: the namespace it is handed is where it looks for frames."""
    _sql_on_frames(frame, site)
    return FRESH


SPECIAL_FUNCTIONS.update(
    {
        "pandas.eval": _pandas_eval,
        "numexpr.evaluate": _pandas_eval,
        "sept_ext.sql": _sept_sql,
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
        "duckdb.register": _register,
    }
)
SPECIAL_METHODS.update(
    {
        "query": _query,
        "eval": _query,
        "sql": _duckdb_sql,
        **dict.fromkeys(words("register unregister create_view to_view to_table"), _register),
    }
)
