import { Signal, type ISignal } from '@lumino/signaling';

import {
  AddConnection,
  ChangeConnection,
  Connections,
  RelationPreview,
  RemoveConnection,
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
import { Catalogs, type IPlace } from './catalogs';
import type { IDraft } from './draft';

export type Kind = ConnectionsResult['connectionKinds'][number];
export type Workspace = ConnectionsResult['workspaces'][number];
export type Preview = RelationPreviewResult['relationPreview'];

/** How the last try of a connection went. */
export interface ITrial {
  readonly isRunning: boolean;
  readonly isWorking: boolean;
  readonly message: string;
}

const CONCERNED: ReadonlySet<EventFields['kind']> = new Set([
  'WORKSPACE_CHANGED',
  'MEMBER_CHANGED',
  'CONNECTION_CHANGED'
]);

/** All connections of the person's workspaces, and what their databases have. Fetches nothing until first asked. */
export class ConnectionsModel implements ISeptConnections {
  kinds: readonly Kind[] = [];
  workspaces: readonly Workspace[] | null = null;
  problem: unknown = null;
  /** The workspace whose connections a name means first. */
  preferred: string | null = null;
  readonly trials = new Map<string, ITrial>();
  readonly catalogs: Catalogs;
  private isStarted = false;
  private latest = 0;
  private loading?: Promise<void>;
  private readonly changedSignal = new Signal<this, void>(this);
  private readonly retry = new Retry(() => void this.load());

  constructor(private readonly api: ISeptApi) {
    this.catalogs = new Catalogs(api, () => this.changedSignal.emit());
    api.events.connect((_, event) => {
      if (this.isStarted && CONCERNED.has(event.kind)) {
        if (event.kind === 'CONNECTION_CHANGED' && event.subjectId !== null) {
          this.forget(event.subjectId);
        }
        void this.load();
      }
    });
    api.resumed.connect(() => {
      if (this.isStarted) {
        this.catalogs.resume();
        void this.load();
      }
    });
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

  /**
   * Fetch the connections again. Never throws: `problem` says what went wrong; what was there stays. Done when the
   * newest answer is in, also where an event had them fetched anew meanwhile.
   */
  async load(): Promise<void> {
    this.loading = this.fetch(++this.latest);
    let newest;
    do {
      newest = this.loading;
      await newest;
    } while (newest !== this.loading);
  }

  private async fetch(mine: number): Promise<void> {
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

  relationsOf(
    connection: ConnectionFields,
    schema: string | null = null
  ): readonly IRelation[] {
    return this.catalogs.relationsOf(connection.id, schema);
  }

  schemasOf(connection: ConnectionFields): readonly string[] {
    return this.catalogs.schemaNamesOf(connection.id);
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

  private forget(id: string): void {
    this.catalogs.forget(id);
    this.trials.delete(id);
  }
}
