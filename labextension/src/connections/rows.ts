import type { ConnectionFields } from '../api/generated';
import type { IRelation } from '../tokens';
import type { ICatalog, ISchemas, IPlace, ITypes, Hits } from './catalogs';

/** What stands in place of lines that are not there. */
export type NoteKind =
  'loading' | 'problem' | 'empty' | 'nothing' | 'more' | 'closed';

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
    | {
        readonly type: 'column';
        readonly name: string;
        /** In the database's own words; null while it is not known. */
        readonly dataType: string | null;
      }
    | {
        readonly type: 'note';
        readonly note: NoteKind;
        readonly connection: ConnectionFields;
        readonly schema: string | null;
        /** The relation whose columns it is about; null: about relations or schemas. */
        readonly relation: string | null;
        readonly count: number;
        readonly problem: unknown;
      }
  );

export type NoteRow = TreeRow & { readonly type: 'note' };
type RelationRow = TreeRow & { readonly type: 'relation' };

/** What is known of databases. */
export interface ICatalogs {
  catalogOf(connectionId: string, schema: string | null): ICatalog;
  schemasOf(connectionId: string): ISchemas;
  typesOf(place: IPlace): ITypes;
  hitsOf(
    connectionId: string,
    schema: string | null,
    search: string
  ): Hits | null;
}

/** What every line of one tree is made from. */
interface IView {
  readonly catalogs: ICatalogs;
  readonly open: ReadonlySet<string>;
  readonly wanted: string;
}

/** More tables than a person reads through; the search narrows them. */
export const MAX_SHOWN = 300;

/** What names must hold to be found by a text. */
export function wantedBy(search: string): string {
  return search.trim().toLowerCase();
}

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
  const view = { catalogs, open, wanted: wantedBy(search) };
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
    return isOpen ? [head, ...insideOf(connection, view)] : [head];
  });
}

/** The other schemas, as folders stand before files, and the relations that plain names mean. */
function insideOf(
  connection: ConnectionFields,
  view: IView
): readonly TreeRow[] {
  const { problem, names, isLoading } = view.catalogs.schemasOf(connection.id);
  const { schemas, unsearched } = schemaRows(connection, names, view);
  const relations = relationRows(connection, null, view);
  const [first] = relations;
  const note = first?.type === 'note' ? first.note : null;
  if (note === 'problem') {
    return relations;
  }
  if (problem !== null) {
    return [noteOf(connection, null, 'problem', { problem }), ...relations];
  }
  if (note === 'empty' && isLoading && names.length === 0) {
    return [noteOf(connection, null, 'loading')];
  }
  const isTold =
    (note === 'empty' && names.length > 0) ||
    (note === 'nothing' && schemas.length > 0);
  return [...schemas, ...(isTold ? [] : relations), ...unsearched];
}

/** Schemas; in a search those that match by their name or by what is known to be in them, which opens them. */
function schemaRows(
  connection: ConnectionFields,
  names: readonly string[],
  view: IView
): {
  readonly schemas: readonly TreeRow[];
  readonly unsearched: readonly TreeRow[];
} {
  const { wanted } = view;
  let unknown = 0;
  const schemas = names.flatMap((schema): readonly TreeRow[] => {
    const key = `${connection.id} schema ${schema}`;
    const { isKnown, isLoading } = view.catalogs.catalogOf(
      connection.id,
      schema
    );
    const { found, isSearching } = matching(connection, schema, view);
    const isHit = wanted !== '' && (found.length > 0 || isSearching);
    const isOpen = view.open.has(key) || isHit;
    unknown += isKnown || isLoading ? 0 : 1;
    if (wanted !== '' && !isHit && !isLoading && !holds(schema, wanted)) {
      return [];
    }
    const head = { key, level: 2, connection, schema, isOpen } as const;
    const inside = isOpen ? relationRows(connection, schema, view) : [];
    return [{ ...head, type: 'schema' }, ...inside];
  });
  const isTold = unknown > 0 && wanted !== '';
  const closed = noteOf(connection, null, 'closed', { count: unknown });
  return { schemas, unsearched: isTold ? [closed] : [] };
}

