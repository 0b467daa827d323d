/* Written by `jlpm generate` from schema.graphql and the operations.graphql files. Do not edit. */

import type { IOperation } from './operation';

export type StoreMode = 'EMBEDDED' | 'DIRECT';

export type Role = 'ADMIN' | 'EDITOR' | 'VIEWER';

export type CellType = 'CODE' | 'MARKDOWN' | 'RAW';

export type ExecutionState = 'IDLE' | 'RUNNING' | 'SUCCESS' | 'ERROR' | 'STALE';

export type ThreadStatus = 'OPEN' | 'RESOLVED';

export type VersionKind = 'MANUAL' | 'BEFORE_RESTORE' | 'RESTORE';

export type CellChangeKind =
  'ADDED' | 'REMOVED' | 'CHANGED' | 'MOVED' | 'OUTPUTS_CHANGED';

export type ObservationStatus = 'OBSERVED' | 'NO_KERNEL' | 'NOT_OBSERVED';

export type NoticeKind = 'NO_CELL_IDS' | 'DUPLICATE_CELL_IDS';

export type CellLanguage = 'PYTHON' | 'SQL' | 'OTHER';

export type ProblemKind =
  | 'SYNTAX'
  | 'OPAQUE'
  | 'SQL_UNKNOWN'
  | 'SQL_NAME'
  | 'TOO_LONG'
  | 'UNKNOWN_RELATION'
  | 'UNKNOWN_COLUMN';

export type StaleReasonKind =
  | 'EDITED'
  | 'REWRITTEN'
  | 'OTHER_WRITER'
  | 'WRITER_GONE'
  | 'UPSTREAM_STALE'
  | 'UPSTREAM_NOT_RUN'
  | 'MARKED';

/** How a dependency is known. */
export type EdgeStatus = 'STATIC' | 'OBSERVED' | 'REFUTED';

export type PlanKind = 'STALE' | 'ALL' | 'WITH_UPSTREAM' | 'REACTIVE';

export type PlanReason = 'STALE' | 'NOT_RUN' | 'REBUILD' | 'REQUESTED';

export type StepStatus =
  'WAITING' | 'RUNNING' | 'SUCCESS' | 'ERROR' | 'SKIPPED' | 'CANCELLED';

export type EventKind =
  | 'WORKSPACE_CHANGED'
  | 'MEMBER_CHANGED'
  | 'PROJECT_CHANGED'
  | 'THREAD_CHANGED'
  | 'VERSION_CHANGED'
  | 'CONNECTION_CHANGED'
  | 'CONNECTION_USED'
  | 'NOTEBOOK_CHANGED'
  | 'NOTEBOOK_SAVED'
  | 'NOTEBOOK_RENAMED'
  | 'NOTEBOOK_REWRITTEN';

/** `id` in inputs is made by the client (UUIDv7): sending the same again changes nothing and gives the same answer. */
export type CreateWorkspaceInput = {
  readonly id?: string | null;
  /** 2 to 40 of a-z, 0-9 and hyphen; made from the name if absent. */
  readonly slug?: string | null;
  readonly name: string;
};

export type AddMemberInput = {
  readonly workspaceId: string;
  /** The name the person signs in with. */
  readonly userName: string;
  readonly role: Role;
};

export type RemoveMemberInput = {
  readonly workspaceId: string;
  readonly userId: string;
};

export type CreateProjectInput = {
  /** The notebook's UUID, when the client wrote one into metadata.sept.notebook. */
  readonly id?: string | null;
  /** Default: your first workspace, made for you if there is none. */
  readonly workspaceId?: string | null;
  readonly path: string;
  readonly title?: string | null;
};

export type CreateCellInput = {
  readonly id?: string | null;
  readonly projectId: string;
  readonly type?: CellType | null;
  readonly source?: string | null;
  /** Insert after this cell; null: at the top. */
  readonly afterCellId?: string | null;
  /** sha256 of the file (as the contents API gives it) that the change is based on; CONFLICT when it is another. */
  readonly expectedHash?: string | null;
};

export type UpdateCellInput = {
  readonly projectId: string;
  readonly cellId: string;
  readonly type?: CellType | null;
  readonly source?: string | null;
  readonly expectedHash?: string | null;
};

export type MoveCellInput = {
  readonly projectId: string;
  readonly cellId: string;
  /** null: to the top. */
  readonly afterCellId?: string | null;
  readonly expectedHash?: string | null;
};

export type DeleteCellInput = {
  readonly projectId: string;
  readonly cellId: string;
  readonly expectedHash?: string | null;
};

export type ExecuteCellInput = {
  readonly projectId: string;
  readonly cellId: string;
  /** How long to wait for the end before answering with status RUNNING; at most 300. */
  readonly waitSeconds?: number | null;
};

export type MarkCellDependentsStaleInput = {
  readonly path: string;
  readonly cellId: string;
  readonly clientId?: string | null;
};

export type RunPlanInput = {
  readonly projectId: string;
  readonly kind: PlanKind;
  readonly cellId?: string | null;
  readonly waitSeconds?: number | null;
};

