/** The editor's languages by sqlglot's names of dialects; those it has no language for look like plain SQL. */
const LANGUAGES: Readonly<Record<string, string>> = {
  duckdb: 'PostgreSQL',
  postgres: 'PostgreSQL',
  redshift: 'PostgreSQL',
  sqlite: 'SQLite',
  mysql: 'MySQL',
  mariadb: 'MariaDB SQL',
  oracle: 'PLSQL',
  tsql: 'MS SQL'
};

/** What a cell without a connection speaks. */
export const DEFAULT_DIALECT = 'duckdb';

/** The name in the editor's registry of languages. */
export function languageName(dialect: string): string {
  return LANGUAGES[dialect] ?? 'SQL';
}

/** The dialect that a URL in place of a connection's name means. */
export function dialectOfUrl(connection: string): string | null {
  const scheme = /^([a-z]+)(?:\+[a-z0-9]+)?:\/\//.exec(connection)?.[1];
  return scheme === undefined
    ? null
    : scheme === 'postgresql'
      ? 'postgres'
      : scheme === 'mssql'
        ? 'tsql'
        : scheme;
}
