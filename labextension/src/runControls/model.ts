import type { PlanFields, StepStatus } from '../api/generated';

/** A plan on its way, or at its end. */
export interface IProgress {
  readonly plan: PlanFields;
  readonly statuses: ReadonlyMap<string, StepStatus>;
  /** The cell that runs; null before the first and after the last. */
  readonly runningCellId: string | null;
}

/** How many steps came to which end. */
export interface ITally {
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
  readonly total: number;
}

/** What carrying a plan out needs. */
export interface IRunOptions {
  /** Run one cell; true when it succeeded. A cell that is gone counts as failed. */
  runCell(cellId: string): Promise<boolean>;
  isCancelled(): boolean;
  onProgress(progress: IProgress): void;
}

/**
 * Run a plan's steps in their order, one after the other. A step that failed or was skipped takes along the
 * steps that depend on it, and only those.
 */
export async function runSteps(
  plan: PlanFields,
  options: IRunOptions
): Promise<IProgress> {
  const statuses = new Map<string, StepStatus>(
    plan.steps.map(step => [step.cellId, 'WAITING'])
  );
  const report = (runningCellId: string | null): IProgress => {
    const progress = { plan, statuses: new Map(statuses), runningCellId };
    options.onProgress(progress);
    return progress;
  };
  for (const step of plan.steps) {
    if (options.isCancelled()) {
      statuses.set(step.cellId, 'CANCELLED');
    } else if (step.dependsOn.some(id => isLost(statuses.get(id)))) {
      statuses.set(step.cellId, 'SKIPPED');
    } else {
      statuses.set(step.cellId, 'RUNNING');
      report(step.cellId);
      const isGood = await options.runCell(step.cellId);
      statuses.set(step.cellId, isGood ? 'SUCCESS' : 'ERROR');
    }
  }
  return report(null);
}

/** Count the steps by their ends. */
export function tallyOf(progress: IProgress): ITally {
  const count = (...wanted: StepStatus[]): number =>
    [...progress.statuses.values()].filter(status => wanted.includes(status))
      .length;
  return {
    done: count('SUCCESS', 'ERROR', 'SKIPPED', 'CANCELLED'),
    failed: count('ERROR'),
    skipped: count('SKIPPED'),
    total: progress.statuses.size
  };
}

/** Whether the plan runs cells that are not stale themselves, which deserves a word before. */
export function hasRebuilds(plan: PlanFields): boolean {
  return plan.steps.some(step => step.reason === 'REBUILD');
}

function isLost(status: StepStatus | undefined): boolean {
  return status === 'ERROR' || status === 'SKIPPED' || status === 'CANCELLED';
}
