"""`sept_ext.sql(...)`: SQL from Python code, on the sessions of the kernel's own `%%sql`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sept_ext.core.errors import BadInput, SeptError
from sept_ext.core.magic_syntax import SqlMagic

from .cell_error import SqlCellError
from .sql_cell import run_sql


def run_query(query: str, names: Mapping[str, Any], **options: Any) -> Any:
    """Run a query over the caller's names. Raises SqlCellError; BadInput outside of a kernel or for odd options."""
    from IPython.core.getipython import get_ipython

    extension = getattr(get_ipython(), "_sept_extension", None)
    if extension is None:
        raise BadInput("sept_ext.sql runs in a notebook: load Sept there with %load_ext sept_ext.")
    known = {"connection", "output", "limit", "pull", "no_cache", "dialect"}
    odd = sorted(options.keys() - known)
    if odd:
        raise BadInput(f"sept_ext.sql has no option {odd[0]!r}; there are {', '.join(sorted(known))}.")
    magics, _ = extension
    try:
        return run_sql(SqlMagic(sql=query, **options), magics.context, names).frame
    except SeptError as error:
        raise SqlCellError(error, query, getattr(error, "span", None)) from None
