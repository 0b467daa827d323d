import { SeptRefusal, SeptUnreachable } from '../api/errors';
import type { SaveVersionInput } from '../api/generated';
import { FakeApi, FakeSession, settled, version } from '../testing/team';
import {
  VersionsModel,
  diffLines,
  foldUnchanged,
  type IDiffLine
} from './model';

const DIFF = { unchangedCount: 3, changes: [] };

async function fixture() {
  const api = new FakeApi({
    ProjectVersions: () => ({ project: { versions: [version(1)] } }),
    SaveVersion: () => ({}),
    VersionDiff: () => ({ versionDiff: DIFF }),
    RestoreVersion: () => ({ restoreVersion: { before: { seq: 7 } } })
  });
  const session = new FakeSession();
  const model = new VersionsModel(api.api, session.session);
  await settled();
  return { api, session, model };
}

describe('VersionsModel', () => {
  it('saves the document before it keeps the file as a version', async () => {
    const { api, session, model } = await fixture();
    const order: string[] = [];
    api.answers.SaveVersion = () => {
      order.push(...session.done, 'version');
    };
    await model.save('Clean');
    expect(order).toEqual(['save', 'version']);
  });

  it('sends the same id again after an answer that was lost, and a new one after success', async () => {
    const { api, model } = await fixture();
    const save = api.answers.SaveVersion;
    api.answers.SaveVersion = () => {
      throw new SeptUnreachable('lost');
    };
    await expect(model.save('Clean')).rejects.toThrow('lost');
    api.answers.SaveVersion = save;
    await model.save('Clean');
    await model.save('Clean');
    const ids = api
      .inputs<SaveVersionInput>('SaveVersion')
      .map(input => input.id);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  it.each([
    [true, ['save']],
    [false, []]
  ])(
    'compares with what is seen (unsaved edits: %s)',
    async (isDirty, expected) => {
      const { session, model } = await fixture();
      session.isDirty = isDirty;
      await model.compare(version(1));
      expect(session.done).toEqual(expected);
      expect(model).toMatchObject({ compared: version(1), diff: DIFF });
      model.closeComparison();
      expect(model).toMatchObject({ compared: null, diff: null });
    }
  );

  it('goes back to the list when a comparison fails, and says why', async () => {
    const { api, model } = await fixture();
    api.answers.VersionDiff = () => {
      throw new SeptRefusal('NOT_FOUND', 'There is no such version.');
    };
    await model.compare(version(1));
    expect(model.compared).toBeNull();
    expect(model.problem).toBeInstanceOf(SeptRefusal);
  });

  it('shows the comparison that was asked for last', async () => {
    const { api, model } = await fixture();
    const answers: Array<(diff: unknown) => void> = [];
    api.answers.VersionDiff = () =>
      new Promise(resolve => {
        answers.push(diff => resolve({ versionDiff: diff }));
      });
    void model.compare(version(1));
    void model.compare(version(2));
    await settled();
    answers[1]('second');
    answers[0]('first');
    await settled();
    expect(model).toMatchObject({ compared: version(2), diff: 'second' });
  });

  it('restores over a saved document, reads the file again, and names the version before', async () => {
    const { session, model } = await fixture();
    session.isDirty = true;
    expect(await model.restore(version(1))).toBe(7);
    expect(session.done).toEqual(['save', 'revert']);
    expect(model.compared).toBeNull();
  });

  it('leaves the document alone when the server refuses to restore', async () => {
    const { api, session, model } = await fixture();
    api.answers.RestoreVersion = () => {
      throw new SeptRefusal('CONFLICT', 'The file changed meanwhile.');
    };
    await expect(model.restore(version(1))).rejects.toThrow('meanwhile');
    expect(session.done).toEqual([]);
  });
});

const texts = (lines: readonly IDiffLine[]) =>
  lines.map(({ mark, text }) => mark + text);

describe('diffLines', () => {
  it.each([
    ['a\nb', 'a\nb', [' a', ' b']],
    ['a\nb\nc', 'a\nc', [' a', '-b', ' c']],
    ['a\nc', 'a\nb\nc', [' a', '+b', ' c']],
    ['a', 'b', ['-a', '+b']],
    ['a\nb\nc\nd', 'b\nx\nd', ['-a', ' b', '-c', '+x', ' d']],
    [null, 'a\nb', ['+a', '+b']],
    ['a\nb', null, ['-a', '-b']],
    ['', 'a', ['-', '+a']],
    [null, null, []]
  ])('compares %j with %j', (before, after, expected) => {
    expect(texts(diffLines(before, after))).toEqual(expected);
  });

  it('loses no line of either side', () => {
    const before = 'a b c a b b a'.replace(/ /g, '\n');
    const after = 'c b a b a c'.replace(/ /g, '\n');
    const lines = diffLines(before, after);
    const side = (mark: string) =>
      lines
        .filter(line => line.mark === ' ' || line.mark === mark)
        .map(({ text }) => text)
        .join('\n');
    expect(side('-')).toBe(before);
    expect(side('+')).toBe(after);
  });

  it('does not compare very long texts line by line', () => {
    const long = Array.from({ length: 500 }, (_, n) => `line ${n}`).join('\n');
    const lines = diffLines(long, long + '\nmore');
    expect(lines).toHaveLength(1001);
    expect(lines.some(({ mark }) => mark === ' ')).toBe(false);
  });
});

describe('foldUnchanged', () => {
  const lines = (marks: string): readonly IDiffLine[] =>
    Array.from(marks, mark => ({ mark: mark as IDiffLine['mark'], text: '' }));
  const shape = (marks: string) =>
    foldUnchanged(lines(marks), 1)
      .map(part => ('folded' in part ? `(${part.folded})` : part.mark))
      .join('');

  it.each([
    ['', ''],
    ['+-', '+-'],
    ['    +    ', '(3) + (3)'],
    ['+ -', '+ -'],
    ['+   -', '+   -'],
    ['+    -', '+ (2) -'],
    ['    ', '(4)']
  ])('shows "%s" as "%s"', (marks, expected) => {
    expect(shape(marks)).toBe(expected);
  });
});
