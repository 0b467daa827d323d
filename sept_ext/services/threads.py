"""Threads and comments."""

from __future__ import annotations

from uuid import UUID

from sept_ext.core.access import Action, Role, may
from sept_ext.core.errors import BadInput, Conflict, Forbidden, NotFound

from . import inputs
from .events import record
from .guard import require_project
from .ports import UnitOfWork
from .records import Actor, Comment, Project, Thread

_MAX_QUOTE = 300


def add_comment(
    uow: UnitOfWork,
    actor: Actor,
    project_id: UUID,
    body: str,
    *,
    thread_id: UUID | None = None,
    cell_id: str | None = None,
    quote: str | None = None,
    comment_id: UUID | None = None,
) -> Comment:
    """Add to a thread, or begin one (on a cell, or on the notebook). The same comment id again adds nothing."""
    project, _ = require_project(uow, actor, project_id, Action.COMMENT)
    body = inputs.comment_body(body)
    if comment_id is not None:
        existing = uow.threads.get_comment(comment_id)
        if existing is not None:
            return _same(existing, actor, project_id)
    if thread_id is None:
        thread_id = _begin_thread(uow, actor, project_id, cell_id, quote).id
    else:
        _require_thread(uow, project_id, thread_id)
    comment = Comment(comment_id or uow.new_id(), thread_id, project_id, actor, body, uow.now)
    uow.threads.add_comment(comment)
    _tell(uow, actor, project, thread_id)
    return comment


def edit_comment(uow: UnitOfWork, actor: Actor, comment_id: UUID, body: str) -> Comment:
    """Change one's own comment."""
    comment, project, _ = _require_comment(uow, actor, comment_id)
    if comment.author.id != actor.id:
        raise Forbidden("Only its author may change a comment.")
    body = inputs.comment_body(body)
    if body != comment.body:
        uow.threads.set_body(comment_id, body, uow.now)
        _tell(uow, actor, project, comment.thread_id)
    changed = uow.threads.get_comment(comment_id)
    if changed is None:
        raise NotFound("There is no such comment.")
    return changed


def delete_comment(uow: UnitOfWork, actor: Actor, comment_id: UUID) -> Thread | None:
    """Delete one's own comment, or any as admin. The last one takes its thread along (None then)."""
    comment, project, role = _require_comment(uow, actor, comment_id)
    if comment.author.id != actor.id and not may(role, Action.MODERATE):
        raise Forbidden("Only its author or an admin may delete a comment.")
    uow.projects.lock(project.id)  # so that of two last comments deleted at once one sees that it is the last
    uow.threads.remove_comment(comment_id)
    thread = uow.threads.get(comment.thread_id)
    if thread is not None and not thread.comments:
        uow.threads.remove(thread.id)
        thread = None
    _tell(uow, actor, project, comment.thread_id)
    return thread


def resolve_thread(uow: UnitOfWork, actor: Actor, thread_id: UUID, *, resolved: bool) -> Thread:
    """Resolve or reopen: editors any thread, viewers those they began."""
    thread = uow.threads.get(thread_id)
    if thread is None:
        raise NotFound("There is no such thread.")
    own = thread.created_by == actor.id
    project, _ = require_project(uow, actor, thread.project_id, Action.COMMENT if own else Action.RESOLVE_THREAD)
    if (thread.status == "resolved") is not resolved:
        uow.threads.set_resolved(thread_id, actor.id if resolved else None, uow.now if resolved else None)
        _tell(uow, actor, project, thread_id)
    changed = uow.threads.get(thread_id)
    if changed is None:
        raise NotFound("There is no such thread.")
    return changed


def threads_of(uow: UnitOfWork, actor: Actor, project_ids: list[UUID]) -> dict[UUID, list[Thread]]:
    """All threads with comments of the projects the actor may see, oldest first."""
    found: dict[UUID, list[Thread]] = {}
    for thread in uow.threads.of_projects(list(uow.projects.roles(actor.id, project_ids))):
        found.setdefault(thread.project_id, []).append(thread)
    return found


def threads_by_id(uow: UnitOfWork, actor: Actor, thread_ids: list[UUID]) -> dict[UUID, Thread]:
    """Those of the threads that the actor may see."""
    found = uow.threads.get_many(thread_ids)
    visible = uow.projects.roles(actor.id, {thread.project_id for thread in found})
    return {thread.id: thread for thread in found if thread.project_id in visible}


def _same(existing: Comment, actor: Actor, project_id: UUID) -> Comment:
    if existing.author.id != actor.id or existing.project_id != project_id:
        raise Conflict("This id is taken.")
    return existing


def _begin_thread(uow: UnitOfWork, actor: Actor, project_id: UUID, cell_id: str | None, quote: str | None) -> Thread:
    if cell_id is not None and not 1 <= len(inputs.storable(cell_id, "A cell id", is_line=True)) <= 80:
        raise BadInput("A cell id has 1 to 80 characters.")
    lines = (quote or "").strip().splitlines()
    first_line = inputs.storable(lines[0][:_MAX_QUOTE], "A quote") if lines else None
    thread = Thread(uow.new_id(), project_id, cell_id, first_line, actor.id, uow.now)
    uow.threads.add(thread)
    return thread


def _require_thread(uow: UnitOfWork, project_id: UUID, thread_id: UUID) -> None:
    thread = uow.threads.get(thread_id)
    if thread is None or thread.project_id != project_id:
        raise NotFound("There is no such thread in this project.")


def _require_comment(uow: UnitOfWork, actor: Actor, comment_id: UUID) -> tuple[Comment, Project, Role]:
    comment = uow.threads.get_comment(comment_id)
    if comment is None:
        raise NotFound("There is no such comment.")
    try:
        project, role = require_project(uow, actor, comment.project_id, Action.COMMENT)
    except NotFound:
        raise NotFound("There is no such comment.") from None
    return comment, project, role


def _tell(uow: UnitOfWork, actor: Actor, project: Project, thread_id: UUID) -> None:
    record(
        uow,
        "thread_changed",
        actor,
        workspace_id=project.workspace_id,
        project_id=project.id,
        subject_id=thread_id,
    )
