import type { StepStatus } from '../api/generated';
import { planOf } from '../testing/states';
import { runSteps, tallyOf } from './model';

interface ICase {
  readonly title: string;
  readonly plan: Record<string, string[]>;
  readonly failing: readonly string[];
  readonly expected: Record<string, StepStatus>;
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
      runCell: async id => !failing.includes(id),
      isCancelled: () => false,
      onProgress: () => {}
    });
    expect(Object.fromEntries(end.statuses)).toEqual(expected);
  });

  it("keeps the plan's order and never runs two cells at once", async () => {
    const log: string[] = [];
    await runSteps(planOf({ c: [], a: ['c'], b: [] }), {
      runCell: async id => {
        log.push(`begin ${id}`);
        await Promise.resolve();
        log.push(`end ${id}`);
        return true;
      },
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
      runCell: async () => {
        isCancelled = true;
        return true;
      },
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
      runCell: async () => true,
      isCancelled: () => false,
      onProgress: progress => running.push(progress.runningCellId)
    });
    expect(running).toEqual(['a', 'b', null]);
  });
});

test('tallyOf counts steps by their ends', async () => {
  const end = await runSteps(planOf({ a: [], b: ['a'], c: [] }), {
    runCell: async id => id !== 'a',
    isCancelled: () => false,
    onProgress: () => {}
  });
  expect(tallyOf(end)).toEqual({ done: 3, failed: 1, skipped: 1, total: 3 });
});
