import type { CellStateFields } from '../api/generated';
import { cellState } from '../testing/states';
import { isWorth } from './worth';

/** a feeds b feeds c. */
const chain = (changes: Record<string, Partial<CellStateFields>>) =>
  new Map(
    ['a', 'b', 'c'].map((id, index, ids) => [
      id,
      cellState(id, {
        downstream: ids
          .slice(index + 1, index + 2)
          .map(cellId => ({ cellId, names: ['x'], status: 'STATIC' })),
        ...changes[id]
      })
    ])
  );

test.each([
  ['an edit that made it stale', { a: { state: 'STALE' } }, 'EDIT', true],
  ['an edit of a cell that never ran', { a: { state: 'IDLE' } }, 'EDIT', true],
  ['an edit that changed nothing', {}, 'EDIT', false],
  [
    'an edit that does not parse',
    { a: { state: 'STALE', isBroken: true } },
    'EDIT',
    false
  ],
  ['a run with a stale cell far below', { c: { state: 'STALE' } }, 'RUN', true],
  ['a run with nothing below to do', {}, 'RUN', false],
  [
    'a run of a cell with a failed reader',
    { b: { state: 'ERROR' } },
    'RUN',
    false
  ]
] as const)('%s', (_, changes, cause, expected) => {
  expect(isWorth(chain(changes), 'a', cause)).toBe(expected);
});

test('a cell that is gone is not worth it', () => {
  expect(isWorth(new Map(), 'a', 'RUN')).toBe(false);
});
