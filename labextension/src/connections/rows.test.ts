import { connection } from '../testing/connections';
import type { ICatalog, ISchemas } from './catalogs';
import { MAX_SHOWN, treeRows, type ICatalogs } from './rows';

describe('The tree', () => {
  const level = { isKnown: true, isLoading: false, problem: null };
  const shop = connection('shop');
  const catalog = (changes: Partial<ICatalog> = {}): ICatalog => ({
    relations: [
      { name: 'orders', columns: ['id', 'amount'] },
      { name: 'people', columns: ['id', 'name'] }
    ],
    totalCount: 2,
    isKnown: true,
    isLoading: false,
    problem: null,
    ...changes
  });
  /** What is known: the same in every schema. */
  const known = (
    found: ICatalog,
    names: readonly string[] = [],
    changes: Partial<ICatalogs> = {}
  ): ICatalogs => ({
    catalogOf: () => found,
    schemasOf: () => ({ ...level, names }),
    typesOf: () => ({ ...level, byColumn: new Map([['id', 'integer']]) }),
    hitsOf: () => null,
    ...changes
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
    expect(shown(catalog({ ...nothing, isKnown: false }), ['id-shop'])).toEqual(
      ['id-shop', 'loading']
    );
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
      '2 id-shop schema archive',
      '2 id-shop table orders',
      '2 id-shop table people'
    ]);
    expect(rows(['id-shop', 'id-shop schema archive']).slice(1, 4)).toEqual([
      '2 id-shop schema archive',
      '3 id-shop schema archive table orders',
      '3 id-shop schema archive table people'
    ]);
  });

  const NOTHING = { relations: [], totalCount: 0 };
  const UNSEEN = catalog({ ...NOTHING, isKnown: false });
  const schemas = (changes: Partial<ISchemas>): ISchemas => ({
    ...level,
    names: [],
    ...changes
  });
  const problem = new Error('closed');

  it.each<[string, ICatalog, ISchemas, string, readonly string[]]>([
    [
      'loading until both levels are known to be empty',
      catalog(NOTHING),
      schemas({ isLoading: true }),
      '',
      ['loading']
    ],
    [
      'only schemas where plain names mean nothing',
      catalog(NOTHING),
      schemas({ names: ['archive'] }),
      '',
      ['schema archive']
    ],
    [
      'the tables, and why there may be schemas that are not shown',
      catalog(),
      schemas({ problem }),
      '',
      ['problem', 'orders', 'people']
    ],
    [
      'one problem once',
      catalog({ ...NOTHING, problem }),
      schemas({ problem }),
      '',
      ['problem']
    ],
    [
      'a schema that is named so, and that the others were not searched',
      catalog(),
      schemas({ names: ['archive', 'other'] }),
      'arch',
      ['schema archive', 'closed 2']
    ],
    [
      'no word about schemas that were looked into',
      catalog(),
      schemas({ names: ['seen'] }),
      'zzz',
      ['nothing']
    ],
    [
      'that nothing is named so in what was looked into',
      catalog(),
      schemas({ names: ['archive'] }),
      'zzz',
      ['nothing', 'closed 1']
    ],
    [
      'what is found in a schema, opened',
      catalog(),
      schemas({ names: ['seen'] }),
      'people',
      ['schema seen', 'people', 'people']
    ]
  ])('shows %s', (_what, plain, found, search, expected) => {
    const catalogs = known(plain, [], {
      schemasOf: () => found,
      catalogOf: (_id, schema) =>
        schema === null ? plain : schema === 'seen' ? catalog() : UNSEEN
    });
    const rows = treeRows([shop], catalogs, new Set(['id-shop']), search);
    expect(
      rows.slice(1).map(row => {
        switch (row.type) {
          case 'note':
            return row.note === 'closed' ? `closed ${row.count}` : row.note;
          case 'schema':
            return `schema ${row.schema}`;
          case 'relation':
            return row.relation.name;
          default:
            return row.type;
        }
      })
    ).toEqual(expected);
  });

  it('has the types of the columns that were looked at, and says when they cannot be had', () => {
    const open = new Set(['id-shop', 'id-shop table orders']);
    const typed = treeRows([shop], known(catalog()), open, '').filter(
      row => row.type === 'column'
    );
    expect(typed.map(({ name, dataType }) => [name, dataType])).toEqual([
      ['id', 'integer'],
      ['amount', null]
    ]);
    const failing = known(catalog(), [], {
      typesOf: () => ({ ...level, byColumn: new Map(), problem })
    });
    expect(treeRows([shop], failing, open, '')[4]).toMatchObject({
      note: 'problem',
      relation: 'orders',
      level: 3
    });
  });

  it('shows what the server found where only a part of the tables is here', () => {
    const part = catalog({ totalCount: 9000 });
    const find = (changes: Partial<ICatalogs>): readonly string[] =>
      treeRows(
        [shop],
        known(part, [], changes),
        new Set(['id-shop']),
        'Far'
      ).map(row => (row.type === 'note' ? row.note : row.key));
    expect(find({})).toEqual(['id-shop', 'loading']);
    const hits = {
      relations: [{ name: 'far_away', columns: [] }],
      totalCount: 3
    };
    expect(find({ hitsOf: () => hits })).toEqual([
      'id-shop',
      'id-shop table far_away',
      'more'
    ]);
  });
});