export type SyncNotebookInput = {
  readonly path: string;
  /** Made by the client, one for each open document. */
  readonly clientId: string;
  /** The kernel the document is connected to. */
  readonly kernelId?: string | null;
  /** The kernel's language, e.g. python. */
  readonly language?: string | null;
  /** metadata.sept.notebook of the document. */
  readonly notebookId?: string | null;
  /** Forget what this client sent before. */
  readonly reset?: boolean | null;
  /** All cell ids in notebook order, each once (a client makes duplicates unique by a suffix ~2, ~3). null: unchanged. */
  readonly order?: ReadonlyArray<string> | null;
  /** Cells that are new or whose text changed. */
  readonly changed?: ReadonlyArray<CellInput> | null;
  /** False: more parts follow; nothing is computed yet. */
  readonly isComplete?: boolean | null;
  /** Answer with the cells that changed after this revision. null: all. */
  readonly since?: number | null;
};

export type CellInput = {
  readonly id: string;
  readonly type: CellType;
  readonly source: string;
};

export type AddCommentInput = {
  readonly id?: string | null;
  readonly projectId: string;
  /** An existing thread; null: begin one. */
  readonly threadId?: string | null;
  /** For a new thread: the cell; null: about the notebook. */
  readonly cellId?: string | null;
  /** For a new thread: the first line of the cell, to recognise it later. */
  readonly quote?: string | null;
  /** Markdown, 1 to 16,384 characters. */
  readonly body: string;
};

export type EditCommentInput = { readonly id: string; readonly body: string };

export type SaveVersionInput = {
  readonly id?: string | null;
  readonly projectId: string;
  /** 1 to 200 characters. */
  readonly label: string;
};

export type RestoreVersionInput = {
  readonly projectId: string;
  readonly versionId: string;
  readonly expectedHash?: string | null;
};

export type CreateConnectionInput = {
  readonly id?: string | null;
  readonly workspaceId: string;
  /** How cells name it: letters, digits, _ and -. */
  readonly name: string;
  readonly kind: string;
  readonly parameters?: ReadonlyArray<ParameterInput> | null;
  /** Password or token; encrypted at rest, never shown again. */
  readonly secret?: string | null;
  readonly minimumRole?: Role | null;
  readonly isReadOnly?: boolean | null;
};

export type UpdateConnectionInput = {
  readonly id: string;
  readonly name?: string | null;
  readonly parameters?: ReadonlyArray<ParameterInput> | null;
  /** A new one; absent: the one stored stays. */
  readonly secret?: string | null;
  readonly isSecretRemoved?: boolean | null;
  readonly minimumRole?: Role | null;
  readonly isReadOnly?: boolean | null;
};

export type TestConnectionInput = {
  /** A stored connection; null: one of the workspace that is not stored yet. */
  readonly connectionId?: string | null;
  readonly workspaceId?: string | null;
  readonly kind?: string | null;
  readonly parameters?: ReadonlyArray<ParameterInput> | null;
  readonly secret?: string | null;
};

export type ParameterInput = { readonly name: string; readonly value: string };

export type EventFields = {
  /** Cursor for `after`. Live events (NOTEBOOK_...) have none: they are not stored. */
  readonly cursor: string | null;
  readonly kind: EventKind;
  readonly workspaceId: string | null;
  readonly projectId: string | null;
  readonly path: string | null;
  /** Which thing changed: id of the thread, version, member's user ... */
  readonly subjectId: string | null;
  readonly actorId: string | null;
  readonly at: string;
};

export type UserFields = {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  /** Two letters for an avatar. */
  readonly initials: string;
};

export type ThreadFields = {
  readonly id: string;
  /** The cell it is about; null: the notebook. */
  readonly cellId: string | null;
  /** The cell is not in the file any more. */
  readonly isOrphaned: boolean;
  /** First line of the cell when the thread began. */
  readonly quote: string | null;
  readonly status: ThreadStatus;
  readonly createdAt: string;
  readonly resolvedAt: string | null;
  readonly resolvedBy: { readonly displayName: string } | null;
  /** Oldest first. */
  readonly comments: ReadonlyArray<{
    readonly id: string;
    readonly author: {
      readonly displayName: string;
      /** Two letters for an avatar. */
      readonly initials: string;
    };
    /** Markdown; show it sanitised. */
    readonly body: string;
    readonly createdAt: string;
    readonly editedAt: string | null;
    readonly canEdit: boolean;
    readonly canDelete: boolean;
  }>;
};

export type ConnectionFields = {
  readonly id: string;
  readonly name: string;
  /** duckdb, sqlite, postgres, ... */
  readonly kind: string;
  /** How its database's SQL is called; null when this server does not know the kind. */
  readonly dialect: string | null;
  /** Everything but the secret. */
  readonly parameters: ReadonlyArray<{
    readonly name: string;
    readonly value: string;
  }>;
  readonly hasSecret: boolean;
  /** The least role that may use it. */
  readonly minimumRole: Role;
  /** Whether you may: your role is at least its minimum. */
  readonly canUse: boolean;
  /** Sessions are opened read-only, where the database can. */
  readonly isReadOnly: boolean;
};

export type PlanFields = {
  readonly kind: PlanKind;
  /** For people: 3 stale cells, and [2] again to rebuild df. */
  readonly summary: string;
  readonly steps: ReadonlyArray<{
    readonly cellId: string;
    readonly reason: PlanReason;
    /** Names it is run for. */
    readonly names: ReadonlyArray<string>;
    /** Names to take out of the kernel before it runs (by the silent code `%sept_forget NAME, NAME`, names joined by a comma and a space): no cell above writes them any more, so that a clean run would not know them. Settings which no cell above changes any more (their names hold a space) are put back by the same code. */
    readonly forgets: ReadonlyArray<string>;
    /** Earlier steps it depends on: skip it when one of them failed or was skipped. */
    readonly dependsOn: ReadonlyArray<string>;
  }>;
};

