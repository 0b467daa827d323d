import { execFileSync } from 'node:child_process';

import { test } from '@playwright/test';

import { python } from './server';

/** Where a server of a test's database is. */
export interface IServer {
  readonly host: string;
  readonly port: string;
  readonly user: string;
  readonly password: string;
}

const VARIABLES = {
  PostgreSQL: 'SEPT_TEST_POSTGRES_URL',
  MariaDB: 'SEPT_TEST_MARIADB_URL'
} as const;

/** The server that `make test-browser` started, or somebody named; without one the test is skipped, and in CI fails. */
export function serverOf(kind: keyof typeof VARIABLES): IServer {
  const given = process.env[VARIABLES[kind]];
  if (!given && process.env.CI) {
    throw new Error(`No ${kind}: ${VARIABLES[kind]} is not set.`);
  }
  test.skip(!given, `${VARIABLES[kind]} is not set; make test-browser sets it`);
  const url = new URL(given!);
  return {
    host: url.hostname,
    port: url.port,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password)
  };
}

/** What psycopg or PyMySQL make of `sys.argv`: a server as JSON, a database, statements; gives the last one's rows. */
const ASK = `
import json, sys
kind, server, database, *statements = sys.argv[1:]
server = json.loads(server)
server["port"] = int(server["port"])
if kind == "PostgreSQL":
    import psycopg
    connection = psycopg.connect(dbname=database, autocommit=True, **server)
else:
    import pymysql
    connection = pymysql.connect(database=database, autocommit=True, **server)
with connection.cursor() as cursor:
    for statement in statements:
        cursor.execute(statement)
    rows = cursor.fetchall() if cursor.description else []
connection.close()
print(json.dumps(rows, default=str))
`;

/** Run statements in a database of a server; gives the rows of the last one. */
export function ask(
  kind: keyof typeof VARIABLES,
  server: IServer,
  database: string,
  ...statements: readonly string[]
): ReadonlyArray<readonly unknown[]> {
  const args = [kind, JSON.stringify(server), database, ...statements];
  const text = execFileSync(python(), ['-c', ASK, ...args], {
    encoding: 'utf-8'
  });
  return JSON.parse(text) as ReadonlyArray<readonly unknown[]>;
}
