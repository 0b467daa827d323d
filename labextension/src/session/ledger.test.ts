import type { CellInput } from '../api/generated';
import { LONGEST_CELL, PART_SIZE, SyncLedger, wireIds } from './ledger';

const code = (id: string, source: string): CellInput => ({
  id,
  type: 'CODE',
  source
});

describe('SyncLedger', () => {
  it('sends everything at first', () => {
    const cells = [code('a', '1'), code('b', '2')];
    expect(new SyncLedger().take(['a', 'b'], cells)).toEqual([
      { order: ['a', 'b'], changed: cells }
    ]);
  });

  it('sends only the cell whose text changed, and no order', () => {
    const ledger = new SyncLedger();
    ledger.take(['a', 'b'], [code('a', '1'), code('b', '2')]);
    expect(ledger.take(['a', 'b'], [code('a', '1'), code('b', '3')])).toEqual([
      { order: null, changed: [code('b', '3')] }
    ]);
  });

  it('sends a cell whose type changed', () => {
    const ledger = new SyncLedger();
    ledger.take(['a'], [code('a', '1')]);
    const markdown: CellInput = { id: 'a', type: 'MARKDOWN', source: '1' };
    expect(ledger.take(['a'], [markdown])[0].changed).toEqual([markdown]);
  });

  it('sends the order alone after a move', () => {
    const ledger = new SyncLedger();
    ledger.take(['a', 'b'], [code('a', '1'), code('b', '2')]);
    expect(ledger.take(['b', 'a'], [])).toEqual([
      { order: ['b', 'a'], changed: [] }
    ]);
  });

  it('sends a cell again that was deleted and came back by undo', () => {
    const ledger = new SyncLedger();
    ledger.take(['a', 'b'], [code('a', '1'), code('b', '2')]);
    ledger.take(['a'], []);
    expect(ledger.take(['a', 'b'], [code('b', '2')])).toEqual([
      { order: ['a', 'b'], changed: [code('b', '2')] }
    ]);
  });

  it('ignores a touched cell that is not in the notebook any more', () => {
    const ledger = new SyncLedger();
    ledger.take(['a'], [code('a', '1')]);
    expect(ledger.take(['a'], [code('gone', '1')])[0].changed).toEqual([]);
  });

  it('sends everything again after it was told to forget', () => {
    const ledger = new SyncLedger();
    ledger.take(['a'], [code('a', '1')]);
    ledger.forget();
    expect(ledger.take(['a'], [code('a', '1')])).toEqual([
      { order: ['a'], changed: [code('a', '1')] }
    ]);
  });

  it('splits long notebooks into parts, with the order in the first', () => {
    const half = 'x'.repeat(PART_SIZE / 2);
    const cells = ['a', 'b', 'c', 'd', 'e'].map(id => code(id, half));
    const parts = new SyncLedger().take(
      cells.map(cell => cell.id),
      cells
    );
    expect(parts.map(part => part.changed.map(cell => cell.id))).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['e']
    ]);
    expect(parts.map(part => part.order !== null)).toEqual([
      true,
      false,
      false
    ]);
  });

  it('sends a cell alone that is longer than a part', () => {
    const cells = [code('a', '1'), code('b', 'x'.repeat(PART_SIZE + 1))];
    const parts = new SyncLedger().take(['a', 'b'], cells);
    expect(parts.map(part => part.changed.length)).toEqual([1, 1]);
  });

  it('sends a cell as empty that is longer than the longest', () => {
    const [part] = new SyncLedger().take(
      ['a'],
      [code('a', 'x'.repeat(LONGEST_CELL + 1))]
    );
    expect(part.changed).toEqual([code('a', '')]);
  });
});

describe('wireIds', () => {
  it.each([
    [
      ['a', 'b'],
      ['a', 'b']
    ],
    [
      ['a', 'a', 'a'],
      ['a', 'a~2', 'a~3']
    ],
    [
      ['a', 'a~2', 'a'],
      ['a', 'a~2', 'a~3']
    ],
    [[], []]
  ])('makes %j unique as %j', (ids, expected) => {
    expect(wireIds(ids)).toEqual(expected);
  });
});
