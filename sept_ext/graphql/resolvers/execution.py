"""Runs by the server."""

from __future__ import annotations

from typing import Any

from sept_ext.core.access import Action
from sept_ext.core.plan import PlanKind
from sept_ext.graphql.context import Info
from sept_ext.services import inputs
from sept_ext.services.execution import CellRun, PlanRun
from sept_ext.services.guard import require_project
from sept_ext.services.ports import UnitOfWork
from sept_ext.services.records import Actor

from .live_notebooks import Input, live


def _runnable_path(uow: UnitOfWork, actor: Actor, project_id: Any) -> str:
    project, _ = require_project(uow, actor, project_id, Action.RUN)
    return project.path


async def execute_cell(_source: Any, info: Info, input: Input) -> CellRun:
    """Run one cell."""
    path = await info.context.read(_runnable_path, inputs.existing_id(input["project_id"], "project"))
    return await live(info).execution.execute_cell(path, input["cell_id"], input.get("wait_seconds", 60.0))


async def run_plan(_source: Any, info: Info, input: Input) -> PlanRun:
    """Run a plan."""
    path = await info.context.read(_runnable_path, inputs.existing_id(input["project_id"], "project"))
    kind = PlanKind(input["kind"].lower())
    return await live(info).execution.run_plan(path, kind, input.get("cell_id"), input.get("wait_seconds", 60.0))


FIELDS = {
    ("Mutation", "executeCell"): execute_cell,
    ("Mutation", "runPlan"): run_plan,
}
