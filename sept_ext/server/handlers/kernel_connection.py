"""`sept/kernel/connection`."""

from __future__ import annotations

from .base import SeptHandler


class KernelConnectionHandler(SeptHandler):
    """stub"""
