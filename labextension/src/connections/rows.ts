import type { ConnectionFields } from '../api/generated';
import type { IRelation } from '../tokens';
import type { ICatalog } from './model';

/** What stands in place of lines that are not there. */
export type NoteKind = 'loading' | 'problem' | 'empty' | 'nothing' | 'more';

interface ILine {
  /** Unique, and the same after a reload. */
  readonly key: string;
  /** How deep it stands, from 1. */
  readonly level: number;
}

/** One line of the tree. `schema` null: of what plain names mean. */
export type TreeRow = ILine &
  (
    | {
        readonly type: 'connection';
        readonly connection: ConnectionFields;
        readonly isOpen: boolean;
      }
    | {
        readonly type: 'schema';
        readonly connection: ConnectionFields;
        readonly schema: string;
        readonly isOpen: boolean;
      }
    | {
        readonly type: 'relation';
        readonly connection: ConnectionFields;
        readonly schema: string | null;
        readonly relation: IRelation;
        readonly isOpen: boolean;
      }
    | { readonly type: 'column'; readonly name: string }
    | {
        readonly type: 'note';
        readonly note: NoteKind;
        readonly connection: ConnectionFields;
        readonly schema: string | null;
        readonly count: number;
        readonly problem: unknown;
      }
  );

/** What is known of databases. */
export interface ICatalogs {
  catalogOf(connectionId: string, schema: string | null): ICatalog;
  schemasOf(connectionId: string): readonly string[];
}

/** More tables than a person reads through; the search narrows them. */
export const MAX_SHOWN = 300;

/**
 * The tree as it is shown, line by line.
 *
 * @param open - keys of the lines that are open
 * @param search - text that names of tables or columns must hold; what matches by a column is open
 */
export function treeRows(
  connections: readonly ConnectionFields[],
  catalogs: ICatalogs,
  open: ReadonlySet<string>,
  search: string
): readonly TreeRow[] {
  const wanted = search.trim().toLowerCase();
  return connections.flatMap((connection): readonly TreeRow[] => {
    const key = connection.id;
    const isOpen = open.has(key);
    const head: TreeRow = {
      type: 'connection',
      key,
      level: 1,
      connection,
      isOpen
    };
    const inside = (schema: string | null): readonly TreeRow[] =>
      relationRows(connection, schema, catalogs, open, wanted);
    return isOpen
      ? [
          head,
          ...inside(null),
          ...catalogs.schemasOf(key).flatMap((schema): readonly TreeRow[] => {
            const line: TreeRow = {
              type: 'schema',
              key: `${key} schema ${schema}`,
              level: 2,
              connection,
              schema,
              isOpen: open.has(`${key} schema ${schema}`)
            };
            return line.isOpen ? [line, ...inside(schema)] : [line];
          })
        ]
      : [head];
  });
}

function relationRows(
  connection: ConnectionFields,
  schema: string | null,
  catalogs: ICatalogs,
  open: ReadonlySet<string>,
  wanted: string
): readonly TreeRow[] {
  const catalog = catalogs.catalogOf(connection.id, schema);
  const place = `${connection.id} ${schema === null ? '' : `schema ${schema} `}`;
  const level = schema === null ? 2 : 3;
  const note = (kind: NoteKind, count = 0): TreeRow => ({
    type: 'note',
    key: `${place}${kind}`,
    level,
    note: kind,
    connection,
    schema,
    count,
    problem: catalog.problem
  });
  const found = catalog.relations.filter(relation => fits(relation, wanted));
  const shown = found.slice(0, MAX_SHOWN);
  const rows = shown.flatMap(relation => {
    const key = `${place}table ${relation.name}`;
    const line = { key, level, connection, schema, relation };
    return oneRelation(line, open.has(key), wanted);
  });
  if (catalog.problem !== null) {
    return [note('problem'), ...rows];
  }
  if (catalog.relations.length === 0) {
    return [note(catalog.isLoading ? 'loading' : 'empty')];
  }
  if (found.length === 0) {
    return [note('nothing')];
  }
  const unknown = wanted ? 0 : catalog.totalCount - catalog.relations.length;
  const hidden = found.length - shown.length + unknown;
  return hidden > 0 ? [...rows, note('more', hidden)] : rows;
}

/** A table, and its columns when it is open: those that match, when only columns do. */
function oneRelation(
  line: ILine & {
    readonly connection: ConnectionFields;
    readonly schema: string | null;
    readonly relation: IRelation;
  },
  wasOpened: boolean,
  wanted: string
): readonly TreeRow[] {
  const { key, level, relation } = line;
  const byColumn =
    wanted !== '' && !relation.name.toLowerCase().includes(wanted);
  const isOpen = wasOpened || byColumn;
  const head: TreeRow = { ...line, type: 'relation', isOpen };
  const columns = byColumn
    ? relation.columns.filter(name => name.toLowerCase().includes(wanted))
    : relation.columns;
  return isOpen
    ? [
        head,
        ...columns.map((name): TreeRow => ({
          type: 'column',
          key: `${key} column ${name}`,
          level: level + 1,
          name
        }))
      ]
    : [head];
}

function fits(relation: IRelation, wanted: string): boolean {
  return (
    wanted === '' ||
    relation.name.toLowerCase().includes(wanted) ||
    relation.columns.some(name => name.toLowerCase().includes(wanted))
  );
}