export type NotebookStateFields = {
  readonly path: string;
  /** Rises with every change of what `cells` would say. */
  readonly revision: number;
  readonly observation: {
    readonly status: ObservationStatus;
    readonly message: string | null;
  };
  readonly staleCount: number;
  /** What is odd about the file (no cell ids, ids twice) and what can be done. */
  readonly notices: ReadonlyArray<{
    readonly kind: NoticeKind;
    readonly message: string;
  }>;
  /** Dataframes of the kernel, by name. null: as the answer said that `since` is of. */
  readonly frames: ReadonlyArray<{
    readonly name: string;
    /** null: not known (a lazy frame, very many, names that SQL does not see as they are). */
    readonly columns: ReadonlyArray<string> | null;
  }> | null;
  /** The project the notebook is shared as, if it is and you may see it; null when the store is unavailable. */
  readonly project: {
    /** The UUID in the notebook's metadata.sept.notebook. */
    readonly id: string;
    /** Your own role for this project. */
    readonly role: Role;
  } | null;
  /** In notebook order; only code cells. With `since`, only those that changed after it. */
  readonly cells: ReadonlyArray<CellStateFields>;
};

export type CellStateFields = {
  readonly id: string;
  /** Position among all cells, from 0. */
  readonly index: number;
  readonly language: CellLanguage;
  readonly state: ExecutionState;
  readonly executionCount: number | null;
  readonly reads: ReadonlyArray<NameUseFields>;
  readonly writes: ReadonlyArray<NameUseFields>;
  readonly relationsRead: ReadonlyArray<{
    /** null: the notebook's own DuckDB. */
    readonly connection: string | null;
    readonly name: string;
  }>;
  readonly relationsWritten: ReadonlyArray<{
    /** null: the notebook's own DuckDB. */
    readonly connection: string | null;
    readonly name: string;
  }>;
  readonly problems: ReadonlyArray<{
    readonly kind: ProblemKind;
    readonly message: string;
    readonly span: { readonly line: number; readonly column: number } | null;
  }>;
  /** The text cannot be analysed now; reads and writes are those of its last good text. */
  readonly isBroken: boolean;
  /** It may read or write more than is shown. */
  readonly isOpaque: boolean;
  /** Why it is stale, most telling first; empty unless stale. */
  readonly reasons: ReadonlyArray<{
    readonly kind: StaleReasonKind;
    readonly name: string | null;
    /** The cell that is the cause. */
    readonly cellId: string | null;
    readonly at: string | null;
    readonly message: string;
  }>;
  /** One sentence on the state, for people. */
  readonly explanation: string;
  /** Direct dependencies. */
  readonly upstream: ReadonlyArray<{
    readonly cellId: string;
    /** The names that tie the two. */
    readonly names: ReadonlyArray<string>;
    readonly status: EdgeStatus;
  }>;
  readonly downstream: ReadonlyArray<{
    readonly cellId: string;
    /** The names that tie the two. */
    readonly names: ReadonlyArray<string>;
    readonly status: EdgeStatus;
  }>;
  /** All cells that depend on it, directly or not. */
  readonly downstreamCount: number;
  readonly finishedAt: string | null;
  /** The error's name and message, when the last run failed. */
  readonly error: string | null;
};

export type NameUseFields = {
  readonly name: string;
  readonly spans: ReadonlyArray<{
    readonly line: number;
    readonly column: number;
    readonly endLine: number;
    readonly endColumn: number;
  }>;
};

export type VersionFields = {
  readonly id: string;
  /** Counts from 1 in its project. */
  readonly seq: number;
  readonly label: string;
  readonly kind: VersionKind;
  readonly author: {
    readonly displayName: string;
    /** Two letters for an avatar. */
    readonly initials: string;
  };
  readonly createdAt: string;
  readonly cellCount: number;
};

export type WorkspaceFields = {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  /** Your own role in it. */
  readonly role: Role;
  readonly members: ReadonlyArray<{
    readonly role: Role;
    readonly addedAt: string;
    readonly user: {
      readonly id: string;
      readonly name: string;
      readonly displayName: string;
      /** Two letters for an avatar. */
      readonly initials: string;
    };
  }>;
  readonly projects: ReadonlyArray<{
    /** The UUID in the notebook's metadata.sept.notebook. */
    readonly id: string;
    readonly title: string;
    /** Path of the notebook below the server's root. */
    readonly path: string;
    readonly updatedAt: string;
  }>;
};

export type EventsVariables = {
  readonly after?: string | null;
  readonly first?: number | null;
};
export type EventsResult = {
  /** Events after a cursor, oldest first, for clients without a WebSocket. At most 500. */
  readonly events: {
    /** Ask for events after this next. */
    readonly cursor: string;
    readonly events: ReadonlyArray<EventFields>;
  };
};
export const Events: IOperation<EventsResult, EventsVariables> = {
  name: 'Events',
  kind: 'query',
  text: 'query Events($after:ID$first:Int){events(after:$after first:$first){cursor events{...EventFields}}} fragment EventFields on Event{cursor kind workspaceId projectId path subjectId actorId at}'
};

