import { SeptUnreachable } from '../api/errors';
import {
  CatalogOf,
  ColumnsOf,
  SchemasOf,
  type CatalogOfResult
} from '../api/generated';
import type { IRelation, ISeptApi } from '../tokens';

/** What is known of one level of a database. */
interface ILevel {
  /** It was fetched at least once. */
  readonly isKnown: boolean;
  readonly isLoading: boolean;
  readonly problem: unknown;
}

/** The relations of a schema, or of what plain names mean. */
export interface ICatalog extends ILevel {
  readonly relations: readonly IRelation[];
  /** The database may have more than were fetched: the server searches in all. */
  readonly totalCount: number;
}

/** The schemas besides those that plain names mean. */
export interface ISchemas extends ILevel {
  readonly names: readonly string[];
}

/** The types of a relation's columns, by their names. */
export interface ITypes extends ILevel {
  readonly byColumn: ReadonlyMap<string, string>;
}

/** A table or view of a connection; `schema` null: of the one that plain names mean. */
export interface IPlace {
  readonly connectionId: string;
  readonly schema: string | null;
  readonly name: string;
}

/** What the server found in a catalog of which only a part is here. */
export type Hits = Pick<
  CatalogOfResult['catalogRelations'],
  'relations' | 'totalCount'
>;

const IDLE: ILevel = { isKnown: false, isLoading: false, problem: null };
const NO_CATALOG: ICatalog = { ...IDLE, relations: [], totalCount: 0 };
const NO_SCHEMAS: ISchemas = { ...IDLE, names: [] };
const NO_TYPES: ITypes = { ...IDLE, byColumn: new Map() };

/** A catalog that could not be fetched is asked for again on its own at most this often, in milliseconds. */
const PAUSE_MS = 30_000;

/** The server forgets a catalog after ten minutes, and gives no hints then: what is in use is renewed before that. */
const RENEWED_AFTER_MS = 9 * 60_000;

/** How long a person must have stopped typing before the server searches, in milliseconds. */
const TYPING_MS = 250;

/** What the databases of connections have, level by level: each is fetched when it is first looked at, and kept. */
export class Catalogs {
  private readonly catalogs = new Map<string, ICatalog>();
  private readonly schemas = new Map<string, ISchemas>();
  private readonly types = new Map<string, ITypes>();
  private readonly hits = new Map<string, Hits & { readonly search: string }>();
  private readonly askedAt = new Map<string, number>();
  private typing: ReturnType<typeof setTimeout> | undefined;
  /** What the server is searching for. */
  private sought = '';

  /** @param onChanged - called whenever something more is known, or turned out not to be */
  constructor(
    private readonly api: ISeptApi,
    private readonly onChanged: () => void
  ) {}

  catalogOf(connectionId: string, schema: string | null = null): ICatalog {
    return this.catalogs.get(keyOf(connectionId, schema)) ?? NO_CATALOG;
  }

  schemasOf(connectionId: string): ISchemas {
    return this.schemas.get(connectionId) ?? NO_SCHEMAS;
  }

  typesOf({ connectionId, schema, name }: IPlace): ITypes {
    return this.types.get(keyOf(connectionId, schema, name)) ?? NO_TYPES;
  }

  /** What the server found for a text; null while it was not asked for this very text. */
  hitsOf(
    connectionId: string,
    schema: string | null,
    search: string
  ): Hits | null {
    const found = this.hits.get(keyOf(connectionId, schema));
    return found?.search === search ? found : null;
  }

  /** What is known at once of a schema's relations (null: of those that plain names mean); fetched behind when due. */
  relationsOf(
    connectionId: string,
    schema: string | null = null
  ): readonly IRelation[] {
    const key = keyOf(connectionId, schema);
    const { relations, isKnown, problem } = this.catalogOf(
      connectionId,
      schema
    );
    const asked = this.askedAt.get(key);
    const patience = problem === null ? RENEWED_AFTER_MS : PAUSE_MS;
    if (asked === undefined || Date.now() - asked > patience) {
      const isRenewed = isKnown && asked !== undefined;
      void this.fetchCatalog(connectionId, schema, isRenewed);
    }
    return relations;
  }

