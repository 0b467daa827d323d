"""Calls whose arguments are code or names of variables: `eval`, `globals`, `df.query`, `duckdb.sql` ..."""

from __future__ import annotations
