import type { ConnectionFields } from '../api/generated';
import type { IRelation } from '../tokens';
import type { ICatalog } from './model';

/** One line of the tree. `key` is unique, and the same after a reload. */
export type TreeRow =
  | {
      readonly type: 'connection';
      readonly key: string;
      readonly connection: ConnectionFields;
      readonly isOpen: boolean;
    }
  | {
      readonly type: 'relation';
      readonly key: string;
      readonly connection: ConnectionFields;
      readonly relation: IRelation;
      readonly isOpen: boolean;
    }
  | {
      readonly type: 'column';
      readonly key: string;
      readonly name: string;
    }
  | {
      readonly type: 'note';
      readonly key: string;
      readonly note: 'loading' | 'problem' | 'empty' | 'nothing' | 'more';
      readonly connection: ConnectionFields;
      readonly count: number;
      readonly problem: unknown;
    };

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
  catalogOf: (id: string) => ICatalog,
  open: ReadonlySet<string>,
  search: string
): readonly TreeRow[] {
  const wanted = search.trim().toLowerCase();
  return connections.flatMap(connection => {
    const key = connection.id;
    const isOpen = open.has(key);
    const head: TreeRow = { type: 'connection', key, connection, isOpen };
    return isOpen
      ? [head, ...childrenOf(connection, catalogOf(key), open, wanted)]
      : [head];
  });
}

function childrenOf(
  connection: ConnectionFields,
  catalog: ICatalog,
  open: ReadonlySet<string>,
  wanted: string
): readonly TreeRow[] {
  const note = (
    text: 'loading' | 'problem' | 'empty' | 'nothing' | 'more',
    count = 0
  ): TreeRow => ({
    type: 'note',
    key: `${connection.id} ${text}`,
    note: text,
    connection,
    count,
    problem: catalog.problem
  });
  const found = catalog.relations.filter(relation => fits(relation, wanted));
  const shown = found.slice(0, MAX_SHOWN);
  const rows = shown.flatMap(relation =>
    relationRows(connection, relation, open, wanted)
  );
  if (catalog.problem !== null) {
    return [note('problem'), ...rows];
  }
  if (catalog.relations.length === 0) {
    return [note(catalog.isLoading ? 'loading' : 'empty')];
  }
  if (found.length === 0) {
    return [note('nothing')];
  }
  const hidden =
    found.length -
    shown.length +
    (wanted ? 0 : catalog.totalCount - catalog.relations.length);
  return hidden > 0 ? [...rows, note('more', hidden)] : rows;
}

function relationRows(
  connection: ConnectionFields,
  relation: IRelation,
  open: ReadonlySet<string>,
  wanted: string
): readonly TreeRow[] {
  const key = `${connection.id} table ${relation.name}`;
  const byColumn =
    wanted !== '' && !relation.name.toLowerCase().includes(wanted);
  const isOpen = open.has(key) || byColumn;
  const head: TreeRow = {
    type: 'relation',
    key,
    connection,
    relation,
    isOpen
  };
  const columns = byColumn
    ? relation.columns.filter(name => name.toLowerCase().includes(wanted))
    : relation.columns;
  return isOpen
    ? [
        head,
        ...columns.map((name): TreeRow => ({
          type: 'column',
          key: `${key} column ${name}`,
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
