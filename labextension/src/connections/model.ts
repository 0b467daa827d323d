import { Signal, type ISignal } from '@lumino/signaling';

import {
  AddConnection,
  CatalogOf,
  ChangeConnection,
  Connections,
  RelationPreview,
  RemoveConnection,
  SchemasOf,
  SelectStatement,
  TryConnection,
  type ConnectionFields,
  type ConnectionsResult,
  type EventFields,
  type RelationPreviewResult
} from '../api/generated';
import { newId } from '../shared/uuid';
import { mayPass, Retry } from '../team/retry';
import type { IRelation, ISeptApi, ISeptConnections } from '../tokens';
import type { IDraft } from './draft';

export type Kind = ConnectionsResult['connectionKinds'][number];
export type Workspace = ConnectionsResult['workspaces'][number];
export type Preview = RelationPreviewResult['relationPreview'];

/** What is known of a connection's database. */
export interface ICatalog {
  readonly relations: readonly IRelation[];
  /** The database has more than were fetched; the server searches in all. */
  readonly totalCount: number;
  readonly isLoading: boolean;
  readonly problem: unknown;
}

/** A table or view of a connection; `schema` null: of the one that plain names mean. */
export interface IPlace {
  readonly connectionId: string;
  readonly schema: string | null;
  readonly name: string;
}

/** How the last try of a connection went. */
export interface ITrial {
  readonly isRunning: boolean;
  readonly isWorking: boolean;
  readonly message: string;
}

const NOTHING: ICatalog = {
  relations: [],
  totalCount: 0,
  isLoading: false,
  problem: null
};

const CONCERNED: ReadonlySet<EventFields['kind']> = new Set([
  'WORKSPACE_CHANGED',
  'MEMBER_CHANGED',
  'CONNECTION_CHANGED'
]);

/** A catalog that could not be fetched is asked for again on its own at most this often, in milliseconds. */
const PAUSE_MS = 30_000;

/** All connections of the person's workspaces, and what their databases have. Fetches nothing until first asked. */
export class ConnectionsModel implements ISeptConnections {
  kinds: readonly Kind[] = [];
  workspaces: readonly Workspace[] | null = null;
  problem: unknown = null;
  /** The workspace whose connections a name means first. */
  preferred: string | null = null;
  readonly trials = new Map<string, ITrial>();
  /** By connection, and by connection and schema. */
  private readonly catalogs = new Map<string, ICatalog>();
  private readonly schemas = new Map<string, readonly string[]>();
  private readonly askedAt = new Map<string, number>();
  private isStarted = false;
  private latest = 0;
  private readonly changedSignal = new Signal<this, void>(this);
  private readonly retry = new Retry(() => void this.load());

  constructor(private readonly api: ISeptApi) {
    api.events.connect((_, event) => {
      if (this.isStarted && CONCERNED.has(event.kind)) {
        if (event.kind === 'CONNECTION_CHANGED' && event.subjectId !== null) {
          this.forget(event.subjectId);
        }
        void this.load();
      }
    });
    api.resumed.connect(() => void (this.isStarted && this.load()));
  }

  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  start(): void {
    if (!this.isStarted) {
      this.isStarted = true;
      void this.load();
    }
  }

  /** Fetch the connections again. Never throws: `problem` says what went wrong; what was there stays. */
  async load(): Promise<void> {
    const mine = ++this.latest;
    try {
      const { connectionKinds, workspaces } = await this.api.execute(
        Connections,
        {}
      );
      if (mine !== this.latest) {
        return;
      }
      this.kinds = connectionKinds;
      this.workspaces = workspaces;
      this.problem = null;
      this.retry.worked();
    } catch (error) {
      if (mine !== this.latest) {
        return;
      }
      this.problem = error;
      this.retry.failed(error);
    }
    this.changedSignal.emit();
  }

  /** The connections of a workspace, by name. */
  of(workspaceId: string): readonly ConnectionFields[] {
    const found = this.workspaces?.find(({ id }) => id === workspaceId);
    return found?.connections ?? [];
  }

  byId(id: string): ConnectionFields | undefined {
    return this.all().find(connection => connection.id === id);
  }

  named(name: string): ConnectionFields | undefined {
    this.start();
    return this.usable().find(connection => connection.name === name);
  }

  usable(): readonly ConnectionFields[] {
    this.start();
    return this.all().filter(({ canUse }) => canUse);
  }

  relationsOf(connection: ConnectionFields): readonly IRelation[] {
    const asked = this.askedAt.get(connection.id);
    const known = this.catalogs.get(connection.id);
    const isDue =
      asked === undefined ||
      (known !== undefined &&
        known.problem !== null &&
        Date.now() - asked > PAUSE_MS);
    if (isDue) {
      void this.fetchCatalog(connection.id);
    }
    return known?.relations ?? [];
  }

  catalogOf(id: string, schema: string | null = null): ICatalog {
    return this.catalogs.get(keyOf(id, schema)) ?? NOTHING;
  }

  /** The schemas of a database that shows them; none while they are not known. */
  schemasOf(id: string): readonly string[] {
    return this.schemas.get(id) ?? [];
  }

  /** Look into what a line of the tree stands for, if that was not done yet. */
  look(connection: ConnectionFields, schema: string | null): void {
    if (schema !== null) {
      if (!this.catalogs.has(keyOf(connection.id, schema))) {
        void this.fetchCatalog(connection.id, schema);
      }
      return;
    }
    this.relationsOf(connection);
    if (!this.schemas.has(connection.id)) {
      void this.fetchSchemas(connection.id);
    }
  }

