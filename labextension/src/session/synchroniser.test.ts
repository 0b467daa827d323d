import { SeptRefusal, SeptUnreachable } from '../api/errors';
import type {
  CellInput,
  NotebookStateFields,
  SyncNotebookInput
} from '../api/generated';
import { Backoff } from '../shared/backoff';
import { notebookState } from '../testing/states';
import type { ISeptApi } from '../tokens';
import { PART_SIZE } from './ledger';
import { Synchroniser } from './synchroniser';

/** A server and a document, both as small as can be; requests are kept to look at. */
class Fixture {
  readonly inputs: SyncNotebookInput[] = [];
  readonly fetches: unknown[] = [];
  readonly statuses: string[] = [];
  readonly failures: Error[] = [];
  readonly states: NotebookStateFields[] = [];
  texts: Record<string, string> = { a: '1', b: '2' };
  revision = 0;
  beforeAnswer: () => void = () => {};

  readonly synchroniser = new Synchroniser({
    api: {
      execute: (async (operation: { name: string }, variables: unknown) => {
        const state = this.answer(operation.name, variables);
        return { syncNotebook: state, notebookState: state };
      }) as unknown as ISeptApi['execute']
    },
    source: {
      take: () => ({
        order: Object.keys(this.texts),
        cells: Object.entries(this.texts).map(([id, source]): CellInput => ({
          id,
          type: 'CODE',
          source
        }))
      }),
      header: () => ({ path: 'a.ipynb', clientId: 'c' })
    },
    revision: () => this.states.at(-1)?.revision ?? null,
    onState: state => this.states.push(state),
    onStatus: status => this.statuses.push(status),
    backoff: new Backoff({ firstMs: 1000, random: () => 0 })
  });

  private answer(name: string, variables: unknown): NotebookStateFields {
    if (name === 'SyncNotebook') {
      this.inputs.push((variables as { input: SyncNotebookInput }).input);
    } else {
      this.fetches.push(variables);
    }
    this.beforeAnswer();
    const failure = this.failures.shift();
    if (failure) {
      throw failure;
    }
    this.revision += 1;
    return notebookState(this.revision, []);
  }
}

const idsOf = (input: SyncNotebookInput | undefined): string[] =>
  (input?.changed ?? []).map(cell => cell.id);

