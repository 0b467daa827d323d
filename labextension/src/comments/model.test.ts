import { SeptUnreachable } from '../api/errors';
import type { AddCommentInput, ThreadFields } from '../api/generated';
import {
  FakeApi,
  FakeSession,
  comments,
  settled,
  thread
} from '../testing/team';
import { CommentsModel, groupThreads, openCounts } from './model';

async function fixture() {
  let threads: readonly ThreadFields[] = [];
  const api = new FakeApi({
    ProjectThreads: () => ({ project: { threads } }),
    AddComment: () => {
      threads = [...threads, thread('t')];
    },
    EditComment: () => ({}),
    DeleteComment: () => ({}),
    ResolveThread: () => ({})
  });
  const session = new FakeSession();
  const model = new CommentsModel(api.api, session.session);
  await settled();
  return { api, session, model };
}

describe('CommentsModel', () => {
  it('reports the counts of open comments to the badges', async () => {
    const { model, session } = await fixture();
    await model.begin('Hello', 'a', 'a = 1');
    expect(session.counts.at(-1)).toEqual(new Map([['a', 1]]));
  });

  it('begins a thread on a cell, on the notebook, and replies', async () => {
    const { api, model } = await fixture();
    await model.begin('one', 'a', 'a = 1');
    await model.begin('two', null, null);
    await model.reply('t', 'three');
    expect(api.inputs<AddCommentInput>('AddComment')).toMatchObject([
      { body: 'one', cellId: 'a', quote: 'a = 1', threadId: null },
      { body: 'two', cellId: null, quote: null, threadId: null },
      { body: 'three', cellId: null, quote: null, threadId: 't' }
    ]);
  });

  it('sends the same id again after an answer that was lost, and a new one after success', async () => {
    const { api, model } = await fixture();
    const add = api.answers.AddComment;
    api.answers.AddComment = () => {
      throw new SeptUnreachable('lost');
    };
    await expect(model.begin('Hello', 'a', null)).rejects.toThrow('lost');
    api.answers.AddComment = add;
    await model.begin('Hello', 'a', null);
    await model.begin('Hello', 'a', null);
    const ids = api
      .inputs<AddCommentInput>('AddComment')
      .map(input => input.id);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  it.each([
    ['EditComment', (model: CommentsModel) => model.edit('c', 'new')],
    ['DeleteComment', (model: CommentsModel) => model.remove('c')],
    ['ResolveThread', (model: CommentsModel) => model.resolve('t', true)]
  ] as const)('fetches again after %s', async (name, act) => {
    const { api, model } = await fixture();
    await act(model);
    expect(api.asked.slice(-2).map(one => one.name)).toEqual([
      name,
      'ProjectThreads'
    ]);
  });

  it('refuses to comment on a notebook that is not shared', async () => {
    const api = new FakeApi({});
    const model = new CommentsModel(api.api, new FakeSession(null).session);
    await expect(model.begin('Hello', null, null)).rejects.toThrow(
      'not shared'
    );
    expect(api.asked).toEqual([]);
  });
});

describe('openCounts', () => {
  it('counts comments of open threads on cells', () => {
    const counts = openCounts([
      thread('1', { comments: comments(2) }),
      thread('2'),
      thread('3', { status: 'RESOLVED', comments: comments(5) }),
      thread('4', { cellId: null }),
      thread('5', { cellId: 'b' })
    ]);
    expect(counts).toEqual(
      new Map([
        ['a', 3],
        ['b', 1]
      ])
    );
  });
});

describe('groupThreads', () => {
  const threads = [
    thread('resolved', { status: 'RESOLVED' }),
    thread('open'),
    thread('notebook', { cellId: null }),
    thread('other', { cellId: 'b' }),
    thread('gone', { cellId: 'x' })
  ];
  const ids = (list: readonly ThreadFields[]) => list.map(({ id }) => id);

  it.each([
    ['a', { here: ['open', 'resolved'], elsewhere: ['other'] }],
    ['b', { here: ['other'], elsewhere: ['open', 'resolved'] }],
    [undefined, { here: [], elsewhere: ['open', 'other', 'resolved'] }]
  ])('sorts threads as seen from cell %s', (active, expected) => {
    const groups = groupThreads(threads, active, id => id !== 'x');
    expect(ids(groups.here)).toEqual(expected.here);
    expect(ids(groups.elsewhere)).toEqual(expected.elsewhere);
    expect(ids(groups.notebook)).toEqual(['notebook']);
    expect(ids(groups.orphaned)).toEqual(['gone']);
  });
});
