import { SeptRefusal, SeptUnreachable } from '../api/errors';
import { connection, fixture, KIND } from '../testing/connections';
import { settled } from '../testing/team';
import {
  draftOf,
  missingIn,
  newDraft,
  parameterOf,
  withParameter
} from './draft';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('A draft', () => {
  it('of a stored connection has everything but the secret', () => {
    const draft = draftOf(connection('shop'));
    expect(draft).toMatchObject({ secret: '', minimumRole: 'ADMIN' });
    expect(parameterOf(draft, 'path')).toBe('shop.db');
    expect(withParameter(draft, 'path', '').parameters).toEqual([]);
  });

  it('says what is missing', () => {
    const draft = newDraft('sqlite');
    expect(missingIn(draft, KIND)).toEqual(['name', 'path']);
    const filled = { ...withParameter(draft, 'path', 'x'), name: '1 a' };
    expect(missingIn(filled, KIND)).toEqual(['name']);
    expect(missingIn({ ...filled, name: 'a-1' }, KIND)).toEqual([]);
  });
});

describe('ConnectionsModel', () => {
  it('asks nothing until it is first asked, and answers at once', async () => {
    const { api, model } = fixture();
    api.say({ kind: 'CONNECTION_CHANGED', subjectId: 'x' });
    api.resumed.emit();
    expect(api.asked).toEqual([]);
    expect(model.named('shop')).toBeUndefined();
    await settled();
    expect(model.named('shop')?.id).toBe('id-shop');
    model.preferred = 'w2';
    expect(model.named('shop')?.id).toBe('other');
    expect(model.named('closed')).toBeUndefined();
  });

  it('fetches a catalog once, in the background, and again after a change', async () => {
    const { api, model } = fixture();
    await model.load();
    model.start();
    const shop = model.byId('id-shop')!;
    expect(model.relationsOf(shop)).toEqual([]);
    await settled();
    expect(model.relationsOf(shop)).toHaveLength(1);
    expect(api.countOf('CatalogOf')).toBe(1);
    api.say({ kind: 'CONNECTION_CHANGED', subjectId: 'id-shop' });
    await settled();
    model.relationsOf(shop);
    expect(api.countOf('CatalogOf')).toBe(2);
  });

  it('does not pester a database that does not answer', async () => {
    const { api, model } = fixture();
    api.answers.CatalogOf = () => {
      throw new SeptRefusal('UNAVAILABLE', 'It sleeps.');
    };
    await model.load();
    const shop = model.byId('id-shop')!;
    for (let times = 0; times < 5; times++) {
      model.relationsOf(shop);
      await settled();
    }
    expect(api.countOf('CatalogOf')).toBe(1);
    jest.setSystemTime(Date.now() + 60_000);
    model.relationsOf(shop);
    expect(api.countOf('CatalogOf')).toBe(2);
  });

  it('keeps the stored secret unless one is typed or it is removed', async () => {
    const { api, model } = fixture();
    await model.load();
    const draft = draftOf(model.byId('id-shop')!);
    await model.save(draft, 'w1');
    await model.save({ ...draft, isSecretRemoved: true }, 'w1');
    await model.save({ ...draft, isSecretRemoved: true, secret: 's' }, 'w1');
    expect(
      api
        .inputs<{ secret: string; isSecretRemoved: boolean }>(
          'ChangeConnection'
        )
        .map(input => [input.secret, input.isSecretRemoved])
    ).toEqual([
      [null, false],
      [null, true],
      ['s', false]
    ]);
  });

  it('tries drafts with the stored secret, and stored ones as they stand', async () => {
    const { api, model } = fixture();
    await model.load();
    await model.tryStored('id-shop');
    expect(model.trials.get('id-shop')).toMatchObject({ isWorking: true });
    await model.tryDraft(draftOf(model.byId('id-shop')!), 'w1');
    await model.tryDraft(newDraft('sqlite'), 'w1');
    expect(api.inputs('TryConnection')).toEqual([
      { connectionId: 'id-shop' },
      {
        connectionId: 'id-shop',
        parameters: [{ name: 'path', value: 'shop.db' }],
        secret: null
      },
      { workspaceId: 'w1', kind: 'sqlite', parameters: [], secret: null }
    ]);
    api.answers.TryConnection = () => {
      throw new SeptUnreachable('gone');
    };
    await model.tryStored('id-shop');
    expect(model.trials.get('id-shop')?.message).toBe('gone');
    await model.save(newDraft('sqlite'), 'w1');
    await model.remove('id-shop');
    expect(model.trials.size).toBe(0);
  });

  it('keeps what is shown while the server is away, and recovers by itself', async () => {
    const { api, model } = fixture();
    await model.load();
    const { Connections } = api.answers;
    api.answers.Connections = () => {
      throw new SeptUnreachable('gone');
    };
    await model.load();
    expect(model.problem).toBeInstanceOf(SeptUnreachable);
    expect(model.of('w1')).toHaveLength(1);
    api.answers.Connections = Connections;
    await jest.advanceTimersByTimeAsync(5000);
    expect(model.problem).toBeNull();
  });

  it('has fetched what is there when an event had it fetched anew meanwhile', async () => {
    const { api, model } = fixture();
    const { Connections } = api.answers;
    const late: (() => void)[] = [];
    api.answers.Connections = async variables => {
      await new Promise<void>(resolve => late.push(resolve));
      return Connections(variables);
    };
    let isDone = false;
    const first = model.load().then(() => (isDone = true));
    const second = model.load();
    late[0]();
    await jest.advanceTimersByTimeAsync(0);
    expect(isDone).toBe(false);
    late[1]();
    await Promise.all([first, second]);
    expect(model.of('w1')).toHaveLength(1);
  });
});
