import { complete, type IFacts } from './completion';
import { dialectOfUrl, languageName } from './dialects';
import { isInExpression, sqlCell } from './magic';

describe('sqlCell', () => {
  it.each([
    ['%%sql\nSELECT 1', null, null, 6],
    ['%%sql big << --connection shop\nSELECT 1', 'shop', 'big', 31],
    ['%%sql -c shop --limit 5\nSELECT 1', 'shop', null, 24],
    ['%%sql --connection="my shop" SELECT 1', 'my shop', null, 28],
    ['\n\n%%sql --pull\nSELECT 1', null, null, 15],
    ['%%sql SELECT 1', null, null, 5],
    ['%%sql', null, null, 5],
    ['%%sql --connection', null, null, 18]
  ])('reads %j', (source, connection, result, sqlStart) => {
    expect(sqlCell(source)).toMatchObject({ connection, result, sqlStart });
  });

  it.each(['x = 1', '%sql SELECT 1', '%%sqlx', ' x\n%%sql', '# %%sql\n'])(
    'is null for %j',
    source => {
      expect(sqlCell(source)).toBeNull();
    }
  );

  it('takes a dialect', () => {
    expect(sqlCell('%%sql --dialect mysql\n')?.dialect).toBe('mysql');
  });
});

it.each(['a {{ b }} c', 'a {% b %} c'])(
  'knows where Python stands: %s',
  text => {
    expect(isInExpression(text, 5)).toBe(true);
    expect(isInExpression(text, 10)).toBe(false);
  }
);

it('shows a dialect in the nearest language of the editor', () => {
  expect(languageName('postgres')).toBe('PostgreSQL');
  expect(languageName('snowflake')).toBe('SQL');
  expect(dialectOfUrl('postgresql+psycopg://x')).toBe('postgres');
  expect(dialectOfUrl('sqlite:///shop.db')).toBe('sqlite');
  expect(dialectOfUrl('mssql://x')).toBe('tsql');
  expect(dialectOfUrl('shop')).toBeNull();
});

const FACTS: IFacts = {
  relations: [
    { name: 'orders', columns: ['id', 'amount', 'Total'] },
    { name: 'customers', columns: ['id', 'family_name'] },
    { name: 'Odd "one"', columns: ['x'] }
  ],
  schemas: [
    {
      name: 'archive',
      relations: [
        { name: 'orders', columns: ['order_id', 'closed_on'] },
        { name: 'Old Ones', columns: ['x'] }
      ]
    },
    { name: 'Odd Schema', relations: [] }
  ],
  frames: [
    { name: 'df', columns: ['price', 'when'] },
    { name: 'orders', columns: ['hidden'] }
  ],
  connections: ['shop', 'warehouse']
};

/** The labels offered at the bar in a cell. */
function at(text: string, head = '%%sql --connection shop\n'): string[] {
  const source = head + text.replace('|', '');
  const offset = head.length + text.indexOf('|');
  return (complete(source, offset, FACTS)?.items ?? []).map(
    ({ insertText }) => insertText
  );
}

