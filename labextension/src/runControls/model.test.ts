import { planOf } from '../testing/states';
import {
  deservesWord,
  goesOn,
  MOST_ROUNDS,
  runSteps,
  tallyOf,
  type RunStatus
} from './model';

interface ICase {
  readonly title: string;
  readonly plan: Record<string, string[]>;
  readonly failing: readonly string[];
  readonly expected: Record<string, RunStatus>;
}

const CASES: readonly ICase[] = [
  {
    title: 'runs every step when all succeed',
    plan: { a: [], b: ['a'] },
    failing: [],
    expected: { a: 'SUCCESS', b: 'SUCCESS' }
  },
  {
    title: 'skips what depends on a failed cell and nothing else',
    plan: { a: [], b: ['a'], c: [], d: ['c'] },
    failing: ['a'],
    expected: { a: 'ERROR', b: 'SKIPPED', c: 'SUCCESS', d: 'SUCCESS' }
  },
  {
    title: 'skips what depends on a skipped cell',
    plan: { a: [], b: ['a'], c: ['b'] },
    failing: ['a'],
    expected: { a: 'ERROR', b: 'SKIPPED', c: 'SKIPPED' }
  },
  {
    title: 'skips a cell that depends on a failed and a good one',
    plan: { a: [], b: [], c: ['a', 'b'] },
    failing: ['b'],
    expected: { a: 'SUCCESS', b: 'ERROR', c: 'SKIPPED' }
  },
  { title: 'ends at once without steps', plan: {}, failing: [], expected: {} }
];

describe('runSteps', () => {
  it.each(CASES)('$title', async ({ plan, failing, expected }) => {
    const end = await runSteps(planOf(plan), {
      runStep: async ({ cellId }) => !failing.includes(cellId),
      isStillStale: async () => true,
      isCancelled: () => false,
      onProgress: () => {}
    });
    expect(Object.fromEntries(end.statuses)).toEqual(expected);
  });

  it("keeps the plan's order and never runs two cells at once", async () => {
    const log: string[] = [];
    await runSteps(planOf({ c: [], a: ['c'], b: [] }), {
      runStep: async ({ cellId }) => {
        log.push(`begin ${cellId}`);
        await Promise.resolve();
        log.push(`end ${cellId}`);
        return true;
      },
      isStillStale: async () => true,
      isCancelled: () => false,
      onProgress: () => {}
    });
    expect(log).toEqual([
      'begin c',
      'end c',
      'begin a',
      'end a',
      'begin b',
      'end b'
    ]);
  });

  it('begins no step after it was cancelled', async () => {
    let isCancelled = false;
    const end = await runSteps(planOf({ a: [], b: [], c: ['a'] }), {
      runStep: async () => {
        isCancelled = true;
        return true;
      },
      isStillStale: async () => true,
      isCancelled: () => isCancelled,
      onProgress: () => {}
    });
    expect(Object.fromEntries(end.statuses)).toEqual({
      a: 'SUCCESS',
      b: 'CANCELLED',
      c: 'CANCELLED'
    });
  });

  it('reports each cell as it begins, and the end', async () => {
    const running: Array<string | null> = [];
    await runSteps(planOf({ a: [], b: [] }), {
      runStep: async () => true,
      isStillStale: async () => true,
      isCancelled: () => false,
      onProgress: progress => running.push(progress.runningCellId)
    });
    expect(running).toEqual(['a', 'b', null]);
  });
});

test('tallyOf counts steps by their ends', async () => {
  const end = await runSteps(planOf({ a: [], b: ['a'], c: [] }), {
    runStep: async ({ cellId }) => cellId !== 'a',
    isStillStale: async () => true,
    isCancelled: () => false,
    onProgress: () => {}
  });
  expect(tallyOf(end)).toEqual({
    done: 3,
    failed: 1,
    skipped: 1,
    fresh: 0,
    total: 3
  });
});

test('a stale cell is not run when what it depends on turned out the same', async () => {
  const ran: string[] = [];
  const end = await runSteps(planOf({ a: [], b: ['a'], c: ['b'], d: [] }), {
    runStep: async ({ cellId }) => {
      ran.push(cellId);
      return true;
    },
    isStillStale: async ({ cellId }) => cellId === 'c',
    isCancelled: () => false,
    onProgress: () => {}
  });
  expect(ran).toEqual(['a', 'c', 'd']);
  expect(end.statuses.get('b')).toBe('FRESH');
});

test.each([
  ['REBUILD', [], true],
  ['STALE', ['x'], true],
  ['STALE', [], false]
] as const)(
  'a step for %s that forgets %j deserves a word: %s',
  (reason, forgets, expected) => {
    const plan = planOf({ a: [] });
    expect(
      deservesWord({ ...plan, steps: [{ ...plan.steps[0], reason, forgets }] })
    ).toBe(expected);
  }
);

describe('goesOn', () => {
  const end = (status: RunStatus, ...ids: string[]) => ({
    plan: planOf(Object.fromEntries(ids.map(id => [id, []]))),
    statuses: new Map(ids.map(id => [id, status])),
    runningCellId: null
  });

  it.each([
    ['after a good round', 'STALE', 'SUCCESS', null, 1, true],
    ['after other cells ran', 'REACTIVE', 'SUCCESS', 'b', 2, true],
    ['not when the same cells ran twice', 'STALE', 'SUCCESS', 'a', 2, false],
    ['not after an error', 'STALE', 'ERROR', null, 1, false],
    ['not after it was stopped', 'STALE', 'CANCELLED', null, 1, false],
    ['not for all cells', 'ALL', 'SUCCESS', null, 1, false],
    ['not for ever', 'STALE', 'SUCCESS', 'b', MOST_ROUNDS, false]
  ] as const)('%s', (_, kind, status, before, round, expected) => {
    const last = before === null ? null : planOf({ [before]: [] });
    expect(goesOn(kind, end(status, 'a'), last, round)).toBe(expected);
  });
});
