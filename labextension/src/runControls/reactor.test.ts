import { Reactor, type Cause } from './reactor';
import { memoryDatabase, ModeStore, type Mode } from './modes';

/** A notebook as small as can be; what ran is kept to look at. */
class Fixture {
  mode: Mode = 'REACTIVE';
  isBusy = false;
  readonly ran: string[] = [];
  readonly asked: Array<[string, Cause]> = [];
  unworthy = new Set<string>();
  result = true;
  duringRun: () => void = () => {};
  readonly reactor = new Reactor({
    mode: () => this.mode,
    isBusy: () => this.isBusy,
    isWorth: async (cellId, cause) => {
      this.asked.push([cellId, cause]);
      return !this.unworthy.has(cellId);
    },
    run: async cellId => {
      this.ran.push(cellId);
      this.duringRun();
      return this.result;
    }
  });
}

describe('Reactor', () => {
  let fixture: Fixture;
  const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

  beforeEach(() => {
    jest.useFakeTimers();
    fixture = new Fixture();
  });
  afterEach(() => jest.useRealTimers());

  it('runs an edited cell after a pause in typing, once', async () => {
    fixture.reactor.edited('a');
    await pass(700);
    fixture.reactor.edited('a');
    await pass(700);
    expect(fixture.ran).toEqual([]);
    await pass(100);
    expect(fixture.ran).toEqual(['a']);
  });

  it.each([
    ['MARK', [], []],
    ['ON_RUN', [], ['b']],
    ['REACTIVE', ['a'], ['a', 'b']]
  ] as const)(
    'in mode %s reacts to edits %j and in all %j',
    async (mode, edits, all) => {
      fixture.mode = mode;
      fixture.reactor.edited('a');
      await pass(1000);
      expect(fixture.ran).toEqual(edits);
      fixture.reactor.ran('b', true);
      await pass(0);
      expect(fixture.ran).toEqual(all);
    }
  );

  it('waits while anything runs, and remembers each cell once', async () => {
    fixture.isBusy = true;
    fixture.reactor.ran('a', true);
    fixture.reactor.ran('b', true);
    fixture.reactor.ran('a', true);
    await pass(5000);
    expect(fixture.ran).toEqual([]);
    fixture.isBusy = false;
    fixture.reactor.next();
    await pass(0);
    expect(fixture.ran).toEqual(['a', 'b']);
  });

  it('waits while somebody types in any cell', async () => {
    fixture.reactor.edited('below');
    fixture.reactor.ran('a', true);
    await pass(799);
    expect(fixture.ran).toEqual([]);
    await pass(1);
    expect(fixture.ran).toEqual(['a', 'below']);
  });

  it('asks whether there is anything to run', async () => {
    fixture.unworthy.add('a');
    fixture.reactor.edited('a');
    await pass(800);
    expect(fixture.asked).toEqual([['a', 'EDIT']]);
    expect(fixture.ran).toEqual([]);
  });

  it('forgets what waits when a cell failed', async () => {
    fixture.isBusy = true;
    fixture.reactor.ran('a', true);
    fixture.reactor.ran('b', false);
    fixture.isBusy = false;
    fixture.reactor.next();
    await pass(1000);
    expect(fixture.ran).toEqual([]);
  });

  it('forgets what waits when its own run failed', async () => {
    fixture.result = false;
    fixture.duringRun = () => fixture.reactor.ran('b', true);
    fixture.reactor.ran('a', true);
    await pass(1000);
    expect(fixture.ran).toEqual(['a']);
  });

  it('runs what came while it ran', async () => {
    fixture.duringRun = () => {
      if (fixture.ran.length === 1) {
        fixture.reactor.ran('b', true);
      }
    };
    fixture.reactor.ran('a', true);
    await pass(0);
    expect(fixture.ran).toEqual(['a', 'b']);
  });

  it('forgets an edit when it is stopped', async () => {
    fixture.reactor.edited('a');
    fixture.reactor.stop();
    await pass(1000);
    expect(fixture.ran).toEqual([]);
  });
});

describe('ModeStore', () => {
  it('only marks, unless something else was chosen', () => {
    const store = new ModeStore(memoryDatabase());
    expect(store.of('a.ipynb')).toBe('MARK');
    store.defaultMode = 'ON_RUN';
    expect(store.of('a.ipynb')).toBe('ON_RUN');
  });

  it('remembers by path, and follows a rename', async () => {
    const database = memoryDatabase();
    await new ModeStore(database).choose('a.ipynb', 'REACTIVE');
    await new ModeStore(database).rename('a.ipynb', 'b.ipynb');
    const later = new ModeStore(database);
    await later.load('a.ipynb');
    await later.load('b.ipynb');
    expect(later.of('a.ipynb')).toBe('MARK');
    expect(later.of('b.ipynb')).toBe('REACTIVE');
  });

  it('does not believe what is no mode', async () => {
    const database = memoryDatabase();
    await database.save('sept-labextension:run-mode:a.ipynb', 'WILD');
    const store = new ModeStore(database);
    await store.load('a.ipynb');
    expect(store.of('a.ipynb')).toBe('MARK');
  });
});