  /** Ask a database anew for all that was looked at. */
  async refresh(connectionId: string): Promise<void> {
    const opened = [...this.catalogs.keys()]
      .filter(key => key.startsWith(`${connectionId} `))
      .map(key => key.slice(connectionId.length + 1));
    await Promise.all([
      this.fetchCatalog(connectionId, null, true),
      this.fetchSchemas(connectionId),
      ...opened.map(schema => this.fetchCatalog(connectionId, schema, true))
    ]);
  }

  /**
   * Look into a database. Never throws: the catalog's `problem` says what went wrong, what was known stays.
   *
   * @param isRefreshed - ask the database even when the server remembers
   */
  async fetchCatalog(
    connectionId: string,
    schema: string | null = null,
    isRefreshed = false
  ): Promise<void> {
    const key = keyOf(connectionId, schema);
    if (schema === null) {
      this.askedAt.set(connectionId, Date.now());
    }
    const before = this.catalogOf(connectionId, schema);
    this.setCatalog(key, { ...before, isLoading: true, problem: null });
    try {
      const { catalogRelations } = await this.api.execute(CatalogOf, {
        connectionId,
        schema,
        isRefreshed
      });
      this.setCatalog(key, {
        ...catalogRelations,
        isLoading: false,
        problem: null
      });
    } catch (problem) {
      this.setCatalog(key, { ...before, isLoading: false, problem });
    }
  }

  /** Try a stored connection as it stands; `trials` has the answer. */
  async tryStored(connectionId: string): Promise<void> {
    const tell = (trial: ITrial): void => {
      this.trials.set(connectionId, trial);
      this.changedSignal.emit();
    };
    tell({ isRunning: true, isWorking: false, message: '' });
    try {
      tell(await this.attempt({ connectionId }));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      tell({ isRunning: false, isWorking: false, message });
    }
  }

  /** Try what a form holds. */
  async tryDraft(draft: IDraft, workspaceId: string): Promise<ITrial> {
    const given = {
      parameters: draft.parameters,
      secret: draft.secret || null
    };
    return this.attempt(
      draft.id === null
        ? { ...given, workspaceId, kind: draft.kind }
        : { ...given, connectionId: draft.id }
    );
  }

  /** Store what a form holds; gives the connection's id. */
  async save(draft: IDraft, workspaceId: string): Promise<string> {
    const { name, kind, parameters, minimumRole, isReadOnly } = draft;
    const secret = draft.secret || null;
    const common = { name, parameters, secret, minimumRole, isReadOnly };
    if (draft.id === null) {
      const { createConnection } = await this.api.execute(AddConnection, {
        input: { ...common, id: newId(), workspaceId, kind }
      });
      await this.load();
      return createConnection.id;
    }
    await this.api.execute(ChangeConnection, {
      input: {
        ...common,
        id: draft.id,
        isSecretRemoved: draft.isSecretRemoved && secret === null
      }
    });
    this.forget(draft.id);
    await this.load();
    return draft.id;
  }

  async remove(id: string): Promise<void> {
    await this.api.execute(RemoveConnection, { id });
    this.forget(id);
    await this.load();
  }

  /** The first rows; aborting the signal cancels the query in the database. */
  async preview(place: IPlace, signal?: AbortSignal): Promise<Preview> {
    return (await this.api.execute(RelationPreview, place, signal))
      .relationPreview;
  }

  /** A statement that reads a relation, in its database's own words. */
  async selectStatement(place: IPlace): Promise<string> {
    return (await this.api.execute(SelectStatement, place)).catalogRelation
      .selectStatement;
  }

  /** Show what an act failed with. */
  fail(error: unknown): void {
    this.problem = error;
    this.changedSignal.emit();
    if (!mayPass(error)) {
      this.retry.stop();
    }
  }

  private async attempt(
    input: Parameters<NonNullable<typeof TryConnection.types>>[0]['input']
  ): Promise<ITrial> {
    const { testConnection } = await this.api.execute(TryConnection, { input });
    return { ...testConnection, isRunning: false };
  }

  private all(): readonly ConnectionFields[] {
    const sorted = [...(this.workspaces ?? [])].sort(
      (one, other) =>
        Number(other.id === this.preferred) - Number(one.id === this.preferred)
    );
    return sorted.flatMap(({ connections }) => connections);
  }

  /** What failed is no loss: the tables of plain names are there, and say what is wrong themselves. */
  private async fetchSchemas(connectionId: string): Promise<void> {
    try {
      const { catalogSchemas } = await this.api.execute(SchemasOf, {
        connectionId
      });
      this.schemas.set(connectionId, catalogSchemas);
      this.changedSignal.emit();
    } catch {
      this.schemas.delete(connectionId);
    }
  }

  private forget(id: string): void {
    for (const key of [...this.catalogs.keys()]) {
      if (key === id || key.startsWith(`${id} `)) {
        this.catalogs.delete(key);
      }
    }
    this.schemas.delete(id);
    this.askedAt.delete(id);
    this.trials.delete(id);
  }

  private setCatalog(key: string, catalog: ICatalog): void {
    this.catalogs.set(key, catalog);
    this.changedSignal.emit();
  }
}

/** Ids of connections hold no space. */
function keyOf(connectionId: string, schema: string | null): string {
  return schema === null ? connectionId : `${connectionId} ${schema}`;
}
