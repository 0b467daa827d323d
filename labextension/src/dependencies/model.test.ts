import type { CellStateFields } from '../api/generated';
import { cellState, notebookState } from '../testing/states';
import { trans } from '../testing/trans';
import { viewOf, type IDependenciesInput } from './model';

const LOAD = cellState('load', {
  index: 1,
  executionCount: 5,
  downstream: [{ cellId: 'sum', names: ['orders'], status: 'STATIC' }]
});

const SUM = cellState('sum', {
  index: 2,
  state: 'STALE',
  explanation: 'Stale: `orders` was rewritten by [5].',
  reasons: [
    {
      kind: 'REWRITTEN',
      name: 'orders',
      cellId: 'load',
      at: null,
      message: '`orders` was rewritten by [5].'
    },
    {
      kind: 'EDITED',
      name: null,
      cellId: null,
      at: null,
      message: 'Its text changed.'
    }
  ],
  upstream: [
    { cellId: 'load', names: ['orders', 'threshold'], status: 'OBSERVED' }
  ]
});

const view = (
  active: CellStateFields | undefined,
  changes: Partial<IDependenciesInput> = {}
) =>
  viewOf(
    {
      status: 'online',
      problem: null,
      notebook: notebookState(1, []),
      cells: new Map([
        ['load', LOAD],
        ['sum', SUM]
      ]),
      active,
      lineOf: id => `# ${id}`,
      ...changes
    },
    trans
  );

describe('viewOf', () => {
  it('says why the cell is stale, and each further reason once', () => {
    expect(view(SUM)).toMatchObject({
      hint: '',
      look: 'stale',
      sentence: {
        text: 'Stale: `orders` was rewritten by [5].',
        cellId: 'load'
      },
      details: [{ text: 'Its text changed.', cellId: null }]
    });
  });

  it('lists upstream cells with the names that tie them', () => {
    expect(view(SUM).upstream).toEqual([
      {
        cellId: 'load',
        look: 'success',
        word: 'up to date',
        number: '[5]',
        line: '# load',
        names: ['orders', 'threshold'],
        known: 'seen in a run',
        label:
          'Cell 2, up to date, # load, by orders and threshold, seen in a run'
      }
    ]);
  });

  it('lists downstream cells', () => {
    expect(view(LOAD).downstream.map(row => row.cellId)).toEqual(['sum']);
  });

  it('leaves out a cell that is not known any more', () => {
    const orphan = cellState('x', {
      upstream: [{ cellId: 'gone', names: ['a'], status: 'STATIC' }]
    });
    expect(view(orphan).upstream).toEqual([]);
  });

  it('says what the section is for when no code cell is active', () => {
    expect(view(undefined).hint).toContain('Select a code cell');
  });

  it('keeps the last known state while the server is away', () => {
    const offline = view(SUM, { status: 'offline', problem: 'Refused.' });
    expect(offline.hint).toContain('last known state');
    expect(offline.upstream).toHaveLength(1);
  });

  it('says so when nobody observes the kernel, and shows no states', () => {
    const unobserved = view(SUM, {
      notebook: notebookState(1, [], {
        observation: { status: 'NOT_OBSERVED', message: 'The kernel is R.' }
      })
    });
    expect(unobserved).toMatchObject({
      hint: 'The kernel is R.',
      look: 'none',
      sentence: null
    });
  });

  it('says where a cell cannot be analysed', () => {
    const broken = cellState('b', {
      isBroken: true,
      problems: [
        { kind: 'SYNTAX', message: 'oops', span: { line: 1, column: 0 } }
      ]
    });
    expect(view(broken).details).toEqual([
      { text: 'Line 1, column 1: oops', cellId: null }
    ]);
  });
});