  /** The names of the other schemas, as far as they are known; fetched behind when nobody did. */
  schemaNamesOf(connectionId: string): readonly string[] {
    if (!this.schemas.has(connectionId)) {
      void this.fetchSchemas(connectionId);
    }
    return this.schemasOf(connectionId).names;
  }

  /** Look into a connection (schema null) or one of its schemas, if that was not done yet. */
  look(connectionId: string, schema: string | null): void {
    this.relationsOf(connectionId, schema);
    if (schema === null) {
      this.schemaNamesOf(connectionId);
    }
  }

  /**
   * The server is back, and may have begun anew: what could not be had because it was away is asked for again, and
   * what was had when somebody wants it.
   */
  resume(): void {
    for (const [key, asked] of this.askedAt) {
      if (Date.now() - asked > PAUSE_MS) {
        this.askedAt.delete(key);
      }
    }
    for (const key of awaited(this.catalogs)) {
      void this.fetchCatalog(connectionOf(key), schemaOf(key));
    }
    for (const connectionId of awaited(this.schemas)) {
      void this.fetchSchemas(connectionId);
    }
    for (const key of awaited(this.types)) {
      const [schema, name] = partsOf(key);
      const connectionId = connectionOf(key);
      void this.fetchTypes({ connectionId, schema, name: name ?? '' });
    }
  }

  /** Look at the types of a relation's columns, if that was not done yet; `isAgain`: whatever was done. */
  lookAt(place: IPlace, isAgain = false): void {
    const { connectionId, schema, name } = place;
    if (isAgain || !this.types.has(keyOf(connectionId, schema, name))) {
      void this.fetchTypes(place);
    }
  }

  /** Ask again for what failed in a connection (schema null) or in one of its schemas. */
  retry(connectionId: string, schema: string | null): void {
    if (schema !== null || this.catalogOf(connectionId).problem !== null) {
      void this.fetchCatalog(connectionId, schema, true);
    }
    if (schema === null && this.schemasOf(connectionId).problem !== null) {
      void this.fetchSchemas(connectionId);
    }
  }

  /** Ask a database anew for all that was looked at. */
  async refresh(connectionId: string): Promise<void> {
    const isOf = (key: string): boolean => key.startsWith(`${connectionId} `);
    const opened = [...this.catalogs.keys()].filter(isOf).map(schemaOf);
    this.drop(this.types, connectionId);
    this.drop(this.hits, connectionId);
    await Promise.all([
      this.fetchSchemas(connectionId),
      this.fetchCatalog(connectionId, null, true),
      ...opened
        .filter(schema => schema !== null)
        .map(schema => this.fetchCatalog(connectionId, schema, true))
    ]);
  }

  /** Have the server search in those catalogs of which only a part is here, once the person stopped typing. */
  seek(search: string): void {
    clearTimeout(this.typing);
    this.sought = search;
    const parts = [...this.catalogs].filter(
      ([, { relations, totalCount }]) => totalCount > relations.length
    );
    if (search !== '' && parts.length > 0) {
      this.typing = setTimeout(() => {
        for (const [key] of parts) {
          void this.fetchHits(key, search);
        }
      }, TYPING_MS);
    }
  }

  /** Forget all of a connection that changed. */
  forget(connectionId: string): void {
    this.drop(this.catalogs, connectionId);
    this.drop(this.types, connectionId);
    this.drop(this.hits, connectionId);
    this.drop(this.askedAt, connectionId);
    this.schemas.delete(connectionId);
  }