export type LiveEventsVariables = { readonly after?: string | null };
export type LiveEventsResult = {
  /** What changed, as it happens; with a cursor, first what was missed. */
  readonly events: EventFields;
};
export const LiveEvents: IOperation<LiveEventsResult, LiveEventsVariables> = {
  name: 'LiveEvents',
  kind: 'subscription',
  text: 'subscription LiveEvents($after:ID){events(after:$after){...EventFields}} fragment EventFields on Event{cursor kind workspaceId projectId path subjectId actorId at}'
};

export type ServerVariables = Record<string, never>;
export type ServerResult = {
  /** Who is asking. */
  readonly me: UserFields;
  /** The server's version and how its store is doing. Answers even when the store does not. */
  readonly server: {
    readonly version: string;
    /** embedded: SQLite on this machine. direct: a shared Postgres (roles are advisory). */
    readonly mode: StoreMode;
    readonly store: {
      readonly isAvailable: boolean;
      /** What is wrong and what to do, when it is not available. */
      readonly message: string | null;
    };
  };
};
export const Server: IOperation<ServerResult, ServerVariables> = {
  name: 'Server',
  kind: 'query',
  text: 'query Server{me{...UserFields}server{version mode store{isAvailable message}}} fragment UserFields on User{id name displayName initials}'
};

export type ProjectThreadsVariables = { readonly id: string };
export type ProjectThreadsResult = {
  /** One project by the UUID that its notebook carries in metadata.sept.notebook. */
  readonly project: {
    /** The UUID in the notebook's metadata.sept.notebook. */
    readonly id: string;
    /** Your own role for this project. */
    readonly role: Role;
    readonly threads: ReadonlyArray<ThreadFields>;
  } | null;
};
export const ProjectThreads: IOperation<
  ProjectThreadsResult,
  ProjectThreadsVariables
> = {
  name: 'ProjectThreads',
  kind: 'query',
  text: 'query ProjectThreads($id:ID!){project(id:$id){id role threads{...ThreadFields}}} fragment ThreadFields on Thread{id cellId isOrphaned quote status createdAt resolvedAt resolvedBy{displayName}comments{id author{displayName initials}body createdAt editedAt canEdit canDelete}}'
};

export type AddCommentVariables = { readonly input: AddCommentInput };
export type AddCommentResult = {
  /** Add a comment: to a thread, or as the first of a new thread on a cell or on the notebook. */
  readonly addComment: { readonly id: string; readonly threadId: string };
};
export const AddComment: IOperation<AddCommentResult, AddCommentVariables> = {
  name: 'AddComment',
  kind: 'mutation',
  text: 'mutation AddComment($input:AddCommentInput!){addComment(input:$input){id threadId}}'
};

export type EditCommentVariables = { readonly input: EditCommentInput };
export type EditCommentResult = {
  /** Change the text of your own comment. */
  readonly editComment: { readonly id: string };
};
export const EditComment: IOperation<EditCommentResult, EditCommentVariables> =
  {
    name: 'EditComment',
    kind: 'mutation',
    text: 'mutation EditComment($input:EditCommentInput!){editComment(input:$input){id}}'
  };

export type DeleteCommentVariables = { readonly id: string };
export type DeleteCommentResult = {
  /** Delete a comment: your own, or any as admin. The last one takes its thread along. */
  readonly deleteComment: { readonly id: string } | null;
};
export const DeleteComment: IOperation<
  DeleteCommentResult,
  DeleteCommentVariables
> = {
  name: 'DeleteComment',
  kind: 'mutation',
  text: 'mutation DeleteComment($id:ID!){deleteComment(id:$id){id}}'
};

export type ResolveThreadVariables = {
  readonly id: string;
  readonly resolved: boolean;
};
export type ResolveThreadResult = {
  /** Resolve a thread, or reopen it with resolved: false. */
  readonly resolveThread: {
    readonly id: string;
    readonly status: ThreadStatus;
  };
};
export const ResolveThread: IOperation<
  ResolveThreadResult,
  ResolveThreadVariables
> = {
  name: 'ResolveThread',
  kind: 'mutation',
  text: 'mutation ResolveThread($id:ID!$resolved:Boolean!){resolveThread(id:$id resolved:$resolved){id status}}'
};

export type ConnectionsVariables = Record<string, never>;
export type ConnectionsResult = {
  /** Every kind of database a connection can be to, with what a form must ask for. */
  readonly connectionKinds: ReadonlyArray<{
    /** duckdb, sqlite, postgres, ... */
    readonly kind: string;
    readonly title: string;
    /** The SQL it speaks, by sqlglot's name. */
    readonly dialect: string;
    readonly hasSecret: boolean;
    /** The extra of sept-ext with the driver, e.g. postgres. */
    readonly extra: string | null;
    readonly fields: ReadonlyArray<{
      readonly name: string;
      readonly label: string;
      readonly isRequired: boolean;
      readonly placeholder: string;
      /** All that it can be, where that is a few words (the placeholder is the default then); else empty. */
      readonly choices: ReadonlyArray<string>;
    }>;
  }>;
  /** The workspaces you are a member of, by name. */
  readonly workspaces: ReadonlyArray<{
    readonly id: string;
    /** Your own role in it. */
    readonly role: Role;
    readonly connections: ReadonlyArray<ConnectionFields>;
  }>;
};
export const Connections: IOperation<ConnectionsResult, ConnectionsVariables> =
  {
    name: 'Connections',
    kind: 'query',
    text: 'query Connections{connectionKinds{kind title dialect hasSecret extra fields{name label isRequired placeholder choices}}workspaces{id role connections{...ConnectionFields}}} fragment ConnectionFields on Connection{id name kind dialect parameters{name value}hasSecret minimumRole canUse isReadOnly}'
  };