function relationRows(
  connection: ConnectionFields,
  schema: string | null,
  view: IView
): readonly TreeRow[] {
  const { wanted } = view;
  const catalog = view.catalogs.catalogOf(connection.id, schema);
  const { found, unknown, isSearching } = matching(connection, schema, view);
  const shown = found.slice(0, MAX_SHOWN);
  const rows = shown.flatMap(relation => {
    const key = `${placeOf(connection, schema)}table ${relation.name}`;
    const level = schema === null ? 2 : 3;
    const line = { key, level, connection, schema, relation } as const;
    return oneRelation({ ...line, type: 'relation', isOpen: false }, view);
  });
  const note = (kind: NoteKind, count = 0): TreeRow =>
    noteOf(connection, schema, kind, { count, problem: catalog.problem });
  if (catalog.problem !== null) {
    return [note('problem'), ...rows];
  }
  if (catalog.relations.length === 0) {
    return [note(catalog.isKnown ? 'empty' : 'loading')];
  }
  if (isSearching) {
    return [...rows, note('loading')];
  }
  if (found.length === 0 && wanted !== '') {
    return [note('nothing')];
  }
  const hidden = found.length - shown.length + unknown;
  return hidden > 0 ? [...rows, note('more', hidden)] : rows;
}

/** The relations that match, how many more there are, and whether the server is still searching for them. */
function matching(
  connection: ConnectionFields,
  schema: string | null,
  { catalogs, wanted }: IView
): {
  readonly found: readonly IRelation[];
  readonly unknown: number;
  readonly isSearching: boolean;
} {
  const { relations, totalCount } = catalogs.catalogOf(connection.id, schema);
  const missing = totalCount - relations.length;
  if (wanted === '') {
    return { found: relations, unknown: missing, isSearching: false };
  }
  const hits =
    missing > 0 ? catalogs.hitsOf(connection.id, schema, wanted) : null;
  const found = (hits?.relations ?? relations).filter(one => fits(one, wanted));
  const unknown = hits ? hits.totalCount - hits.relations.length : 0;
  return { found, unknown, isSearching: missing > 0 && hits === null };
}

/** A table, and its columns when it is open: those that match, when only columns do. */
function oneRelation(line: RelationRow, view: IView): readonly TreeRow[] {
  const { key, level, relation, connection, schema } = line;
  const { wanted } = view;
  const byColumn = wanted !== '' && !holds(relation.name, wanted);
  if (!view.open.has(key) && !byColumn) {
    return [line];
  }
  const columns = byColumn
    ? relation.columns.filter(name => holds(name, wanted))
    : relation.columns;
  const { byColumn: types, problem } = view.catalogs.typesOf({
    connectionId: connection.id,
    schema,
    name: relation.name
  });
  const rows = columns.map((name): TreeRow => ({
    type: 'column',
    key: `${key} column ${name}`,
    level: level + 1,
    name,
    dataType: types.get(name) ?? null
  }));
  const about = { problem, relation: relation.name, level: level + 1 };
  return [
    { ...line, isOpen: true },
    ...rows,
    ...(problem === null ? [] : [noteOf(connection, schema, 'problem', about)])
  ];
}

function noteOf(
  connection: ConnectionFields,
  schema: string | null,
  note: NoteKind,
  more: Partial<Pick<NoteRow, 'count' | 'problem' | 'relation' | 'level'>> = {}
): TreeRow {
  const place = placeOf(connection, schema);
  return {
    type: 'note',
    key: `${place}note ${note} ${more.relation ?? ''}`,
    level: schema === null ? 2 : 3,
    note,
    connection,
    schema,
    relation: null,
    count: 0,
    problem: null,
    ...more
  };
}

function placeOf(connection: ConnectionFields, schema: string | null): string {
  return `${connection.id} ${schema === null ? '' : `schema ${schema} `}`;
}

function holds(name: string, wanted: string): boolean {
  return name.toLowerCase().includes(wanted);
}

function fits(relation: IRelation, wanted: string): boolean {
  return (
    wanted === '' ||
    holds(relation.name, wanted) ||
    relation.columns.some(name => holds(name, wanted))
  );
}
