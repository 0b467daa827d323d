import { SeptRefusal, SeptUnreachable } from '../api/errors';
import { fixture } from '../testing/connections';
import { settled } from '../testing/team';
import { Catalogs } from './catalogs';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('Catalogs', () => {
  function catalogs() {
    const { api } = fixture();
    return { api, known: new Catalogs(api.api, () => undefined) };
  }

  it('are looked into level by level, once, and at all again when asked to', async () => {
    const { api, known } = catalogs();
    for (let times = 0; times < 2; times++) {
      known.look('id', null);
      known.look('id', 'archive');
      known.lookAt({ connectionId: 'id', schema: 'archive', name: 'orders' });
      await settled();
    }
    expect(known.schemasOf('id').names).toEqual(['archive']);
    expect(known.catalogOf('id', 'archive').relations).toHaveLength(1);
    const place = { connectionId: 'id', schema: 'archive', name: 'orders' };
    expect([...known.typesOf(place).byColumn]).toEqual([['id', 'integer']]);
    const counts = (): readonly number[] =>
      ['CatalogOf', 'SchemasOf', 'ColumnsOf'].map(name => api.countOf(name));
    expect(counts()).toEqual([2, 1, 1]);
    await known.refresh('id');
    expect(counts()).toEqual([4, 2, 1]);
    known.forget('id');
    expect(known.catalogOf('id', 'archive').isKnown).toBe(false);
    expect(known.typesOf(place).isKnown).toBe(false);
  });

  it('keep what was known when a database does not answer, and ask for what failed only', async () => {
    const { api, known } = catalogs();
    known.look('id', null);
    await settled();
    const { SchemasOf } = api.answers;
    api.answers.SchemasOf = () => {
      throw new SeptRefusal('UNAVAILABLE', 'It sleeps.');
    };
    await known.refresh('id');
    expect(known.schemasOf('id').names).toEqual(['archive']);
    expect(known.schemasOf('id').problem).toBeInstanceOf(SeptRefusal);
    api.answers.SchemasOf = SchemasOf;
    const before = api.countOf('CatalogOf');
    known.retry('id', null);
    await settled();
    expect(known.schemasOf('id').problem).toBeNull();
    expect(api.countOf('CatalogOf')).toBe(before);
  });

  it('have the server search where only a part is here, when the typing stops', async () => {
    const { api, known } = catalogs();
    api.answers.CatalogOf = ({ search }: { search?: string }) => ({
      catalogRelations: {
        totalCount: search ? 1 : 9000,
        relations: [{ name: search ?? 'orders', columns: [] }]
      }
    });
    known.look('id', null);
    await settled();
    known.seek('fa');
    known.seek('far');
    await jest.advanceTimersByTimeAsync(1000);
    expect(known.hitsOf('id', null, 'fa')).toBeNull();
    expect(known.hitsOf('id', null, 'far')?.relations).toEqual([
      { name: 'far', columns: [] }
    ]);
    expect(api.countOf('CatalogOf')).toBe(2);
  });

  it('let no answer count that comes after a newer question, or after the connection was changed', async () => {
    const { api, known } = catalogs();
    const waiting: Array<(name: string) => void> = [];
    api.answers.CatalogOf = () =>
      new Promise(resolve =>
        waiting.push(name =>
          resolve({
            catalogRelations: {
              totalCount: 1,
              relations: [{ name, columns: [] }]
            }
          })
        )
      );
    known.relationsOf('id');
    void known.refresh('id');
    waiting[1]('new');
    await settled();
    waiting[0]('old');
    await settled();
    expect(known.catalogOf('id').relations[0].name).toBe('new');
    void known.refresh('id');
    known.forget('id');
    waiting[2]('of another database');
    await settled();
    expect(known.catalogOf('id').isKnown).toBe(false);
  });

  it('are asked for again when the server is back, and renewed while they are used', async () => {
    const { api, known } = catalogs();
    const { CatalogOf } = api.answers;
    api.answers.CatalogOf = () => {
      throw new SeptUnreachable('gone');
    };
    known.look('id', 'archive');
    await settled();
    api.answers.CatalogOf = CatalogOf;
    known.resume();
    await settled();
    expect(known.catalogOf('id', 'archive')).toMatchObject({
      isKnown: true,
      problem: null
    });
    const asked = (): number => api.countOf('CatalogOf');
    const before = asked();
    jest.setSystemTime(Date.now() + 5 * 60_000);
    known.relationsOf('id', 'archive');
    expect(asked()).toBe(before);
    jest.setSystemTime(Date.now() + 5 * 60_000);
    known.relationsOf('id', 'archive');
    known.relationsOf('id', 'archive');
    expect(asked()).toBe(before + 1);
    expect(api.asked[api.asked.length - 1].variables).toMatchObject({
      isRefreshed: true
    });
    // A server that began anew knows nothing.
    jest.setSystemTime(Date.now() + 60_000);
    known.resume();
    known.relationsOf('id', 'archive');
    expect(asked()).toBe(before + 2);
  });
});
