import type {
  CellStateFields,
  NotebookStateFields,
  PlanFields
} from '../api/generated';

/** A cell that ran and is up to date, but for what a test says. */
export function cellState(
  id: string,
  changes: Partial<CellStateFields> = {}
): CellStateFields {
  return {
    id,
    index: 0,
    language: 'PYTHON',
    state: 'SUCCESS',
    executionCount: 1,
    reads: [],
    writes: [],
    relationsRead: [],
    relationsWritten: [],
    problems: [],
    isBroken: false,
    isOpaque: false,
    reasons: [],
    explanation: 'Up to date.',
    upstream: [],
    downstream: [],
    downstreamCount: 0,
    finishedAt: null,
    error: null,
    ...changes
  };
}

/** An observed notebook with these cells. */
export function notebookState(
  revision: number,
  cells: readonly CellStateFields[],
  changes: Partial<NotebookStateFields> = {}
): NotebookStateFields {
  return {
    path: 'a.ipynb',
    revision,
    observation: { status: 'OBSERVED', message: null },
    staleCount: cells.filter(cell => cell.state === 'STALE').length,
    notices: [],
    frames: null,
    project: null,
    cells,
    ...changes
  };
}

/** A plan from `id: ids it depends on`. */
export function planOf(
  steps: Readonly<Record<string, readonly string[]>>
): PlanFields {
  return {
    kind: 'STALE',
    summary: '',
    steps: Object.entries(steps).map(([cellId, dependsOn]) => ({
      cellId,
      dependsOn,
      reason: 'STALE',
      names: [],
      forgets: []
    }))
  };
}
