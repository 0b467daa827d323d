import { cellState, notebookState } from '../testing/states';
import { CellStateStore } from './store';

describe('CellStateStore', () => {
  it('names the cells of an answer that lists changes only', () => {
    const store = new CellStateStore();
    store.apply(notebookState(1, [cellState('a'), cellState('b')]), true);
    const change = store.apply(notebookState(2, [cellState('b')]), false);
    expect(change.cellIds).toEqual(new Set(['b']));
    expect([...store.cells.keys()]).toEqual(['a', 'b']);
    expect(store.revision).toBe(2);
  });

  it('forgets what a full answer does not list', () => {
    const store = new CellStateStore();
    store.apply(notebookState(1, [cellState('a'), cellState('b')]), true);
    store.apply(notebookState(1, [cellState('b')]), true);
    expect([...store.cells.keys()]).toEqual(['b']);
  });

  it('counts the cells that turned stale, not those that were', () => {
    const stale = (id: string) => cellState(id, { state: 'STALE' });
    const store = new CellStateStore();
    store.apply(notebookState(1, [stale('a'), cellState('b')]), true);
    const change = store.apply(
      notebookState(2, [stale('a'), stale('b')]),
      false
    );
    expect(change.newlyStale).toBe(1);
  });

  it('announces nothing for the first answer', () => {
    const first = notebookState(1, [cellState('a', { state: 'STALE' })]);
    expect(new CellStateStore().apply(first, true).newlyStale).toBe(0);
  });

  it('forgets cells that left the notebook', () => {
    const store = new CellStateStore();
    store.apply(notebookState(1, [cellState('a'), cellState('b')]), true);
    store.prune(['b']);
    expect([...store.cells.keys()]).toEqual(['b']);
  });

  it('keeps the frames until an answer tells others', () => {
    const store = new CellStateStore();
    const frames = [{ name: 'df', columns: ['a'] }];
    store.apply(notebookState(1, [], { frames }), true);
    store.apply(notebookState(2, []), false);
    expect([...store.frames]).toEqual([['df', ['a']]]);
    store.apply(notebookState(3, [], { frames: [] }), false);
    expect([...store.frames]).toEqual([]);
  });
});
