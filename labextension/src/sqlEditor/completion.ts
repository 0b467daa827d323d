import type { IRelation } from '../tokens';
import { OPTIONS, isInExpression, sqlCell } from './magic';

export type ItemType =
  'column' | 'table' | 'cte' | 'frame' | 'keyword' | 'connection' | 'option';

export interface IItem {
  readonly label: string;
  readonly insertText: string;
  readonly type: ItemType;
  /** Where it comes from. */
  readonly detail: string;
}

/** What can be offered; all of it is at hand, nothing is waited for. */
export interface IFacts {
  readonly relations: readonly IRelation[];
  /** What may be a dataframe: of cells above, and of the kernel; without columns where these are not known. */
  readonly frames: readonly IRelation[];
  readonly connections: readonly string[];
}

export interface ICompletions {
  /** Offset of the word that is completed. */
  readonly start: number;
  readonly end: number;
  readonly items: readonly IItem[];
}

const KEYWORDS: readonly string[] = (
  'SELECT FROM WHERE GROUP BY ORDER HAVING LIMIT OFFSET JOIN LEFT RIGHT INNER FULL OUTER CROSS ON USING AS AND OR NOT ' +
  'IN IS NULL LIKE ILIKE BETWEEN EXISTS CASE WHEN THEN ELSE END DISTINCT UNION ALL EXCEPT INTERSECT WITH RECURSIVE ' +
  'INSERT INTO VALUES UPDATE SET DELETE CREATE TABLE VIEW DROP ALTER OVER PARTITION ROWS ASC DESC NULLS FIRST LAST ' +
  'COUNT SUM AVG MIN MAX COALESCE CAST EXTRACT DATE_TRUNC TRUE FALSE'
).split(' ');

