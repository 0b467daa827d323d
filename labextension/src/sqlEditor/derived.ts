import type { IRelation } from '../tokens';

/** A name of SQL, plain or quoted. */
export const NAME = '"(?:[^"]|"")+"|`[^`]+`|[\\p{L}_][\\p{L}\\p{N}_$]*';

const CTE = new RegExp(
  `(?:\\bwith\\s+(?:recursive\\s+)?|\\)\\s*,\\s*)(${NAME})\\s*(\\([^()]*\\)\\s*)?as\\s*(?:(?:not\\s+)?materialized\\s*)?\\(`,
  'giu'
);
const SUBQUERY = /(?:\b(?:from|join|lateral)|,)\s*\(\s*(?=(?:select|with)\b)/gi;
const ALIAS = new RegExp(`^\\s*(?:as\\s+)?(${NAME})`, 'iu');
const LAST_NAME = new RegExp(`(?:^|[\\s.)\\]])(${NAME})\\s*$`, 'u');
const ALL_OF = new RegExp(`(?:(${NAME})\\s*\\.\\s*)?\\*\\s*$`, 'u');
/** What stands behind an expression and names nothing. */
const NO_NAME = /^(?:end|null|true|false)$/i;

/** More queries with names than people write into one statement; what is beyond has no columns here. */
const MAX_QUERIES = 60;

/** A query with a name of its own in a statement. */
export interface IDerived extends IRelation {
  /** A CTE can be named behind FROM, a subquery only before a dot. */
  readonly isCte: boolean;
}

/** The relations that a part of a statement names: the one before a dot, or without a name all. */
export type Named = (
  text: string,
  derived: readonly IDerived[],
  name: string | null
) => readonly IRelation[];

/** CTEs and subqueries of a statement, with the columns that they give as far as the text shows. */
export function derivedIn(
  statement: string,
  named: Named,
  budget = { left: MAX_QUERIES }
): readonly IDerived[] {
  const found: IDerived[] = [];
  for (const match of statement.matchAll(CTE)) {
    if (budget.left-- <= 0) {
      return found;
    }
    const start = match.index + match[0].length;
    const body = statement.slice(start, closing(statement, start));
    found.push({
      name: unquoted(match[1]),
      columns: match[2]
        ? partsOf(match[2].trim().slice(1, -1)).map(unquoted)
        : columnsOf(body, found, named, budget),
      isCte: true
    });
  }
  for (const match of statement.matchAll(SUBQUERY)) {
    if (budget.left-- <= 0) {
      return found;
    }
    const start = match.index + match[0].length;
    const end = closing(statement, start);
    const alias = ALIAS.exec(statement.slice(end + 1, end + 200))?.[1];
    if (alias !== undefined) {
      const body = statement.slice(start, end);
      const columns = columnsOf(body, found, named, budget);
      found.push({ name: unquoted(alias), columns, isCte: false });
    }
  }
  return found;
}

/** A name as it is stored, without its quotes. */
export function unquoted(name: string): string {
  return /^["`]/.test(name) ? name.slice(1, -1).replace(/""/g, '"') : name;
}

/** The columns that a query gives, by their names. */
function columnsOf(
  query: string,
  outer: readonly IDerived[],
  named: Named,
  budget: { left: number }
): readonly string[] {
  const head = /^\s*select\b(?:\s+(?:distinct|all)\b)?/i.exec(query);
  if (!head) {
    return [];
  }
  const items = partsOf(query.slice(head[0].length), 'from');
  const derived = (): readonly IDerived[] => [
    ...derivedIn(query, named, budget),
    ...outer
  ];
  return items.flatMap(part => {
    const all = ALL_OF.exec(part);
    if (all) {
      const before = all[1] === undefined ? null : unquoted(all[1]);
      return named(query, derived(), before).flatMap(one => one.columns);
    }
    const name = LAST_NAME.exec(part)?.[1];
    return name === undefined || NO_NAME.test(name) ? [] : [unquoted(name)];
  });
}

/** A list split at its own commas, up to a word of its own. */
function partsOf(list: string, end = ''): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  let stop = list.length;
  for (const { 0: token, index } of list.matchAll(
    /"(?:[^"]|"")*"?|`[^`]*`?|[()[\],;]|[\p{L}_][\p{L}\p{N}_$]*/gu
  )) {
    if (token === '(' || token === '[') {
      depth += 1;
    } else if (token === ')' || token === ']') {
      depth -= 1;
    } else if (depth === 0 && token === ',') {
      parts.push(list.slice(start, index));
      start = index + 1;
    } else if (depth === 0 && end !== '' && token.toLowerCase() === end) {
      stop = index;
      break;
    }
  }
  return [...parts, list.slice(start, stop)].map(part => part.trim());
}

/** The place of the bracket that closes the one before `start`; the text's end when none does. */
function closing(text: string, start: number): number {
  let depth = 1;
  for (const { 0: token, index } of text
    .slice(start)
    .matchAll(/"(?:[^"]|"")*"?|`[^`]*`?|[()]/g)) {
    depth += token === '(' ? 1 : token === ')' ? -1 : 0;
    if (depth === 0) {
      return start + index;
    }
  }
  return text.length;
}