  private drop(kept: Map<string, unknown>, connectionId: string): void {
    for (const key of [...kept.keys()]) {
      if (key.startsWith(`${connectionId} `)) {
        kept.delete(key);
      }
    }
  }

  /** Never throws: the catalog's `problem` says what went wrong, what was known stays. */
  private async fetchCatalog(
    connectionId: string,
    schema: string | null,
    isRefreshed = false
  ): Promise<void> {
    const key = keyOf(connectionId, schema);
    this.askedAt.set(key, Date.now());
    await this.fill(this.catalogs, key, NO_CATALOG, async () => {
      const variables = { connectionId, schema, isRefreshed };
      return (await this.api.execute(CatalogOf, variables)).catalogRelations;
    });
  }

  private async fetchSchemas(connectionId: string): Promise<void> {
    await this.fill(this.schemas, connectionId, NO_SCHEMAS, async () => ({
      names: (await this.api.execute(SchemasOf, { connectionId }))
        .catalogSchemas
    }));
  }

  private async fetchTypes(place: IPlace): Promise<void> {
    const { connectionId, schema, name } = place;
    const key = keyOf(connectionId, schema, name);
    await this.fill(this.types, key, NO_TYPES, async () => {
      const { relationColumns } = await this.api.execute(ColumnsOf, place);
      return {
        byColumn: new Map(
          relationColumns.flatMap(column =>
            column.type === null ? [] : [[column.name, column.type]]
          )
        )
      };
    });
  }

  private async fetchHits(key: string, search: string): Promise<void> {
    const [connectionId, schema] = [connectionOf(key), schemaOf(key)];
    // An answer that comes after the person went on typing, or after the connection was changed, is no news.
    const isWanted = (): boolean =>
      this.sought === search && this.catalogs.has(key);
    try {
      const variables = { connectionId, schema, search };
      const { catalogRelations } = await this.api.execute(CatalogOf, variables);
      if (isWanted()) {
        this.hits.set(key, { ...catalogRelations, search });
        this.onChanged();
      }
    } catch (problem) {
      const before = this.catalogs.get(key);
      if (isWanted() && before && !before.isLoading) {
        this.catalogs.set(key, { ...before, problem });
        this.onChanged();
      }
    }
  }

  /**
   * Fetch one level: what was known stays until something newer comes, and when nothing does. An answer counts only as
   * long as nothing newer was asked, and nobody changed the connection.
   */
  private async fill<Level extends ILevel>(
    kept: Map<string, Level>,
    key: string,
    nothing: Level,
    ask: () => Promise<Omit<Level, keyof ILevel>>
  ): Promise<void> {
    const before = kept.get(key) ?? nothing;
    const asking: Level = { ...before, isLoading: true, problem: null };
    const set = (level: Level): void => {
      if (kept.get(key) === asking) {
        kept.set(key, level);
        this.onChanged();
      }
    };
    kept.set(key, asking);
    this.onChanged();
    try {
      set({ ...nothing, ...(await ask()), isKnown: true });
    } catch (problem) {
      set({ ...before, isLoading: false, problem });
    }
  }
}

/** Ids of connections hold no space; names of schemas may hold anything. */
function keyOf(
  connectionId: string,
  schema: string | null,
  relation?: string
): string {
  return `${connectionId} ${JSON.stringify(
    relation === undefined ? [schema] : [schema, relation]
  )}`;
}

function partsOf(key: string): [string | null, string?] {
  return JSON.parse(key.slice(key.indexOf(' ') + 1)) as [
    string | null,
    string?
  ];
}

function connectionOf(key: string): string {
  return key.slice(0, key.indexOf(' '));
}

function schemaOf(key: string): string | null {
  return partsOf(key)[0];
}

/** What could not be had because the server was away. */
function awaited(levels: ReadonlyMap<string, ILevel>): readonly string[] {
  return [...levels]
    .filter(([, { problem }]) => problem instanceof SeptUnreachable)
    .map(([key]) => key);
}
