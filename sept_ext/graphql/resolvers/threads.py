"""Threads and comments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn
from uuid import UUID

from sept_ext.core.access import Action, Role, may
from sept_ext.core.errors import NotFound
from sept_ext.graphql.context import Context, Info
from sept_ext.graphql.loaders import loader
from sept_ext.services import inputs, projects, threads
from sept_ext.services.records import Comment, Project, Thread

Input = dict[str, Any]


async def add_comment(_source: Any, info: Info, input: Input) -> Comment:
    """Add a comment."""
    thread_id = input.get("thread_id")
    return await info.context.write(
        threads.add_comment,
        inputs.existing_id(input["project_id"], "project"),
        input["body"],
        thread_id=None if thread_id is None else inputs.existing_id(thread_id, "thread"),
        cell_id=input.get("cell_id"),
        quote=input.get("quote"),
        comment_id=inputs.new_id(input.get("id")),
    )


async def edit_comment(_source: Any, info: Info, input: Input) -> Comment:
    """Change a comment."""
    return await info.context.write(threads.edit_comment, inputs.existing_id(input["id"], "comment"), input["body"])


async def delete_comment(_source: Any, info: Info, id: str) -> Thread | None:
    """Delete a comment."""
    return await info.context.write(threads.delete_comment, inputs.existing_id(id, "comment"))


async def resolve_thread(_source: Any, info: Info, id: str, resolved: bool | None = True) -> Thread:
    """Resolve a thread or reopen it."""
    thread_id = inputs.existing_id(id, "thread")
    return await info.context.write(threads.resolve_thread, thread_id, resolved=resolved is not False)


async def load_project_threads(context: Context, project_ids: Sequence[UUID]) -> dict[UUID, list[Thread]]:
    """Threads of projects."""
    return await context.read(threads.threads_of, list(project_ids))


async def resolve_project_threads(
    source: Project, info: Info, cell_id: str | None = None, status: str | None = None
) -> list[Thread]:
    """A project's threads, of one cell or status when asked."""
    found = await loader(info.context, load_project_threads, list[Thread]).load(source.id)
    return [
        thread
        for thread in found
        if (cell_id is None or thread.cell_id == cell_id) and (status is None or thread.status == status.lower())
    ]


async def load_threads(context: Context, thread_ids: Sequence[UUID]) -> dict[UUID, Thread]:
    """Threads by id."""
    return await context.read(threads.threads_by_id, list(thread_ids))


def _gone() -> NoReturn:
    raise NotFound("There is no such thread.")


async def resolve_comment_thread(source: Comment, info: Info) -> Thread:
    """The thread a comment is in."""
    return await loader(info.context, load_threads, _gone).load(source.thread_id)


async def load_project_roles(context: Context, project_ids: Sequence[UUID]) -> Mapping[UUID, Role | None]:
    """The actor's role for projects."""
    return await context.read(projects.roles_for, list(project_ids))


def _no_role() -> Role | None:
    return None


async def resolve_can_edit(source: Comment, info: Info) -> bool:
    """Only authors change comments."""
    return source.author.id == info.context.actor.id


async def resolve_can_delete(source: Comment, info: Info) -> bool:
    """Authors and admins delete comments."""
    if source.author.id == info.context.actor.id:
        return True
    return may(await loader(info.context, load_project_roles, _no_role).load(source.project_id), Action.MODERATE)


FIELDS = {
    ("Mutation", "addComment"): add_comment,
    ("Mutation", "editComment"): edit_comment,
    ("Mutation", "deleteComment"): delete_comment,
    ("Mutation", "resolveThread"): resolve_thread,
    ("Project", "threads"): resolve_project_threads,
    ("Comment", "thread"): resolve_comment_thread,
    ("Comment", "canEdit"): resolve_can_edit,
    ("Comment", "canDelete"): resolve_can_delete,
}