describe('Completion', () => {
  it('offers tables where a table stands', () => {
    expect(at('SELECT * FROM |')).toEqual([
      'orders',
      'customers',
      '"Odd ""one"""',
      'df',
      'orders',
      'archive',
      '"Odd Schema"'
    ]);
    expect(at('SELECT * FROM cust|')).toEqual(['customers']);
    expect(at('SELECT * FROM orders JOIN c|')[0]).toBe('customers');
    expect(at('SELECT * FROM orders o, c|')[0]).toBe('customers');
  });

  it('offers the columns of the tables that the statement names, first', () => {
    expect(at('SELECT am| FROM orders')).toEqual(['amount']);
    expect(at('SELECT | FROM orders').slice(0, 3)).toEqual([
      'id',
      'amount',
      '"Total"'
    ]);
    expect(at('SELECT fam| FROM orders')).toEqual([]);
    expect(at('SELECT a FROM x; SELECT am|; SELECT b FROM orders')).toEqual([]);
  });

  it('offers the columns of what stands before the dot', () => {
    expect(at('SELECT c.| FROM customers c JOIN orders o ON 1')).toEqual([
      'id',
      'family_name'
    ]);
    expect(at('SELECT orders.| FROM orders')).toContain('amount');
    expect(at('SELECT o.a| FROM customers c, orders AS o')).toEqual([
      'amount',
      '"Total"'
    ]);
    expect(at('SELECT z.| FROM customers c')).toEqual([]);
  });

  it('offers the columns of dataframes, unless a table has the name', () => {
    expect(at('SELECT pr| FROM df')).toEqual(['price']);
    expect(at('SELECT d.| FROM df d', '%%sql\n')).toEqual(['price', 'when']);
    expect(at('SELECT hid| FROM orders')).toEqual([]);
  });

  it('offers what is in another schema behind its name, and the columns of its tables', () => {
    expect(at('SELECT * FROM archive.|')).toEqual(['orders', '"Old Ones"']);
    expect(at('SELECT * FROM orders JOIN "archive" . o|')).toEqual([
      'orders',
      '"Old Ones"'
    ]);
    expect(at('SELECT * FROM public.c|')).toEqual(['customers']);
    expect(at('SELECT * FROM nowhere.|')).toEqual([]);
    const own = ['order_id', 'closed_on'];
    expect(at('SELECT o.| FROM archive.orders o')).toEqual(own);
    expect(at('SELECT archive.orders.| FROM archive.orders')).toEqual(own);
    expect(at('SELECT orders.| FROM archive.orders')).toEqual(own);
    expect(at('SELECT clo| FROM archive.orders')).toEqual(['closed_on']);
    expect(at('SELECT a.| FROM archive.orders a JOIN orders b ON 1')).toEqual(
      own
    );
    expect(at('SELECT o.| FROM nowhere.orders o')).toEqual([]);
  });

  it.each([
    [
      'WITH r AS (SELECT id AS rid, o.amount, count(*) n FROM orders o) SELECT r.| FROM r',
      'rid amount n'
    ],
    ['WITH r (a, "B c") AS (SELECT 1, 2) SELECT x.| FROM r x', 'a "B c"'],
    [
      'WITH r AS (SELECT * FROM customers), s AS (SELECT *, 1 AS one FROM r) SELECT s.| FROM s',
      'id family_name one'
    ],
    [
      'WITH r AS (SELECT c.*, o.id AS oid FROM orders o, customers c) SELECT r.| FROM r',
      'id family_name oid'
    ],
    [
      'SELECT t.| FROM (SELECT sum(amount) AS total, CASE WHEN id > 1 THEN 2 END FROM orders) t',
      'total'
    ],
    [
      'SELECT t.| FROM orders JOIN (SELECT DISTINCT id FROM (SELECT 1) u) AS t ON 1',
      'id'
    ],
    ['WITH orders AS (SELECT 1 AS mine) SELECT orders.| FROM orders', 'mine'],
    ['WITH r AS (SELECT ', '']
  ])('knows the columns of queries with a name: %s', (text, expected) => {
    const found = at(text.includes('|') ? text : `${text}|`);
    const wanted = expected === '' ? [] : expected.match(/"[^"]+"|\w+/g);
    expect(text.includes('|') ? found : []).toEqual(wanted);
  });

  it('offers aliases where an expression stands', () => {
    expect(at('SELECT ord| FROM customers ord_1')).toContain('ord_1');
  });

  it('offers CTEs, by their names', () => {
    const text =
      'WITH big AS (SELECT 1), small (a) AS (SELECT 2) SELECT * FROM |';
    expect(at(text).slice(0, 2)).toEqual(['big', 'small']);
  });

  it('writes keywords as the person does', () => {
    expect(at('sel|')[0]).toBe('select');
    expect(at('SEL|')[0]).toBe('SELECT');
  });

  it('is silent in strings, comments and Python', () => {
    expect(at("SELECT 'or|'")).toEqual([]);
    expect(at('SELECT 1 -- or|')).toEqual([]);
    expect(at('SELECT {{ or| }}')).toEqual([]);
    expect(complete('x = or', 6, FACTS)).toBeNull();
  });

  it('completes the magic’s own line', () => {
    expect(at('|', '%%sql --connection ')).toEqual(['shop', 'warehouse']);
    expect(at('wa|', '%%sql -c ')).toEqual(['warehouse']);
    expect(at('--con|', '%%sql ')).toEqual(['--connection']);
    expect(at('|\nSELECT 1', '%%sql --connection ')).toContain('shop');
    expect(at('-|', '%%sql big << ')).toContain('--pull');
    expect(at('--|\nSELECT 1', '%%sql ')).toContain('--connection');
    expect(at('|', '%%sql --as ')).toEqual(['pandas', 'polars', 'arrow']);
    expect(at('po|', '%%sql --dialect=')).toEqual(['postgres']);
    expect(at('|', '%%sql --limit ')).toEqual([]);
  });

  it('answers within a few milliseconds in a large database and a long text', () => {
    const relations = Array.from({ length: 5000 }, (_, index) => ({
      name: `table_${index}`,
      columns: ['id', 'name', 'amount', 'at', 'who']
    }));
    const sql = Array.from(
      { length: 300 },
      (_, index) => `SELECT a, b FROM table_${index} WHERE x = 'y'`
    ).join('\nUNION ALL\n');
    const source = `%%sql\n${sql}\nUNION ALL SELECT am`;
    const start = performance.now();
    const times = 10;
    for (let time = 0; time < times; time++) {
      complete(source, source.length, { ...FACTS, relations });
    }
    expect((performance.now() - start) / times).toBeLessThan(50);
  });

  it('answers soon whatever brackets stand in the text', () => {
    const nested = `${'SELECT * FROM ('.repeat(60)}SELECT 1${') t'.repeat(60)}`;
    const open = `${'WITH a AS (SELECT * FROM ('.repeat(200)} x`;
    for (const text of [nested, open, '('.repeat(20_000)]) {
      const source = `%%sql\n${text} SELECT t.`;
      const start = performance.now();
      complete(source, source.length, FACTS);
      expect(performance.now() - start).toBeLessThan(250);
    }
  });
});
