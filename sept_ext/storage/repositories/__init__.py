"""Statements, one module for each noun; see services.ports for what each promises."""
