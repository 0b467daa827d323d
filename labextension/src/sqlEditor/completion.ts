import type { IRelation } from '../tokens';
import { derivedIn, NAME, unquoted, type IDerived } from './derived';
import { distinct, fitting, item, type IItem } from './items';
import { isInExpression, sqlCell, type ISqlCell } from './magic';
import { DIALECTS, FORMATS, OPTIONS } from './options';

/** A schema of a database; its relations are empty while they are not known. */
export interface ISchema {
  readonly name: string;
  readonly relations: readonly IRelation[];
}

/** What can be offered; all of it is at hand, nothing is waited for. */
export interface IFacts {
  /** What plain names mean. */
  readonly relations: readonly IRelation[];
  /** The other schemas. */
  readonly schemas: readonly ISchema[];
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
const QUALIFIER = new RegExp(
  `(?:(${NAME})\\s*\\.\\s*)?(${NAME})\\s*\\.\\s*$`,
  'u'
);
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
const ONE_NAME = new RegExp(NAME, 'gu');
const NOT_AN_ALIAS = new Set(
  'on using where join left right inner full outer cross natural group order having limit offset union except intersect set values returning window qualify when select and or as asof positional semi anti lateral tablesample'.split(
    ' '
  )
);

/** What the schema of plain names is called where it has a name; those of other engines are listed as schemas. */
const DEFAULT_SCHEMAS: ReadonlySet<string> = new Set(['public', 'main']);

/** A relation as a statement names it. */
interface IReference {
  readonly schema: string | null;
  readonly table: string;
  readonly alias: string | null;
}

/** What names mean in one statement. */
interface IScope extends IFacts {
  readonly derived: readonly IDerived[];
  readonly references: readonly IReference[];
}

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
  if (offset < cell.sqlStart || isMagicLine(source, offset, cell)) {
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

/** The magic's line, while nothing stands below it yet or an option was begun with dashes. */
function isMagicLine(
  source: string,
  offset: number,
  { magicEnd, sqlStart }: ISqlCell
): boolean {
  return (
    !source.slice(magicEnd, offset).includes('\n') &&
    (sqlStart >= source.length ||
      /^\s*-{1,2}$/.test(source.slice(sqlStart, offset)))
  );
}

function ofMagic(
  source: string,
  offset: number,
  facts: IFacts
): ICompletions | null {
  const line = source.slice(source.lastIndexOf('\n', offset - 1) + 1, offset);
  const value =
    /\s(--connection|-c|--as|--dialect|--limit)(?:=|\s+)([\w-]*)$/.exec(line);
  if (value) {
    return sifted(valuesOf(value[1], facts), value[2], offset);
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

/** What an option takes. */
function valuesOf(option: string, facts: IFacts): readonly IItem[] {
  switch (option) {
    case '--connection':
    case '-c':
      return facts.connections.map(label => item(label, 'connection', ''));
    case '--as':
      return FORMATS.map(label => item(label, 'value', ''));
    case '--dialect':
      return DIALECTS.map(label => item(label, 'value', ''));
    default:
      return [];
  }
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
  const scope = scopeOf(statementAround(sql, place), facts);
  const qualifier = QUALIFIER.exec(head);
  if (qualifier) {
    const path = [qualifier[1], qualifier[2]].flatMap(name =>
      name === undefined ? [] : [unquoted(name)]
    );
    const isTable = TABLE_PLACE.test(head.slice(0, qualifier.index));
    return fitting(
      isTable
        ? tablesOf(schemaOf(path[path.length - 1], scope))
        : distinct(meant(path, scope).flatMap(columnsOf)),
      word
    );
  }
  const tables = [
    ...scope.derived
      .filter(({ isCte }) => isCte)
      .map(({ name }) => item(name, 'cte', 'WITH')),
    ...tablesOf(facts.relations),
    ...facts.frames.map(({ name }) => item(name, 'frame', '')),
    ...facts.schemas.map(({ name }) => item(name, 'schema', ''))
  ];
  if (TABLE_PLACE.test(head)) {
    return fitting(tables, word);
  }
  const columns = usedIn(scope).flatMap(columnsOf);
  const aliases = scope.references.flatMap(({ alias }) =>
    alias === null ? [] : [item(alias, 'alias', '')]
  );
  const keywords = KEYWORDS.map(label =>
    item(isLower(word) ? label.toLowerCase() : label, 'keyword', '')
  );
  return fitting(
    distinct([...columns, ...aliases, ...keywords, ...tables]),
    word
  );
}

function isLower(word: string): boolean {
  return word !== '' && word === word.toLowerCase();
}

function columnsOf(relation: IRelation): readonly IItem[] {
  return relation.columns.map(name => item(name, 'column', relation.name));
}

function tablesOf(relations: readonly IRelation[]): readonly IItem[] {
  return relations.map(({ name }) => item(name, 'table', ''));
}

function scopeOf(statement: string, facts: IFacts): IScope {
  const references = [...namedIn(statement)];
  const named = (
    text: string,
    derived: readonly IDerived[],
    name: string | null
  ): readonly IRelation[] => {
    const inside = { ...facts, derived, references: [...namedIn(text)] };
    return name === null ? usedIn(inside) : meant([name], inside);
  };
  return { ...facts, derived: derivedIn(statement, named), references };
}

/** The relations that stand before a dot: `alias`, `table` or `schema.table`. */
function meant(path: readonly string[], scope: IScope): readonly IRelation[] {
  const name = path[path.length - 1];
  if (path.length > 1) {
    return found({ schema: path[0], table: name, alias: null }, scope);
  }
  const { references } = scope;
  const isNamed = (other: string | null): boolean =>
    other !== null && lower(other) === lower(name);
  const reference =
    references.find(({ alias }) => isNamed(alias)) ??
    references.find(({ table, alias }) => alias === null && isNamed(table)) ??
    null;
  const relations = reference ? found(reference, scope) : [];
  return relations.length > 0 || reference?.alias
    ? relations
    : found({ schema: null, table: name, alias: null }, scope);
}

/** The relations that the statement names. */
function usedIn(scope: IScope): readonly IRelation[] {
  const used = new Set([
    ...scope.references.flatMap(reference => found(reference, scope)),
    ...scope.derived.filter(({ isCte }) => !isCte)
  ]);
  return [...used];
}

/** The relation that is named so, if there is one: a query of the statement hides a table, a table a frame. */
function found(
  { schema, table }: IReference,
  scope: IScope
): readonly IRelation[] {
  const wanted = lower(table);
  const relation =
    schema === null
      ? (scope.derived.find(({ name }) => lower(name) === wanted) ??
        byName(scope.relations).get(wanted) ??
        byName(scope.frames).get(wanted))
      : byName(schemaOf(schema, scope)).get(wanted);
  return relation ? [relation] : [];
}

const indexes = new WeakMap<
  readonly IRelation[],
  ReadonlyMap<string, IRelation>
>();

/** Relations by their names; lists of thousands stay the same from key to key. */
function byName(
  relations: readonly IRelation[]
): ReadonlyMap<string, IRelation> {
  let index = indexes.get(relations);
  if (!index) {
    index = new Map(
      [...relations].reverse().map(one => [lower(one.name), one])
    );
    indexes.set(relations, index);
  }
  return index;
}

/** What is known to be in a schema. */
function schemaOf(name: string, facts: IFacts): readonly IRelation[] {
  const schema = facts.schemas.find(one => lower(one.name) === lower(name));
  return (
    schema?.relations ??
    (DEFAULT_SCHEMAS.has(lower(name)) ? facts.relations : [])
  );
}

/** Tables of a statement with their aliases. */
function* namedIn(statement: string): Generator<IReference> {
  for (const pattern of [IN_TEXT, AFTER_COMMA]) {
    for (const match of statement.matchAll(pattern)) {
      const path = [...match[1].matchAll(ONE_NAME)].map(([name]) =>
        unquoted(name)
      );
      const alias = match[2] === undefined ? null : unquoted(match[2]);
      yield {
        schema: path[path.length - 2] ?? null,
        table: path[path.length - 1],
        alias: alias !== null && NOT_AN_ALIAS.has(lower(alias)) ? null : alias
      };
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

function lower(text: string): string {
  return text.toLowerCase();
}
