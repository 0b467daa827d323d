import type { CellStateFields } from '../api/generated';
import { cellState } from '../testing/states';
import { trans } from '../testing/trans';
import { badgeOf, blankBadge, type IBadgeContext } from './model';

const names = (...list: string[]) => list.map(name => ({ name, spans: [] }));

const badge = (
  state: Partial<CellStateFields>,
  context: Partial<IBadgeContext> = {}
) =>
  badgeOf(
    cellState('a', state),
    {
      number: 4,
      commentCount: 0,
      observation: 'OBSERVED',
      isTooLong: false,
      ...context
    },
    trans
  );

const BROKEN: Partial<CellStateFields> = {
  isBroken: true,
  problems: [
    {
      kind: 'SYNTAX',
      message: 'invalid syntax',
      span: { line: 2, column: 4 }
    }
  ]
};

describe('badgeOf', () => {
  it('names the row for screen readers', () => {
    const { label } = badge({
      state: 'STALE',
      reads: names('df', 'orders'),
      writes: names('summary')
    });
    expect(label).toBe('Cell 4, stale, reads df and orders, writes summary');
  });

  it.each([
    ['IDLE', 'idle', ''],
    ['RUNNING', 'running', 'running'],
    ['SUCCESS', 'success', 'up to date'],
    ['ERROR', 'error', 'error'],
    ['STALE', 'stale', 'stale']
  ] as const)('shows %s as "%s" with the word "%s"', (state, look, word) => {
    expect(badge({ state })).toMatchObject({ look, word });
  });

  it('shows three names and counts the rest', () => {
    const { reads, label } = badge({ reads: names('a', 'b', 'c', 'd', 'e') });
    expect(reads.shown.map(chip => chip.text)).toEqual(['a', 'b', 'c']);
    expect(reads.hidden.map(chip => chip.text)).toEqual(['d', 'e']);
    expect(label).toContain('reads a, b, c, d and e');
  });

  it('tells relations of a database from names', () => {
    const { reads } = badge({
      reads: names('df'),
      relationsRead: [{ connection: 'shop', name: 'orders' }]
    });
    expect(reads.shown).toEqual([
      { text: 'df', isRelation: false, tooltip: 'df' },
      {
        text: 'orders',
        isRelation: true,
        tooltip: 'orders in shop'
      }
    ]);
  });

  it('names a frame once that SQL reads as a relation', () => {
    const { reads } = badge({
      reads: names('orders'),
      relationsRead: [{ connection: null, name: 'orders' }]
    });
    expect(reads.shown.map(chip => chip.isRelation)).toEqual([false]);
  });

  it('says where a cell cannot be analysed, with columns as people count', () => {
    expect(badge(BROKEN)).toMatchObject({
      look: 'unknown',
      word: 'cannot be analysed',
      tooltip: 'Line 2, column 5: invalid syntax'
    });
  });

  it('shows no run state when nobody observes the kernel', () => {
    const unobserved = badge(
      { state: 'STALE', reads: names('df'), explanation: 'Stale.' },
      { observation: 'NOT_OBSERVED' }
    );
    expect(unobserved).toMatchObject({
      look: 'none',
      word: '',
      label: 'Cell 4, reads df',
      tooltip: ''
    });
  });

  it('says that a cell is too long to be analysed', () => {
    const tooLong = badge({}, { isTooLong: true });
    expect(tooLong.look).toBe('unknown');
    expect(tooLong.tooltip).toContain('500,000 characters');
  });

  it.each([
    [0, 'Cell 4'],
    [1, 'Cell 4, 1 comment'],
    [2, 'Cell 4, 2 comments']
  ])('counts %d comments on a cell without a state', (count, label) => {
    expect(blankBadge(4, count, trans)).toMatchObject({
      look: 'none',
      commentCount: count,
      label
    });
  });
});