describe('Synchroniser', () => {
  let fixture: Fixture;

  beforeEach(() => {
    jest.useFakeTimers();
    fixture = new Fixture();
  });

  afterEach(() => {
    fixture.synchroniser.dispose();
    jest.useRealTimers();
  });

  it('sends the first edit at once, with all that changed in the same task', async () => {
    fixture.synchroniser.schedule();
    fixture.synchroniser.schedule();
    expect(fixture.inputs).toHaveLength(0);
    await jest.advanceTimersByTimeAsync(0);
    expect(fixture.inputs).toHaveLength(1);
  });

  it('sends edits that follow quickly together, however long somebody types', async () => {
    fixture.synchroniser.schedule();
    await jest.advanceTimersByTimeAsync(0);
    for (let key = 0; key < 11; key++) {
      await jest.advanceTimersByTimeAsync(10);
      fixture.texts.a = `typed ${key}`;
      fixture.synchroniser.schedule();
    }
    expect(fixture.inputs).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(10);
    expect(fixture.inputs).toHaveLength(2);
    expect(fixture.inputs[1].changed).toMatchObject([{ source: 'typed 10' }]);
  });

  it('sends no more than one request in 120 ms while somebody types fast', async () => {
    for (let key = 0; key < 24; key++) {
      fixture.synchroniser.schedule();
      await jest.advanceTimersByTimeAsync(40);
    }
    expect(fixture.inputs.length).toBeLessThanOrEqual(9);
    expect(fixture.inputs.length).toBeGreaterThan(5);
  });

  it('sends everything first, then only what changed', async () => {
    fixture.synchroniser.schedule();
    await fixture.synchroniser.flush();
    fixture.texts.b = '3';
    fixture.synchroniser.schedule();
    await fixture.synchroniser.flush();
    expect(fixture.inputs.map(input => input.reset)).toEqual([true, false]);
    expect(fixture.inputs.map(idsOf)).toEqual([['a', 'b'], ['b']]);
    expect(fixture.inputs.map(input => input.since)).toEqual([null, 1]);
  });

  it('sends nothing on flush when nothing waits', async () => {
    await fixture.synchroniser.flush();
    expect(fixture.inputs).toHaveLength(0);
  });

  it('sends an edit made while a request was on its way in the same flush', async () => {
    fixture.beforeAnswer = () => {
      if (fixture.inputs.length === 1) {
        fixture.texts.a = 'later';
        fixture.synchroniser.schedule();
      }
    };
    fixture.synchroniser.schedule();
    await fixture.synchroniser.flush();
    expect(fixture.inputs.map(idsOf)).toEqual([['a', 'b'], ['a']]);
  });

  it('marks all parts but the last as incomplete', async () => {
    fixture.texts = { a: 'x'.repeat(PART_SIZE), b: 'y' };
    fixture.synchroniser.schedule();
    await fixture.synchroniser.flush();
    expect(fixture.inputs.map(input => input.isComplete)).toEqual([
      false,
      true
    ]);
    expect(fixture.inputs.map(input => input.reset)).toEqual([true, false]);
    expect(fixture.states).toHaveLength(1);
  });

  it('sends everything again when the server forgot this client', async () => {
    fixture.synchroniser.schedule();
    await fixture.synchroniser.flush();
    fixture.failures.push(new SeptRefusal('UNKNOWN_VIEW', 'who?'));
    fixture.synchroniser.refresh();
    await jest.advanceTimersByTimeAsync(0);
    expect(fixture.fetches).toHaveLength(1);
    expect(fixture.inputs.at(-1)).toMatchObject({ reset: true, since: null });
    expect(idsOf(fixture.inputs.at(-1))).toEqual(['a', 'b']);
    expect(fixture.statuses).not.toContain('offline');
  });

  it('goes offline when there is no answer, and comes back by itself with everything', async () => {
    fixture.synchroniser.schedule();
    await fixture.synchroniser.flush();
    fixture.failures.push(
      new SeptUnreachable('gone'),
      new SeptUnreachable('gone')
    );
    fixture.texts.b = '3';
    fixture.synchroniser.schedule();
    await fixture.synchroniser.flush();
    expect(fixture.statuses.at(-1)).toBe('offline');
    await jest.advanceTimersByTimeAsync(1000 + 2000);
    expect(fixture.statuses.at(-1)).toBe('online');
    expect(fixture.inputs.at(-1)).toMatchObject({ reset: true });
    expect(idsOf(fixture.inputs.at(-1))).toEqual(['a', 'b']);
  });

  it('does not hammer a server that is away, however much is typed', async () => {
    fixture.failures.push(new SeptUnreachable('gone'));
    fixture.synchroniser.schedule();
    await fixture.synchroniser.flush();
    for (let key = 0; key < 8; key++) {
      fixture.synchroniser.schedule();
      await jest.advanceTimersByTimeAsync(110);
    }
    expect(fixture.inputs).toHaveLength(1);
  });

  it('asks for states only when nothing was edited', async () => {
    fixture.synchroniser.schedule();
    await fixture.synchroniser.flush();
    fixture.synchroniser.refresh();
    await jest.advanceTimersByTimeAsync(0);
    expect(fixture.inputs).toHaveLength(1);
    expect(fixture.fetches).toEqual([
      { path: 'a.ipynb', clientId: 'c', since: 1 }
    ]);
  });

  it('tells nobody after it was disposed', async () => {
    fixture.beforeAnswer = () => fixture.synchroniser.dispose();
    fixture.synchroniser.schedule();
    await fixture.synchroniser.flush();
    expect(fixture.states).toHaveLength(0);
  });
});
