"""Runs by the server."""

from __future__ import annotations

from typing import Any

from sept_ext.core.access import Action
from sept_ext.core.plan import PlanKind
from sept_ext.graphql.context import Info
from sept_ext.services import inputs, projects
from sept_ext.services.execution import CellRun, PlanRun
from sept_ext.services.records import Project

from .live_notebooks import Input, live


async def _runnable(info: Info, project_id: str) -> Project:
    return await info.context.read(projects.get_project, inputs.existing_id(project_id, "project"), Action.RUN)


async def execute_cell(_source: Any, info: Info, input: Input) -> CellRun:
    """Run one cell."""
    project = await _runnable(info, input["project_id"])
    return await live(info).execution.execute_cell(project, input["cell_id"], input.get("wait_seconds"))


async def run_plan(_source: Any, info: Info, input: Input) -> PlanRun:
    """Run a plan."""
    project = await _runnable(info, input["project_id"])
    kind = PlanKind(input["kind"].lower())
    return await live(info).execution.run_plan(project, kind, input.get("cell_id"), input.get("wait_seconds"))


FIELDS = {
    ("Mutation", "executeCell"): execute_cell,
    ("Mutation", "runPlan"): run_plan,
}