const WORD = /[\p{L}_][\p{L}\p{N}_$]*$/u;
const NAME = '"(?:[^"]|"")+"|`[^`]+`|[\\p{L}_][\\p{L}\\p{N}_$]*';
const QUALIFIER = new RegExp(`(${NAME})\\.$`, 'u');
const TABLE_PLACE =
  /\b(?:from|join|into|update|table|describe|only)\s+(?:(?:[\w".`]+(?:\s+(?:as\s+)?\w+)?\s*,\s*)*)$/i;
const IN_TEXT = new RegExp(
  `\\b(?:from|join|into|update)\\s+((?:${NAME})(?:\\s*\\.\\s*(?:${NAME}))*)(?:\\s+(?:as\\s+)?(${NAME}))?`,
  'giu'
);
const AFTER_COMMA = new RegExp(
  `,\\s*((?:${NAME})(?:\\.(?:${NAME}))*)(?:\\s+(?:as\\s+)?(${NAME}))?`,
  'giu'
);
const CTE = new RegExp(
  `(?:\\bwith\\s+(?:recursive\\s+)?|\\)\\s*,\\s*)(${NAME})\\s*(?:\\([^()]*\\)\\s*)?as\\s*(?:(?:not\\s+)?materialized\\s*)?\\(`,
  'giu'
);
const NOT_AN_ALIAS = new Set(
  'on using where join left right inner full outer cross natural group order having limit offset union except intersect set values returning window qualify when select and or as asof positional semi anti lateral tablesample'.split(
    ' '
  )
);

/** What may stand at an offset of a `%%sql` cell; null for a text that is none, and inside of `{{ }}`. */
export function complete(
  source: string,
  offset: number,
  facts: IFacts
): ICompletions | null {
  const cell = sqlCell(source);
  if (!cell || isInExpression(source, offset)) {
    return null;
  }
  if (offset <= cell.magicEnd) {
    return null;
  }
  if (
    offset < cell.sqlStart ||
    isMagicLine(source, offset, cell.magicEnd, cell.sqlStart)
  ) {
    return ofMagic(source, offset, facts);
  }
  const sql = blanked(source.slice(cell.sqlStart));
  const place = offset - cell.sqlStart;
  const before = sql.slice(0, place);
  if (isInText(before, source.slice(cell.sqlStart, offset))) {
    return null;
  }
  const word = WORD.exec(before)?.[0] ?? '';
  const start = offset - word.length;
  const head = before.slice(0, before.length - word.length);
  return { start, end: offset, items: offered(sql, head, place, word, facts) };
}

/** The magic's line while nothing stands below it yet. */
function isMagicLine(
  source: string,
  offset: number,
  magicEnd: number,
  sqlStart: number
): boolean {
  return (
    sqlStart >= source.length && !source.slice(magicEnd, offset).includes('\n')
  );
}

function ofMagic(
  source: string,
  offset: number,
  facts: IFacts
): ICompletions | null {
  const line = source.slice(source.lastIndexOf('\n', offset - 1) + 1, offset);
  const name = /(?:--connection|-c)(?:=|\s+)([\w-]*)$/.exec(line);
  if (name) {
    const items = facts.connections.map(label => item(label, 'connection', ''));
    return sifted(items, name[1], offset);
  }
  const option = /\s(-[\w-]*)?$/.exec(line);
  return option
    ? sifted(
        OPTIONS.map(label => item(label, 'option', '')),
        option[1] ?? '',
        offset
      )
    : null;
}

function sifted(
  items: readonly IItem[],
  word: string,
  offset: number
): ICompletions {
  return {
    start: offset - word.length,
    end: offset,
    items: fitting(items, word)
  };
}

function offered(
  sql: string,
  head: string,
  place: number,
  word: string,
  facts: IFacts
): readonly IItem[] {
  const statement = statementAround(sql, place);
  const ctes = [...statement.matchAll(CTE)].map(match => unquoted(match[1]));
  const qualifier = QUALIFIER.exec(head);
  if (qualifier) {
    const relation = meant(unquoted(qualifier[1]), statement, facts);
    return relation ? fitting(columnsOf(relation), word) : [];
  }
  const tables = [
    ...ctes.map(label => item(label, 'cte', 'WITH')),
    ...facts.relations.map(({ name }) => item(name, 'table', '')),
    ...facts.frames.map(({ name }) => item(name, 'frame', ''))
  ];
  if (TABLE_PLACE.test(head)) {
    return fitting(tables, word);
  }
  const columns = usedIn(statement, facts).flatMap(columnsOf);
  const keywords = KEYWORDS.map(label =>
    item(isLower(word) ? label.toLowerCase() : label, 'keyword', '')
  );
  return fitting(distinct([...columns, ...keywords, ...tables]), word);
}

/** Those that begin with the word, then those that hold it; all when there is none yet. */
function fitting(items: readonly IItem[], word: string): readonly IItem[] {
  const wanted = word.toLowerCase();
  if (wanted === '') {
    return items;
  }
  const begins = (one: IItem): boolean =>
    one.label.toLowerCase().startsWith(wanted);
  return [
    ...items.filter(begins),
    ...items.filter(
      one => !begins(one) && one.label.toLowerCase().includes(wanted)
    )
  ];
}

function isLower(word: string): boolean {
  return word !== '' && word === word.toLowerCase();
}

function columnsOf(relation: IRelation): readonly IItem[] {
  return relation.columns.map(name => item(name, 'column', relation.name));
}

/** The relation that a name before a dot stands for: a table's own, or an alias. */
function meant(
  name: string,
  statement: string,
  facts: IFacts
): IRelation | undefined {
  const byName = new Map(allOf(facts).map(one => [lower(one.name), one]));
  for (const [table, alias] of namedIn(statement)) {
    if (alias !== null && lower(alias) === lower(name)) {
      return byName.get(lower(table));
    }
  }
  return byName.get(lower(name));
}

/** The relations that the statement names. */
function usedIn(statement: string, facts: IFacts): readonly IRelation[] {
  const names = new Set([...namedIn(statement)].map(([table]) => lower(table)));
  return allOf(facts).filter(one => names.has(lower(one.name)));
}

/** Tables, and the frames that no table hides. */
function allOf({ relations, frames }: IFacts): readonly IRelation[] {
  const tables = new Set(relations.map(({ name }) => lower(name)));
  return [...relations, ...frames.filter(one => !tables.has(lower(one.name)))];
}

/** Tables of a statement with their aliases. */
function* namedIn(
  statement: string
): Generator<readonly [string, string | null]> {
  for (const pattern of [IN_TEXT, AFTER_COMMA]) {
    for (const match of statement.matchAll(pattern)) {
      const table = unquoted(match[1].split('.').pop()!.trim());
      const alias = match[2] === undefined ? null : unquoted(match[2]);
      yield [
        table,
        alias !== null && NOT_AN_ALIAS.has(lower(alias)) ? null : alias
      ];
    }
  }
}

function statementAround(sql: string, place: number): string {
  const start = sql.lastIndexOf(';', place - 1) + 1;
  const end = sql.indexOf(';', place);
  return sql.slice(start, end < 0 ? sql.length : end);
}

/** The text with comments and the insides of strings as spaces: everything else stays at its place. */
function blanked(sql: string): string {
  return sql.replace(
    /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*(?:'|$)/g,
    text => text.replace(/[^\n]/g, ' ')
  );
}

/** Whether the place before the cursor is in a comment or a string. */
function isInText(before: string, original: string): boolean {
  const last = original[original.length - 1];
  return (
    last !== undefined &&
    !/\s/.test(last) &&
    last !== "'" &&
    before[before.length - 1] === ' '
  );
}

function unquoted(name: string): string {
  return /^["`]/.test(name) ? name.slice(1, -1).replace(/""/g, '"') : name;
}

function item(label: string, type: ItemType, detail: string): IItem {
  const isPlain =
    type === 'keyword' ||
    type === 'connection' ||
    type === 'option' ||
    /^[\p{Ll}_][\p{Ll}\p{N}_]*$/u.test(label) ||
    /^[\p{Lu}_][\p{Lu}\p{N}_]*$/u.test(label);
  const insertText = isPlain ? label : `"${label.replace(/"/g, '""')}"`;
  return { label, insertText, type, detail };
}

function distinct(items: readonly IItem[]): readonly IItem[] {
  const seen = new Set<string>();
  return items.filter(one => {
    const key = `${one.type} ${one.label}`;
    return !seen.has(key) && seen.add(key);
  });
}

function lower(text: string): string {
  return text.toLowerCase();
}
