"""Versions of notebooks."""

from __future__ import annotations

from typing import Any

from sept_ext.core.notebook_diff import NotebookDiff
from sept_ext.graphql.context import Info
from sept_ext.services import inputs, versions
from sept_ext.services.records import Project, Version

Input = dict[str, Any]


async def save_version(_source: Any, info: Info, input: Input) -> Version:
    """Keep the file as it is."""
    return await versions.save_version(
        info.context.services,
        info.context.actor,
        inputs.existing_id(input["project_id"], "project"),
        input["label"],
        inputs.new_id(input.get("id")),
    )


async def restore_version(_source: Any, info: Info, input: Input) -> versions.RestoredVersion:
    """Make the file what it was."""
    return await versions.restore_version(
        info.context.services,
        info.context.actor,
        inputs.existing_id(input["project_id"], "project"),
        inputs.existing_id(input["version_id"], "version"),
        input.get("expected_hash"),
    )


async def version_diff(_source: Any, info: Info, project_id: str, from_: str, to: str | None = None) -> NotebookDiff:
    """Compare a version with another, or with the file."""
    return await versions.diff_versions(
        info.context.services,
        info.context.actor,
        inputs.existing_id(project_id, "project"),
        inputs.existing_id(from_, "version"),
        None if to is None else inputs.existing_id(to, "version"),
    )


async def resolve_versions(
    source: Project, info: Info, first: int | None = None, offset: int | None = None
) -> list[Version]:
    """A project's versions. One query for each project: pages differ, and lists of projects do not ask for them."""
    found = await info.context.read(versions.versions_of, [source.id], first, offset)
    return found.get(source.id, [])


FIELDS = {
    ("Query", "versionDiff"): version_diff,
    ("Mutation", "saveVersion"): save_version,
    ("Mutation", "restoreVersion"): restore_version,
    ("Project", "versions"): resolve_versions,
}
