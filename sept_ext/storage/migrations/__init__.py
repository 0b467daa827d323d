"""Migrations, run by schema_version.migrate."""
