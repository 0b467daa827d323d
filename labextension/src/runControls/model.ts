import type { PlanFields, PlanKind, StepStatus } from '../api/generated';

/** A step of a plan. */
export type PlanStep = PlanFields['steps'][number];

/** How a step ended; FRESH: it was up to date by the time it would have run. */
export type RunStatus = StepStatus | 'FRESH';

/** A plan on its way, or at its end. */
export interface IProgress {
  readonly plan: PlanFields;
  readonly statuses: ReadonlyMap<string, RunStatus>;
  /** The cell that runs; null before the first and after the last. */
  readonly runningCellId: string | null;
}

/** How many steps came to which end. */
export interface ITally {
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
  readonly fresh: number;
  readonly total: number;
}

/** What carrying a plan out needs. */
export interface IRunOptions {
  /** Take names out of the kernel and run the step's cell; true when it succeeded. A cell that is gone failed. */
  runStep(step: PlanStep): Promise<boolean>;
  /** Whether a stale cell is stale still, after the steps before it. */
  isStillStale(step: PlanStep): Promise<boolean>;
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
  const statuses = new Map<string, RunStatus>(
    plan.steps.map(step => [step.cellId, 'WAITING'])
  );
  const report = (runningCellId: string | null): IProgress => {
    const progress = { plan, statuses: new Map(statuses), runningCellId };
    options.onProgress(progress);
    return progress;
  };
  for (const step of plan.steps) {
    const end = await endWithoutRun(step, statuses, options);
    if (end !== null) {
      statuses.set(step.cellId, end);
      continue;
    }
    statuses.set(step.cellId, 'RUNNING');
    report(step.cellId);
    const isGood = await options.runStep(step);
    statuses.set(step.cellId, isGood ? 'SUCCESS' : 'ERROR');
  }
  return report(null);
}

/** Why a step does not run; null: it does. */
async function endWithoutRun(
  step: PlanStep,
  statuses: ReadonlyMap<string, RunStatus>,
  options: IRunOptions
): Promise<RunStatus | null> {
  if (options.isCancelled()) {
    return 'CANCELLED';
  }
  if (step.dependsOn.some(id => isLost(statuses.get(id)))) {
    return 'SKIPPED';
  }
  if (mayBeFresh(step, statuses) && !(await options.isStillStale(step))) {
    return 'FRESH';
  }
  // The look at the state took a moment.
  return options.isCancelled() ? 'CANCELLED' : null;
}

/** Count the steps by their ends. */
export function tallyOf(progress: IProgress): ITally {
  const count = (...wanted: RunStatus[]): number =>
    [...progress.statuses.values()].filter(status => wanted.includes(status))
      .length;
  return {
    done: count('SUCCESS', 'ERROR', 'SKIPPED', 'CANCELLED', 'FRESH'),
    failed: count('ERROR'),
    skipped: count('SKIPPED'),
    fresh: count('FRESH'),
    total: progress.statuses.size
  };
}

/** Whether the plan does more than its name says, which deserves a word before. */
export function deservesWord(plan: PlanFields): boolean {
  return plan.steps.some(
    step => step.reason === 'REBUILD' || step.forgets.length > 0
  );
}

/** Plans are asked for again until nothing is left: runs may show dependencies that no text told. */
export const MOST_ROUNDS = 5;

/**
 * Whether to ask for the plan again after it was carried out.
 *
 * @param before - the steps of the round before this one, if there was one: the same again would never end
 */
export function goesOn(
  kind: PlanKind,
  end: IProgress,
  before: PlanFields | null,
  round: number
): boolean {
  const isClean = [...end.statuses.values()].every(
    status => status === 'SUCCESS' || status === 'FRESH'
  );
  const idsOf = (plan: PlanFields): string =>
    plan.steps.map(step => step.cellId).join();
  return (
    isClean &&
    (kind === 'STALE' || kind === 'REACTIVE') &&
    round < MOST_ROUNDS &&
    (before === null || idsOf(before) !== idsOf(end.plan))
  );
}

/** Early cut-off: a stale cell may have become fresh when a step that it depends on ran, and changed nothing. */
function mayBeFresh(
  step: PlanStep,
  statuses: ReadonlyMap<string, RunStatus>
): boolean {
  return (
    step.reason === 'STALE' &&
    step.forgets.length === 0 &&
    step.dependsOn.some(id => {
      const status = statuses.get(id);
      return status === 'SUCCESS' || status === 'FRESH';
    })
  );
}

function isLost(status: RunStatus | undefined): boolean {
  return status === 'ERROR' || status === 'SKIPPED' || status === 'CANCELLED';
}
