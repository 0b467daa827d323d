"""The projection of notebook files' cells."""

# ruff: noqa: D102 - the methods are those of services.ports, and documented there

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from sept_ext.services.records import ProjectCell
from sept_ext.storage.tables import cells as table

from .base import Repository


class CellRepository(Repository):
    """See services.ports.Cells."""

    def of_projects(self, project_ids: Collection[UUID]) -> list[ProjectCell]:
        statement = sa.select(table).where(table.c.project_id.in_(project_ids))
        rows = self._connection.execute(statement.order_by(table.c.project_id, table.c.order_key, table.c.cell_id))
        return [_cell(row) for row in rows]

    def replace(self, project_id: UUID, cells: Sequence[ProjectCell]) -> bool:
        old = {cell.id: cell for cell in self.of_projects([project_id])}
        new = {cell.id: cell for cell in cells}
        gone = [cell_id for cell_id in old if cell_id not in new]
        changed = [cell for cell in cells if old.get(cell.id) != cell]
        is_changed_one = [cell.id for cell in changed if cell.id in old]
        self._delete(project_id, gone + is_changed_one)
        if changed:
            self._connection.execute(sa.insert(table), [_values(cell) for cell in changed])
        return bool(gone or changed)

    def _delete(self, project_id: UUID, cell_ids: Sequence[str]) -> None:
        for start in range(0, len(cell_ids), 500):
            part = cell_ids[start : start + 500]
            condition = sa.and_(table.c.project_id == project_id, table.c.cell_id.in_(part))
            self._connection.execute(sa.delete(table).where(condition))


def _values(cell: ProjectCell) -> dict[str, Any]:
    return {
        "project_id": cell.project_id,
        "cell_id": cell.id,
        "type": cell.type,
        "order_key": cell.order,
        "source": cell.source,
        "execution_count": cell.execution_count,
    }


def _cell(row: Any) -> ProjectCell:
    return ProjectCell(row.project_id, row.cell_id, row.type, row.order_key, row.source, row.execution_count)