export type SchemasOfVariables = { readonly connectionId: string };
export type SchemasOfResult = {
  /** Schemas (databases, datasets) of a connection's database besides those whose tables plain names mean, when it shows that level; else empty. This and what follows is told to those who may use the connection, and is UNAVAILABLE when the database does not answer within eight seconds. */
  readonly catalogSchemas: ReadonlyArray<string>;
};
export const SchemasOf: IOperation<SchemasOfResult, SchemasOfVariables> = {
  name: 'SchemasOf',
  kind: 'query',
  text: 'query SchemasOf($connectionId:ID!){catalogSchemas(connectionId:$connectionId)}'
};

export type CatalogOfVariables = {
  readonly connectionId: string;
  readonly schema?: string | null;
  readonly search?: string | null;
  readonly isRefreshed?: boolean | null;
};
export type CatalogOfResult = {
  /** Tables and views, of one schema or of what plain names mean; looked up once and kept, anew with isRefreshed. `search` looks at names and columns, best match first. At most 5,000. */
  readonly catalogRelations: {
    /** How many match, also beyond this page. */
    readonly totalCount: number;
    readonly relations: ReadonlyArray<{
      readonly name: string;
      readonly columns: ReadonlyArray<string>;
    }>;
  };
};
export const CatalogOf: IOperation<CatalogOfResult, CatalogOfVariables> = {
  name: 'CatalogOf',
  kind: 'query',
  text: 'query CatalogOf($connectionId:ID!$schema:String$search:String$isRefreshed:Boolean){catalogRelations(connectionId:$connectionId schema:$schema search:$search isRefreshed:$isRefreshed first:5000){totalCount relations{name columns}}}'
};

export type ColumnsOfVariables = {
  readonly connectionId: string;
  readonly schema?: string | null;
  readonly name: string;
};
export type ColumnsOfResult = {
  /** One table's or view's columns with their types. Asked of the database each time; fetch it when somebody looks. */
  readonly relationColumns: ReadonlyArray<{
    readonly name: string;
    /** In the database's own words, such as `numeric(10,2)`; null when it does not tell. */
    readonly type: string | null;
  }>;
};
export const ColumnsOf: IOperation<ColumnsOfResult, ColumnsOfVariables> = {
  name: 'ColumnsOf',
  kind: 'query',
  text: 'query ColumnsOf($connectionId:ID!$schema:String$name:String!){relationColumns(connectionId:$connectionId schema:$schema name:$name){name type}}'
};

export type SelectStatementVariables = {
  readonly connectionId: string;
  readonly schema?: string | null;
  readonly name: string;
};
export type SelectStatementResult = {
  /** One table or view. */
  readonly catalogRelation: {
    /** A statement that reads it, in the connection's dialect, with the columns named. */
    readonly selectStatement: string;
  };
};
export const SelectStatement: IOperation<
  SelectStatementResult,
  SelectStatementVariables
> = {
  name: 'SelectStatement',
  kind: 'query',
  text: 'query SelectStatement($connectionId:ID!$schema:String$name:String!){catalogRelation(connectionId:$connectionId schema:$schema name:$name){selectStatement}}'
};

export type RelationPreviewVariables = {
  readonly connectionId: string;
  readonly schema?: string | null;
  readonly name: string;
};
export type RelationPreviewResult = {
  /** The first 100 rows of a table or view. A client that goes away cancels it in the database. */
  readonly relationPreview: {
    readonly columns: ReadonlyArray<string>;
    readonly rows: ReadonlyArray<ReadonlyArray<string | null>>;
    /** There may be more rows. */
    readonly isCut: boolean;
  };
};
export const RelationPreview: IOperation<
  RelationPreviewResult,
  RelationPreviewVariables
> = {
  name: 'RelationPreview',
  kind: 'query',
  text: 'query RelationPreview($connectionId:ID!$schema:String$name:String!){relationPreview(connectionId:$connectionId schema:$schema name:$name){columns rows isCut}}'
};

export type AddConnectionVariables = { readonly input: CreateConnectionInput };
export type AddConnectionResult = {
  /** Store a connection for a workspace; its secret is encrypted. Admins only. */
  readonly createConnection: { readonly id: string };
};
export const AddConnection: IOperation<
  AddConnectionResult,
  AddConnectionVariables
> = {
  name: 'AddConnection',
  kind: 'mutation',
  text: 'mutation AddConnection($input:CreateConnectionInput!){createConnection(input:$input){id}}'
};

export type ChangeConnectionVariables = {
  readonly input: UpdateConnectionInput;
};
export type ChangeConnectionResult = {
  /** Change a connection; what is not given stays, its secret too. Admins only. */
  readonly updateConnection: { readonly id: string };
};
export const ChangeConnection: IOperation<
  ChangeConnectionResult,
  ChangeConnectionVariables
> = {
  name: 'ChangeConnection',
  kind: 'mutation',
  text: 'mutation ChangeConnection($input:UpdateConnectionInput!){updateConnection(input:$input){id}}'
};

