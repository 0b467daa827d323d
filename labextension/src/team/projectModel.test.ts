import { SeptRefusal, SeptUnreachable } from '../api/errors';
import { FakeApi, FakeSession, settled } from '../testing/team';
import { ProjectModel } from './projectModel';

function fixture(projectId: string | null = 'p') {
  const api = new FakeApi({});
  const session = new FakeSession(projectId);
  const fetch = jest.fn(async (id: string) => `data of ${id}`);
  const model = new ProjectModel<string>(
    api.api,
    session.session,
    fetch,
    ({ kind }) => kind === 'THREAD_CHANGED'
  );
  return { api, session, fetch, model };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('ProjectModel', () => {
  it('asks nothing while the notebook is not shared', () => {
    const { model, fetch } = fixture(null);
    expect(model.phase).toBe('unshared');
    expect(fetch).not.toHaveBeenCalled();
  });

  it('fetches when the notebook is shared, and says so', async () => {
    const { model, session } = fixture(null);
    const phases: string[] = [];
    model.changed.connect(() => phases.push(model.phase));
    session.becomes('p');
    await settled();
    expect(phases).toEqual(['loading', 'ready']);
    expect(model.data).toBe('data of p');
  });

  it('fetches again on events about its project and kind only, and when events were missed', async () => {
    const { api, fetch } = fixture();
    await settled();
    api.say({ kind: 'THREAD_CHANGED', projectId: 'other' });
    api.say({ kind: 'VERSION_CHANGED', projectId: 'p' });
    expect(fetch).toHaveBeenCalledTimes(1);
    api.say({ kind: 'THREAD_CHANGED', projectId: 'p' });
    expect(fetch).toHaveBeenCalledTimes(2);
    api.resumed.emit();
    expect(fetch).toHaveBeenCalledTimes(3);
  });

  it('drops an answer that comes after a later question was asked', async () => {
    const { model, fetch } = fixture();
    await settled();
    let answer: (data: string) => void = () => {};
    fetch.mockReturnValueOnce(
      new Promise(resolve => {
        answer = resolve;
      })
    );
    fetch.mockResolvedValueOnce('new');
    void model.load();
    await model.load();
    answer('old');
    await settled();
    expect(model.data).toBe('new');
  });

  it('shows another project without the data of the one before', async () => {
    const { model, session } = fixture();
    await settled();
    session.becomes('q');
    expect(model).toMatchObject({ phase: 'loading', data: null, project: 'q' });
    await settled();
    expect(model.data).toBe('data of q');
  });

  it('says that the first fetch failed, and tries again by itself', async () => {
    const { model, session, fetch } = fixture(null);
    fetch.mockRejectedValueOnce(new SeptUnreachable('gone'));
    session.becomes('p');
    await settled();
    expect(model.phase).toBe('failed');
    jest.advanceTimersByTime(1000);
    await settled();
    expect(model).toMatchObject({ phase: 'ready', problem: null });
  });

  it('does not try again what no waiting mends', async () => {
    const { model, fetch } = fixture();
    await settled();
    fetch.mockRejectedValueOnce(new SeptRefusal('FORBIDDEN', 'No.'));
    await model.load();
    expect(model.problem).toBeInstanceOf(SeptRefusal);
    jest.advanceTimersByTime(600_000);
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it('keeps what it shows while the store is away, and recovers', async () => {
    const { model, session, fetch } = fixture();
    await settled();
    fetch.mockRejectedValueOnce(new SeptRefusal('UNAVAILABLE', 'Away.'));
    session.becomes(null);
    await settled();
    expect(model).toMatchObject({ phase: 'ready', data: 'data of p' });
    expect(model.problem).toBeInstanceOf(SeptRefusal);
    session.becomes('p');
    await settled();
    expect(model.problem).toBeNull();
  });

  it('lets go of a project that is gone', async () => {
    const { model, session, fetch } = fixture();
    await settled();
    fetch.mockRejectedValueOnce(new SeptRefusal('NOT_FOUND', 'Gone.'));
    session.becomes(null);
    await settled();
    expect(model).toMatchObject({
      phase: 'unshared',
      data: null,
      problem: null
    });
  });

  it('is silent once disposed', async () => {
    const { model, api, session, fetch } = fixture();
    await settled();
    const changed = jest.fn();
    model.changed.connect(changed);
    fetch.mockRejectedValueOnce(new SeptUnreachable('gone'));
    const load = model.load();
    model.dispose();
    await load;
    api.say({ kind: 'THREAD_CHANGED', projectId: 'p' });
    session.becomes('q');
    jest.advanceTimersByTime(600_000);
    await settled();
    expect(changed).not.toHaveBeenCalled();
    expect(fetch).toHaveBeenCalledTimes(2);
  });
});
