import { SeptRefusal, SeptUnreachable } from '../api/errors';
import { FakeApi, settled } from '../testing/team';
import { WorkspacesModel } from './model';

interface IWorkspace {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

const workspace = (slug: string): IWorkspace => ({
  id: `id-${slug}`,
  slug,
  name: slug
});

function fixture(slugs: readonly string[] = ['one', 'two']) {
  const list = slugs.map(workspace);
  const api = new FakeApi({
    Workspaces: () => ({ workspaces: [...list], me: { id: 'me' } }),
    WorkspaceDetails: ({ slug }: { slug: string }) => ({
      workspace: workspace(slug)
    }),
    ServerMode: () => ({ server: { mode: 'EMBEDDED' } }),
    ProjectWorkspace: ({ id }: { id: string }) => ({
      project: { workspace: { slug: id === 'p' ? 'two' : 'one' } }
    }),
    CreateWorkspace: ({ input }: { input: { name: string } }) => {
      list.push(workspace(input.name));
      return { createWorkspace: { slug: input.name } };
    },
    AddMember: () => ({}),
    RemoveMember: () => ({})
  });
  return { api, list, model: new WorkspacesModel(api.api) };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('WorkspacesModel', () => {
  it('asks nothing until it is shown', async () => {
    const { api, model } = fixture();
    api.say({ kind: 'MEMBER_CHANGED' });
    api.resumed.emit();
    await model.follow('p');
    expect(api.asked).toEqual([]);
    model.start();
    model.start();
    await settled();
    expect(api.countOf('Workspaces')).toBe(1);
  });

  it('shows the first workspace, and none when there is none', async () => {
    const { model } = fixture();
    await model.load();
    expect(model).toMatchObject({
      me: 'me',
      mode: 'EMBEDDED',
      shown: { slug: 'one' }
    });
    const { model: empty } = fixture([]);
    await empty.load();
    expect(empty).toMatchObject({ all: [], shown: null });
  });

  it('shows the one that was chosen, until it is gone', async () => {
    const { model, list } = fixture();
    await model.show('two');
    expect(model.shown?.slug).toBe('two');
    list.pop();
    await model.load();
    expect(model.shown?.slug).toBe('one');
  });

  it('follows the notebook in front, once, so that a choice after it holds', async () => {
    const { model } = fixture();
    model.start();
    await settled();
    await model.follow('p');
    expect(model.shown?.slug).toBe('two');
    await model.show('one');
    await model.follow('p');
    await model.load();
    expect(model.shown?.slug).toBe('one');
  });

  it('shows a workspace that was made', async () => {
    const { model } = fixture([]);
    await model.load();
    await model.create('new');
    expect(model.shown?.slug).toBe('new');
  });

  it.each([
    ['WORKSPACE_CHANGED', 2],
    ['MEMBER_CHANGED', 2],
    ['PROJECT_CHANGED', 2],
    ['CONNECTION_CHANGED', 2],
    ['THREAD_CHANGED', 1]
  ] as const)('has asked after %s: %d times', async (kind, expected) => {
    const { api, model } = fixture();
    model.start();
    await settled();
    api.say({ kind });
    await settled();
    expect(api.countOf('Workspaces')).toBe(expected);
  });

  it('sets roles and removes members in the workspace that is shown', async () => {
    const { api, model } = fixture();
    await model.show('two');
    await model.setRole('grace', 'VIEWER');
    await model.remove('u1');
    expect(api.inputs('AddMember')).toEqual([
      { workspaceId: 'id-two', userName: 'grace', role: 'VIEWER' }
    ]);
    expect(api.inputs('RemoveMember')).toEqual([
      { workspaceId: 'id-two', userId: 'u1' }
    ]);
  });

  it('passes on a refusal to who asked, and keeps what is shown', async () => {
    const { api, model } = fixture();
    await model.load();
    api.answers.AddMember = () => {
      throw new SeptRefusal('CONFLICT', 'A workspace keeps at least one admin');
    };
    await expect(model.setRole('me', 'VIEWER')).rejects.toThrow('one admin');
    expect(model).toMatchObject({ problem: null, shown: { slug: 'one' } });
  });

  it('keeps what is shown while the server is away, and recovers by itself', async () => {
    const { api, model } = fixture();
    await model.load();
    const answer = api.answers.Workspaces;
    api.answers.Workspaces = () => {
      throw new SeptUnreachable('gone');
    };
    await model.load();
    expect(model.problem).toBeInstanceOf(SeptUnreachable);
    expect(model.shown?.slug).toBe('one');
    api.answers.Workspaces = answer;
    jest.advanceTimersByTime(1000);
    await settled();
    expect(model.problem).toBeNull();
  });
});
