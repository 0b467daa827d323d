import { SeptRefusal, SeptUnreachable } from '../api/errors';
import type { ConnectionFields } from '../api/generated';
import { FakeApi, settled } from '../testing/team';
import {
  draftOf,
  missingIn,
  newDraft,
  parameterOf,
  withParameter
} from './draft';
import { ConnectionsModel, type ICatalog, type Kind } from './model';
import { MAX_SHOWN, treeRows } from './rows';

const KIND: Kind = {
  kind: 'sqlite',
  title: 'SQLite',
  dialect: 'sqlite',
  hasSecret: true,
  extra: null,
  fields: [
    { name: 'path', label: 'File', isRequired: true, placeholder: '' },
    { name: 'mode', label: 'Mode', isRequired: false, placeholder: '' }
  ]
};

function connection(
  name: string,
  changes: Partial<ConnectionFields> = {}
): ConnectionFields {
  return {
    id: `id-${name}`,
    name,
    kind: 'sqlite',
    dialect: 'sqlite',
    parameters: [{ name: 'path', value: 'shop.db' }],
    hasSecret: true,
    minimumRole: 'ADMIN',
    canUse: true,
    isReadOnly: true,
    ...changes
  };
}

function fixture() {
  const api = new FakeApi({
    Connections: () => ({
      connectionKinds: [KIND],
      workspaces: [
        { id: 'w1', role: 'ADMIN', connections: [connection('shop')] },
        {
          id: 'w2',
          role: 'VIEWER',
          connections: [
            connection('shop', { id: 'other' }),
            connection('closed', { canUse: false })
          ]
        }
      ]
    }),
    CatalogOf: () => ({
      catalogRelations: {
        totalCount: 1,
        at: '',
        relations: [{ name: 'orders', columns: ['id'] }]
      }
    }),
    SchemasOf: () => ({ catalogSchemas: ['archive'] }),
    TryConnection: () => ({
      testConnection: { isWorking: true, message: 'Connected.', elapsedMs: 1 }
    }),
    AddConnection: ({ input }: { input: { id: string } }) => ({
      createConnection: { id: input.id }
    }),
    ChangeConnection: () => ({}),
    RemoveConnection: () => ({})
  });
  return { api, model: new ConnectionsModel(api.api) };
}

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
});

describe('The tree', () => {
  const shop = connection('shop');
  const catalog = (changes: Partial<ICatalog> = {}): ICatalog => ({
    relations: [
      { name: 'orders', columns: ['id', 'amount'] },
      { name: 'people', columns: ['id', 'name'] }
    ],
    totalCount: 2,
    isLoading: false,
    problem: null,
    ...changes
  });
  const known = (found: ICatalog, schemas: readonly string[] = []) => ({
    catalogOf: () => found,
    schemasOf: () => schemas
  });
  const shown = (
    found: ICatalog,
    open: readonly string[],
    search = ''
  ): readonly string[] =>
    treeRows([shop], known(found), new Set(open), search).map(row =>
      row.type === 'note' ? row.note : row.key.split(' ').pop()!
    );

  it('opens level by level', () => {
    expect(shown(catalog(), [])).toEqual(['id-shop']);
    expect(shown(catalog(), ['id-shop'])).toEqual([
      'id-shop',
      'orders',
      'people'
    ]);
    expect(shown(catalog(), ['id-shop', 'id-shop table orders'])).toEqual([
      'id-shop',
      'orders',
      'id',
      'amount',
      'people'
    ]);
  });

  it('shows what matches: tables by name, and by their columns', () => {
    expect(shown(catalog(), ['id-shop'], 'ORD')).toEqual(['id-shop', 'orders']);
    expect(shown(catalog(), ['id-shop'], 'amo')).toEqual([
      'id-shop',
      'orders',
      'amount'
    ]);
    expect(shown(catalog(), ['id-shop'], 'zzz')).toEqual([
      'id-shop',
      'nothing'
    ]);
  });

  it('says when there is nothing to show yet, and why', () => {
    const nothing = { relations: [], totalCount: 0 };
    expect(shown(catalog(nothing), ['id-shop'])).toEqual(['id-shop', 'empty']);
    expect(
      shown(catalog({ ...nothing, isLoading: true }), ['id-shop'])
    ).toEqual(['id-shop', 'loading']);
    expect(shown(catalog({ ...nothing, problem: 'x' }), ['id-shop'])).toEqual([
      'id-shop',
      'problem'
    ]);
    const many = Array.from({ length: MAX_SHOWN + 5 }, (_, index) => ({
      name: `t${index}`,
      columns: []
    }));
    const rows = treeRows(
      [shop],
      known(catalog({ relations: many, totalCount: 6000 })),
      new Set(['id-shop']),
      ''
    );
    expect(rows[rows.length - 1]).toMatchObject({
      note: 'more',
      count: 6000 - MAX_SHOWN
    });
  });

  it('has a level for schemas where the database shows them', () => {
    const rows = (open: readonly string[]): readonly string[] =>
      treeRows([shop], known(catalog(), ['archive']), new Set(open), '').map(
        ({ key, level }) => `${level} ${key}`
      );
    expect(rows(['id-shop'])).toEqual([
      '1 id-shop',
      '2 id-shop table orders',
      '2 id-shop table people',
      '2 id-shop schema archive'
    ]);
    expect(rows(['id-shop', 'id-shop schema archive']).slice(3)).toEqual([
      '2 id-shop schema archive',
      '3 id-shop schema archive table orders',
      '3 id-shop schema archive table people'
    ]);
  });
});

it('looks into schemas when they are opened, and at all again when asked to', async () => {
  const { api, model } = fixture();
  await model.load();
  const shop = model.byId('id-shop')!;
  model.look(shop, null);
  await settled();
  expect(model.schemasOf('id-shop')).toEqual(['archive']);
  model.look(shop, 'archive');
  model.look(shop, 'archive');
  await settled();
  expect(model.catalogOf('id-shop', 'archive').relations).toHaveLength(1);
  expect(api.countOf('CatalogOf')).toBe(2);
  await model.refresh('id-shop');
  expect(api.countOf('CatalogOf')).toBe(4);
  expect(api.countOf('SchemasOf')).toBe(2);
});