export type RemoveConnectionVariables = { readonly id: string };
export type RemoveConnectionResult = {
  /** Delete a connection. Admins only. */
  readonly deleteConnection: { readonly id: string };
};
export const RemoveConnection: IOperation<
  RemoveConnectionResult,
  RemoveConnectionVariables
> = {
  name: 'RemoveConnection',
  kind: 'mutation',
  text: 'mutation RemoveConnection($id:ID!){deleteConnection(id:$id){id}}'
};

export type TryConnectionVariables = { readonly input: TestConnectionInput };
export type TryConnectionResult = {
  /** Try a connection. One that is stored, as it stands, for whoever may use it; with parameters or a secret of a form (those of the stored one are used where none is given) for admins only. */
  readonly testConnection: {
    readonly isWorking: boolean;
    /** One sentence; never holds the secret. */
    readonly message: string;
    readonly elapsedMs: number;
  };
};
export const TryConnection: IOperation<
  TryConnectionResult,
  TryConnectionVariables
> = {
  name: 'TryConnection',
  kind: 'mutation',
  text: 'mutation TryConnection($input:TestConnectionInput!){testConnection(input:$input){isWorking message elapsedMs}}'
};

export type RunPlanVariables = {
  readonly path: string;
  readonly clientId: string;
  readonly kind: PlanKind;
  readonly cellId?: string | null;
};
export type RunPlanResult = {
  /** What a run would run, in order. Runs nothing. */
  readonly plan: PlanFields;
};
export const RunPlan: IOperation<RunPlanResult, RunPlanVariables> = {
  name: 'RunPlan',
  kind: 'query',
  text: 'query RunPlan($path:String!$clientId:ID!$kind:PlanKind!$cellId:ID){plan(path:$path clientId:$clientId kind:$kind cellId:$cellId){...PlanFields}} fragment PlanFields on Plan{kind summary steps{cellId reason names forgets dependsOn}}'
};

export type SyncNotebookVariables = { readonly input: SyncNotebookInput };
export type SyncNotebookResult = {
  /** Tell the server the text of an open document. Send only what changed. */
  readonly syncNotebook: NotebookStateFields;
};
export const SyncNotebook: IOperation<
  SyncNotebookResult,
  SyncNotebookVariables
> = {
  name: 'SyncNotebook',
  kind: 'mutation',
  text: 'mutation SyncNotebook($input:SyncNotebookInput!){syncNotebook(input:$input){...NotebookStateFields}} fragment CellStateFields on CellState{id index language state executionCount reads{...NameUseFields}writes{...NameUseFields}relationsRead{connection name}relationsWritten{connection name}problems{kind message span{line column}}isBroken isOpaque reasons{kind name cellId at message}explanation upstream{cellId names status}downstream{cellId names status}downstreamCount finishedAt error} fragment NameUseFields on NameUse{name spans{line column endLine endColumn}} fragment NotebookStateFields on NotebookState{path revision observation{status message}staleCount notices{kind message}frames{name columns}project{id role}cells{...CellStateFields}}'
};

export type NotebookStateSinceVariables = {
  readonly path: string;
  readonly clientId: string;
  readonly since?: number | null;
};
export type NotebookStateSinceResult = {
  /** What is known about the cells of an open notebook. With a clientId the answer is about the text that client last synchronised (UNKNOWN_VIEW when the server does not know it any more: synchronise with reset: true), without one about the file on disk. With `since` only cells that changed after that revision are listed. */
  readonly notebookState: NotebookStateFields;
};
export const NotebookStateSince: IOperation<
  NotebookStateSinceResult,
  NotebookStateSinceVariables
> = {
  name: 'NotebookStateSince',
  kind: 'query',
  text: 'query NotebookStateSince($path:String!$clientId:ID!$since:Int){notebookState(path:$path clientId:$clientId since:$since){...NotebookStateFields}} fragment CellStateFields on CellState{id index language state executionCount reads{...NameUseFields}writes{...NameUseFields}relationsRead{connection name}relationsWritten{connection name}problems{kind message span{line column}}isBroken isOpaque reasons{kind name cellId at message}explanation upstream{cellId names status}downstream{cellId names status}downstreamCount finishedAt error} fragment NameUseFields on NameUse{name spans{line column endLine endColumn}} fragment NotebookStateFields on NotebookState{path revision observation{status message}staleCount notices{kind message}frames{name columns}project{id role}cells{...CellStateFields}}'
};

export type CloseNotebookVariables = {
  readonly path: string;
  readonly clientId: string;
};
export type CloseNotebookResult = {
  /** Say that a document was closed. */
  readonly closeNotebook: boolean;
};
export const CloseNotebook: IOperation<
  CloseNotebookResult,
  CloseNotebookVariables
> = {
  name: 'CloseNotebook',
  kind: 'mutation',
  text: 'mutation CloseNotebook($path:String!$clientId:ID!){closeNotebook(path:$path clientId:$clientId)}'
};

export type FormatSqlVariables = {
  readonly sql: string;
  readonly dialect?: string | null;
};
export type FormatSqlResult = {
  /** SQL laid out anew; BAD_INPUT, with the place, when it cannot be read. `dialect`: null for the notebook's own DuckDB. */
  readonly formatSql: string;
};
export const FormatSql: IOperation<FormatSqlResult, FormatSqlVariables> = {
  name: 'FormatSql',
  kind: 'query',
  text: 'query FormatSql($sql:String!$dialect:String){formatSql(sql:$sql dialect:$dialect)}'
};

