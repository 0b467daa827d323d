/** Where the SQL of a cell begins, and what its first line says; the grammar is that of sept_ext/core/sql_magic.py. */
export interface ISqlCell {
  readonly connection: string | null;
  readonly dialect: string | null;
  /** The name that the result gets. */
  readonly result: string | null;
  /** Offsets of `%%sql` itself. */
  readonly magicStart: number;
  readonly magicEnd: number;
  /** Offset of the first character of the SQL. */
  readonly sqlStart: number;
}

const CELL = /^(?:[ \t]*\r?\n)*%%sql(?=\s|$)/;
const OPTION = /^[ \t]*(--?[A-Za-z][\w-]*)(=?)/;
const VALUE = /^[ \t]*("[^"\n]*"|'[^'\n]*'|[^\s"'-][^\s]*)/;
const RESULT = /^[ \t]*([^\s<]+)[ \t]*<</;
const VALUED: Readonly<Record<string, 'connection' | 'dialect' | 'other'>> = {
  '--connection': 'connection',
  '-c': 'connection',
  '--dialect': 'dialect',
  '--limit': 'other',
  '--as': 'other'
};

/** The `%%sql` cell in a text; null if it is none. An option that is half typed does no harm. */
export function sqlCell(source: string): ISqlCell | null {
  const match = CELL.exec(source);
  if (!match) {
    return null;
  }
  const magicEnd = match[0].length;
  const newline = source.indexOf('\n', magicEnd);
  const lineEnd = newline < 0 ? source.length : newline;
  const found: Record<'connection' | 'dialect' | 'other', string | null> = {
    connection: null,
    dialect: null,
    other: null
  };
  let result: string | null = null;
  let place = magicEnd;
  for (;;) {
    const rest = source.slice(place, lineEnd);
    const name = RESULT.exec(rest);
    if (name && result === null) {
      result = name[1];
      place += name[0].length;
      continue;
    }
    const option = OPTION.exec(rest);
    if (!option) {
      break;
    }
    place += option[0].length;
    const kind = VALUED[option[1]];
    const value = kind && VALUE.exec(source.slice(place, lineEnd));
    if (value) {
      found[kind] = value[1].replace(/^(["'])(.*)\1$/, '$2');
      place += value[0].length;
    }
  }
  const isOnLine = source.slice(place, lineEnd).trim() !== '';
  return {
    connection: found.connection,
    dialect: found.dialect,
    result,
    magicStart: magicEnd - '%%sql'.length,
    magicEnd,
    sqlStart: isOnLine ? place : Math.min(lineEnd + 1, source.length)
  };
}

/** Whether an offset is inside of `{{ ... }}` or `{% ... %}`, where Python stands. */
export function isInExpression(source: string, offset: number): boolean {
  const before = source.slice(0, offset);
  return (
    before.lastIndexOf('{{') > before.lastIndexOf('}}') ||
    before.lastIndexOf('{%') > before.lastIndexOf('%}')
  );
}
