"""`sept/op/<OperationName>`."""

from __future__ import annotations

from .base import SeptHandler


class OperationHandler(SeptHandler):
    """stub"""