export type ConvertSqlVariables = {
  readonly sql: string;
  readonly from?: string | null;
  readonly to: string;
};
export type ConvertSqlResult = {
  /** SQL of one dialect in the words of another; BAD_INPUT when it cannot be read, or has no counterpart. */
  readonly convertSql: string;
};
export const ConvertSql: IOperation<ConvertSqlResult, ConvertSqlVariables> = {
  name: 'ConvertSql',
  kind: 'query',
  text: 'query ConvertSql($sql:String!$from:String$to:String!){convertSql(sql:$sql from:$from to:$to)}'
};

export type SqlDialectsVariables = Record<string, never>;
export type SqlDialectsResult = {
  /** Dialects that SQL can be converted to and from, by title. */
  readonly sqlDialects: ReadonlyArray<{
    readonly name: string;
    readonly title: string;
  }>;
};
export const SqlDialects: IOperation<SqlDialectsResult, SqlDialectsVariables> =
  {
    name: 'SqlDialects',
    kind: 'query',
    text: 'query SqlDialects{sqlDialects{name title}}'
  };

export type SqlProblemsVariables = {
  readonly source: string;
  readonly connectionId?: string | null;
  readonly path: string;
  readonly clientId: string;
};
export type SqlProblemsResult = {
  /** Tables and columns in a %%sql cell that are not there, as far as that is known already: nothing is asked of a database, and in doubt nothing is told. `source`: the cell's whole text. `connectionId`: what it names, for those who may use it; null: dataframes, known by the runs of the kernel of the document that the client synchronised. */
  readonly sqlProblems: ReadonlyArray<{
    readonly message: string;
    /** Names that may be meant, the nearest first. */
    readonly candidates: ReadonlyArray<string>;
    readonly span: {
      readonly line: number;
      readonly column: number;
      readonly endLine: number;
      readonly endColumn: number;
    } | null;
  }>;
};
export const SqlProblems: IOperation<SqlProblemsResult, SqlProblemsVariables> =
  {
    name: 'SqlProblems',
    kind: 'query',
    text: 'query SqlProblems($source:String!$connectionId:ID$path:String!$clientId:ID!){sqlProblems(source:$source connectionId:$connectionId path:$path clientId:$clientId){message candidates span{line column endLine endColumn}}}'
  };

export type ShareNotebookVariables = { readonly input: CreateProjectInput };
export type ShareNotebookResult = {
  /** Share a notebook: it becomes a project of a workspace. Writes the UUID into the file if it has none yet. */
  readonly createProject: {
    /** The UUID in the notebook's metadata.sept.notebook. */
    readonly id: string;
    /** Your own role for this project. */
    readonly role: Role;
    /** Path of the notebook below the server's root. */
    readonly path: string;
  };
};
export const ShareNotebook: IOperation<
  ShareNotebookResult,
  ShareNotebookVariables
> = {
  name: 'ShareNotebook',
  kind: 'mutation',
  text: 'mutation ShareNotebook($input:CreateProjectInput!){createProject(input:$input){id role path}}'
};

export type ShareChoicesVariables = Record<string, never>;
export type ShareChoicesResult = {
  /** The workspaces you are a member of, by name. */
  readonly workspaces: ReadonlyArray<{
    readonly id: string;
    readonly name: string;
    /** Your own role in it. */
    readonly role: Role;
  }>;
};
export const ShareChoices: IOperation<
  ShareChoicesResult,
  ShareChoicesVariables
> = {
  name: 'ShareChoices',
  kind: 'query',
  text: 'query ShareChoices{workspaces{id name role}}'
};

export type ProjectVersionsVariables = { readonly id: string };
export type ProjectVersionsResult = {
  /** One project by the UUID that its notebook carries in metadata.sept.notebook. */
  readonly project: {
    /** The UUID in the notebook's metadata.sept.notebook. */
    readonly id: string;
    /** Your own role for this project. */
    readonly role: Role;
    /** Newest first. */
    readonly versions: ReadonlyArray<VersionFields>;
  } | null;
};
export const ProjectVersions: IOperation<
  ProjectVersionsResult,
  ProjectVersionsVariables
> = {
  name: 'ProjectVersions',
  kind: 'query',
  text: 'query ProjectVersions($id:ID!){project(id:$id){id role versions(first:100){...VersionFields}}} fragment VersionFields on Version{id seq label kind author{displayName initials}createdAt cellCount}'
};

export type VersionDiffVariables = {
  readonly projectId: string;
  readonly from: string;
};
export type VersionDiffResult = {
  /** How a stored version differs from another one or (without `to`) from the notebook's file now. */
  readonly versionDiff: {
    readonly unchangedCount: number;
    readonly changes: ReadonlyArray<{
      readonly kind: CellChangeKind;
      readonly cellId: string;
      readonly type: CellType;
      readonly before: string | null;
      readonly after: string | null;
      readonly isMoved: boolean;
      readonly outputsChanged: boolean;
    }>;
  };
};
export const VersionDiff: IOperation<VersionDiffResult, VersionDiffVariables> =
  {
    name: 'VersionDiff',
    kind: 'query',
    text: 'query VersionDiff($projectId:ID!$from:ID!){versionDiff(projectId:$projectId from:$from){unchangedCount changes{kind cellId type before after isMoved outputsChanged}}}'
  };

