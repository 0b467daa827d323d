"""Projects: shared notebooks, and the projection of their files' cells. Use cases of the store only."""

from __future__ import annotations

from uuid import UUID

from sept_ext.core.access import Action, Role
from sept_ext.core.errors import NotFound
from sept_ext.core.order_keys import assign_keys

from . import inputs, workspaces
from .events import record
from .guard import require_project, require_workspace
from .notebook_json import cell_type_of, execution_count_of, source_of, unique_ids
from .ports import NotebookJSON, UnitOfWork
from .records import Actor, Project, ProjectCell, Workspace


def list_projects(
    uow: UnitOfWork, actor: Actor, workspace_id: UUID | None, first: int | None, offset: int | None
) -> list[Project]:
    """Projects the actor may see, newest change first."""
    limit, start = inputs.page(first, offset)
    if workspace_id is not None:
        require_workspace(uow, actor, workspace_id, Action.VIEW)
    return uow.projects.of_user(actor.id, None if workspace_id is None else [workspace_id], limit, start)


def get_project(uow: UnitOfWork, actor: Actor, project_id: UUID, action: Action = Action.VIEW) -> Project:
    """A project the actor may do `action` to."""
    return require_project(uow, actor, project_id, action)[0]


def find_project(uow: UnitOfWork, _actor: Actor, project_id: UUID) -> Project | None:
    """A project, whoever asks: for the server's own use, never to be shown."""
    return uow.projects.get(project_id)


def project_of_notebook(
    uow: UnitOfWork, actor: Actor, notebook_id: UUID | None, root: str, path: str
) -> Project | None:
    """The project an open notebook is shared as, if it is and the actor may see it: by UUID, else by path."""
    found = [] if notebook_id is None else [uow.projects.get(notebook_id)]
    candidates = [project for project in found if project is not None] or uow.projects.at_path(root, path)
    visible = uow.projects.roles(actor.id, [project.id for project in candidates])
    return next((project for project in candidates if project.id in visible), None)


def roles_for(uow: UnitOfWork, actor: Actor, project_ids: list[UUID]) -> dict[UUID, Role]:
    """The actor's role for each of the projects they may see."""
    return uow.projects.roles(actor.id, project_ids)


def cells_of_projects(uow: UnitOfWork, actor: Actor, project_ids: list[UUID]) -> dict[UUID, list[ProjectCell]]:
    """The projections of the projects the actor may see, in notebook order."""
    visible = list(uow.projects.roles(actor.id, project_ids))
    found: dict[UUID, list[ProjectCell]] = {}
    for cell in uow.cells.of_projects(visible):
        found.setdefault(cell.project_id, []).append(cell)
    return found


def workspaces_by_id(uow: UnitOfWork, actor: Actor) -> dict[UUID, Workspace]:
    """The actor's workspaces by id."""
    return {workspace.id: workspace for workspace, _ in uow.workspaces.of_user(actor.id)}


def require_sharing(uow: UnitOfWork, actor: Actor, workspace_id: UUID | None) -> None:
    """Refuse early, before a file is touched, whoever may not share into the workspace."""
    if workspace_id is not None:
        require_workspace(uow, actor, workspace_id, Action.SHARE_NOTEBOOK)


def add_project(
    uow: UnitOfWork, actor: Actor, project: Project, workspace_id: UUID | None, notebook: NotebookJSON
) -> Project:
    """Make a notebook whose file carries `project.id` a project of a workspace (None: the actor's first)."""
    existing = uow.projects.get(project.id)
    if existing is not None:
        return require_project(uow, actor, existing.id, Action.VIEW)[0]
    workspace = _workspace_for(uow, actor, workspace_id)
    made = Project(project.id, workspace.id, project.title, project.root, project.path, actor.id, uow.now, uow.now)
    uow.projects.add(made)
    project_cells(uow, made.id, notebook)
    record(
        uow,
        "project_changed",
        actor,
        workspace_id=workspace.id,
        project_id=made.id,
        subject_id=made.id,
        path=made.path,
    )
    return made


def take_in(uow: UnitOfWork, actor: Actor, project_id: UUID, notebook: NotebookJSON, moved: str | None = None) -> bool:
    """Bring a project's projection up to date with its file; whether anything changed.

    `moved` is the cell that is known to have been moved: of two that changed places, the one to get a new key.
    """
    project = uow.projects.get(project_id)
    if project is None:
        return False
    uow.projects.lock(project_id)
    changed = project_cells(uow, project_id, notebook, moved)
    if changed:
        uow.projects.touch(project_id, uow.now)
    return changed


def place_project(uow: UnitOfWork, actor: Actor, project_id: UUID, root: str, path: str) -> None:
    """Note where a project's file is now."""
    project = uow.projects.get(project_id)
    if project is None or (project.root, project.path) == (root, path):
        return
    uow.projects.set_place(project_id, root, path)
    record(
        uow,
        "project_changed",
        actor,
        workspace_id=project.workspace_id,
        project_id=project_id,
        subject_id=project_id,
        path=path,
    )


def move_projects(uow: UnitOfWork, actor: Actor, root: str, old: str, new: str) -> list[UUID]:
    """A file or folder was renamed: note it for every project at or below the old path."""
    at_path, below = uow.projects.at_path(root, old), uow.projects.below(root, old)
    for project in [*at_path, *below]:
        place_project(uow, actor, project.id, root, new + project.path[len(old) :])
    return [project.id for project in at_path]


def project_cells(uow: UnitOfWork, project_id: UUID, notebook: NotebookJSON, moved: str | None = None) -> bool:
    """Write the projection; cells that neither moved nor are new keep their order key."""
    ids = [inputs.made_storable(identity) for identity in unique_ids(notebook)]
    existing = {cell.id: cell.order for cell in uow.cells.of_projects([project_id]) if cell.id != moved}
    keys = assign_keys(ids, existing)
    cells = [
        ProjectCell(
            project_id,
            identity,
            cell_type_of(cell),
            keys[identity],
            inputs.made_storable(source_of(cell)),
            execution_count_of(cell),
        )
        for identity, cell in zip(ids, notebook["cells"], strict=True)
    ]
    return uow.cells.replace(project_id, cells)


def get_cell(uow: UnitOfWork, actor: Actor, project_id: UUID, cell_id: str) -> ProjectCell:
    """One cell of the projection."""
    require_project(uow, actor, project_id, Action.VIEW)
    for cell in uow.cells.of_projects([project_id]):
        if cell.id == cell_id:
            return cell
    raise NotFound("There is no such cell in the notebook's file.")


def _workspace_for(uow: UnitOfWork, actor: Actor, workspace_id: UUID | None) -> Workspace:
    if workspace_id is None:
        return workspaces.first_workspace(uow, actor)
    return require_workspace(uow, actor, workspace_id, Action.SHARE_NOTEBOOK)[0]