export type SaveVersionVariables = { readonly input: SaveVersionInput };
export type SaveVersionResult = {
  /** Keep the notebook file as it is now under a name. */
  readonly saveVersion: VersionFields;
};
export const SaveVersion: IOperation<SaveVersionResult, SaveVersionVariables> =
  {
    name: 'SaveVersion',
    kind: 'mutation',
    text: 'mutation SaveVersion($input:SaveVersionInput!){saveVersion(input:$input){...VersionFields}} fragment VersionFields on Version{id seq label kind author{displayName initials}createdAt cellCount}'
  };

export type RestoreVersionVariables = { readonly input: RestoreVersionInput };
export type RestoreVersionResult = {
  /** Make the file what a version was. The present state is saved as a version first. */
  readonly restoreVersion: {
    /** The state before, kept. */
    readonly before: {
      /** Counts from 1 in its project. */
      readonly seq: number;
      readonly label: string;
    };
    /** The new newest version, equal to the one restored. */
    readonly version: {
      /** Counts from 1 in its project. */
      readonly seq: number;
    };
  };
};
export const RestoreVersion: IOperation<
  RestoreVersionResult,
  RestoreVersionVariables
> = {
  name: 'RestoreVersion',
  kind: 'mutation',
  text: 'mutation RestoreVersion($input:RestoreVersionInput!){restoreVersion(input:$input){before{seq label}version{seq}}}'
};

export type WorkspacesVariables = Record<string, never>;
export type WorkspacesResult = {
  /** Who is asking. */
  readonly me: { readonly id: string; readonly name: string };
  /** The workspaces you are a member of, by name. */
  readonly workspaces: ReadonlyArray<{
    readonly id: string;
    readonly slug: string;
    readonly name: string;
    /** Your own role in it. */
    readonly role: Role;
  }>;
};
export const Workspaces: IOperation<WorkspacesResult, WorkspacesVariables> = {
  name: 'Workspaces',
  kind: 'query',
  text: 'query Workspaces{me{id name}workspaces{id slug name role}}'
};

export type WorkspaceDetailsVariables = { readonly slug: string };
export type WorkspaceDetailsResult = {
  /** One workspace; NOT_FOUND unless you are a member. */
  readonly workspace: WorkspaceFields | null;
};
export const WorkspaceDetails: IOperation<
  WorkspaceDetailsResult,
  WorkspaceDetailsVariables
> = {
  name: 'WorkspaceDetails',
  kind: 'query',
  text: 'query WorkspaceDetails($slug:String!){workspace(slug:$slug){...WorkspaceFields}} fragment WorkspaceFields on Workspace{id slug name role members{role addedAt user{id name displayName initials}}projects(first:100){id title path updatedAt}}'
};

export type CreateWorkspaceVariables = { readonly input: CreateWorkspaceInput };
export type CreateWorkspaceResult = {
  /** Make a workspace; you become its admin. */
  readonly createWorkspace: { readonly id: string; readonly slug: string };
};
export const CreateWorkspace: IOperation<
  CreateWorkspaceResult,
  CreateWorkspaceVariables
> = {
  name: 'CreateWorkspace',
  kind: 'mutation',
  text: 'mutation CreateWorkspace($input:CreateWorkspaceInput!){createWorkspace(input:$input){id slug}}'
};

export type AddMemberVariables = { readonly input: AddMemberInput };
export type AddMemberResult = {
  /** Add a member, or change the role of one. Admins only. */
  readonly addMember: { readonly role: Role };
};
export const AddMember: IOperation<AddMemberResult, AddMemberVariables> = {
  name: 'AddMember',
  kind: 'mutation',
  text: 'mutation AddMember($input:AddMemberInput!){addMember(input:$input){role}}'
};

export type RemoveMemberVariables = { readonly input: RemoveMemberInput };
export type RemoveMemberResult = {
  /** Take a member out. Admins only; the last admin stays. */
  readonly removeMember: { readonly id: string };
};
export const RemoveMember: IOperation<
  RemoveMemberResult,
  RemoveMemberVariables
> = {
  name: 'RemoveMember',
  kind: 'mutation',
  text: 'mutation RemoveMember($input:RemoveMemberInput!){removeMember(input:$input){id}}'
};

export type ProjectWorkspaceVariables = { readonly id: string };
export type ProjectWorkspaceResult = {
  /** One project by the UUID that its notebook carries in metadata.sept.notebook. */
  readonly project: {
    /** The UUID in the notebook's metadata.sept.notebook. */
    readonly id: string;
    readonly workspace: { readonly slug: string };
  } | null;
};
export const ProjectWorkspace: IOperation<
  ProjectWorkspaceResult,
  ProjectWorkspaceVariables
> = {
  name: 'ProjectWorkspace',
  kind: 'query',
  text: 'query ProjectWorkspace($id:ID!){project(id:$id){id workspace{slug}}}'
};

export type ServerModeVariables = Record<string, never>;
export type ServerModeResult = {
  /** The server's version and how its store is doing. Answers even when the store does not. */
  readonly server: {
    /** embedded: SQLite on this machine. direct: a shared Postgres (roles are advisory). */
    readonly mode: StoreMode;
    readonly store: {
      readonly isAvailable: boolean;
      /** What is wrong and what to do, when it is not available. */
      readonly message: string | null;
    };
  };
};
export const ServerMode: IOperation<ServerModeResult, ServerModeVariables> = {
  name: 'ServerMode',
  kind: 'query',
  text: 'query ServerMode{server{mode store{isAvailable message}}}'
};
