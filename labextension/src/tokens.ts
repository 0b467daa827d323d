/**
 * What the features of Sept know of each other: nothing but these interfaces.
 */
import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import type {
  CellStateFields,
  ConnectionFields,
  EventFields,
  NotebookStateFields,
  Role
} from './api/generated';
import type { IOperation } from './api/operation';

/** The one way to the server. */
export interface ISeptApi {
  /**
   * Ask the server.
   *
   * @param operation - from api/generated.ts
   * @param signal - aborting it ends the request, and what the server does for it
   * @throws SeptRefusal when the server says no, with a code
   * @throws SeptUnreachable when there was no answer
   */
  execute<Result, Variables>(
    operation: IOperation<Result, Variables>,
    variables: Variables,
    signal?: AbortSignal
  ): Promise<Result>;
  /** What changed on the server, one event at a time. */
  readonly events: ISignal<ISeptApi, EventFields>;
  /** Events may have been missed: fetch again what is shown. */
  readonly resumed: ISignal<ISeptApi, void>;
  /** Whether events arrive as they happen. False: live (NOTEBOOK_...) events do not arrive; poll. */
  readonly isLive: boolean;
}

export const ISeptApi = new Token<ISeptApi>(
  'sept-labextension:ISeptApi',
  'Asks the Sept server and hears what changed.'
);

/** starting: never had an answer yet. offline: states are the last known ones; it recovers by itself. */
export type SessionStatus = 'starting' | 'online' | 'offline';

/** Which cells look different now; null: any of them may. */
export interface ISessionChange {
  readonly cellIds: ReadonlySet<string> | null;
}

/** What the server knows of one open notebook. Cell ids are those on the wire: see `idOf`. */
export interface ISeptSession extends IDisposable {
  readonly panel: NotebookPanel;
  readonly clientId: string;
  /** Path below the server's root, without a drive name. */
  readonly path: string;
  readonly status: SessionStatus;
  /** What is wrong, for people, while offline. */
  readonly problem: string | null;
  readonly cells: ReadonlyMap<string, CellStateFields>;
  readonly staleCount: number;
  /** All but the cells; null until the first answer. */
  readonly notebook: Omit<NotebookStateFields, 'cells'> | null;
  /** Dataframes of the kernel as the last run left them, with their columns; null: these are not known. */
  readonly frames: ReadonlyMap<string, readonly string[] | null>;
  /** Comments by cell id, as the comments feature last reported them. */
  readonly commentCounts: ReadonlyMap<string, number>;
  /** One signal for each batch of changes. */
  readonly changed: ISignal<ISeptSession, ISessionChange>;
  /** The text of a cell that was there before changed, by whomever; with its id. */
  readonly edited: ISignal<ISeptSession, string>;
  /** The cell's id on the wire: its own, made unique by ~2, ~3 where the file has it twice. */
  idOf(cell: Cell): string | undefined;
  cellOf(id: string): Cell | undefined;
  stateOf(cell: Cell): CellStateFields | undefined;
  /** Whether the cell's text is kept back from the server for its size. */
  isTooLong(cell: Cell): boolean;
  /** Resolves when the server has seen the present text. */
  flush(): Promise<void>;
  /** Ask for states again, soon. */
  refresh(): void;
  setCommentCounts(counts: ReadonlyMap<string, number>): void;
  /** Say something to screen readers, once. */
  announce(text: string): void;
}

/** One session for each open notebook panel. */
export interface ISeptSessions {
  readonly current: ISeptSession | null;
  readonly currentChanged: ISignal<ISeptSessions, ISeptSession | null>;
  /** Every session that begins; those there already are in `all`. */
  readonly added: ISignal<ISeptSessions, ISeptSession>;
  readonly all: Iterable<ISeptSession>;
  get(panel: NotebookPanel): ISeptSession | undefined;
}

export const ISeptSessions = new Token<ISeptSessions>(
  'sept-labextension:ISeptSessions',
  'What the Sept server knows of the open notebooks.'
);

/** A section of the side panel "Notebook". */
export interface INotebookPanelSection {
  /** Unique; used by `reveal`. */
  readonly id: string;
  /** 10 Dependencies, 20 Comments, 30 Versions. */
  readonly rank: number;
  /** Its `title.label` is the section's title. */
  readonly widget: Widget;
}

/** The accordion at the right: Dependencies, Comments, Versions. */
export interface INotebookPanelSections {
  add(section: INotebookPanelSection): void;
  /** Open the panel and the section, and give the section's widget the focus. */
  reveal(id: string): void;
}

export const INotebookPanelSections = new Token<INotebookPanelSections>(
  'sept-labextension:INotebookPanelSections',
  'The sections of the side panel "Notebook".'
);

/** The workspace that the panel "Workspace" shows. */
export interface IShownWorkspace {
  readonly id: string;
  readonly name: string;
  /** The person's own role in it. */
  readonly role: Role;
}

/** The side panel "Workspace", to which features add sections below Projects and Members. */
export interface IWorkspacePanel {
  /** null while none is known, or there is none. */
  readonly workspace: IShownWorkspace | null;
  readonly workspaceChanged: ISignal<IWorkspacePanel, void>;
  /** Add a section; its `title.label` is the section's title. */
  add(section: Widget): void;
  /** Open the panel and a section, and give it the focus. */
  reveal(section: Widget): void;
}

export const IWorkspacePanel = new Token<IWorkspacePanel>(
  'sept-labextension:IWorkspacePanel',
  'The sections of the side panel "Workspace".'
);

/** A table or view as the last look into its database found it. */
export interface IRelation {
  readonly name: string;
  readonly columns: readonly string[];
}

/** The connections that cells may name. Everything here answers at once, from what is known, and fetches behind. */
export interface ISeptConnections {
  /** What is known changed. */
  readonly changed: ISignal<ISeptConnections, void>;
  /** By the name that cells use; those of the workspace that is shown come first. */
  named(name: string): ConnectionFields | undefined;
  /** All that the person may use. */
  usable(): readonly ConnectionFields[];
  /** Tables and views of a schema, without one of what plain names mean; empty while they are not known. */
  relationsOf(
    connection: ConnectionFields,
    schema?: string
  ): readonly IRelation[];
  /** The schemas besides those that plain names mean; empty while they are not known. */
  schemasOf(connection: ConnectionFields): readonly string[];
}

export const ISeptConnections = new Token<ISeptConnections>(
  'sept-labextension:ISeptConnections',
  'The connections that SQL cells may name, with their tables and columns.'
);

/** Command names: the features' only other way to each other. */
export const CommandIDs = {
  showDependencies: 'sept:show-dependencies',
  showGraph: 'sept:show-graph',
  graphBeside: 'sept:graph-beside',
  focusBadge: 'sept:focus-badge',
  runStale: 'sept:run-stale',
  runAll: 'sept:run-all',
  runWithUpstream: 'sept:run-with-upstream',
  cancelRun: 'sept:cancel-run',
  nextStale: 'sept:next-stale',
  setMode: 'sept:set-run-mode',
  /** Of the comments feature; badges call it when it is there. */
  showComments: 'sept:show-comments',
  showVersions: 'sept:show-versions',
  showWorkspace: 'sept:show-workspace',
  showConnections: 'sept:show-connections',
  addConnection: 'sept:add-connection',
  editConnection: 'sept:edit-connection',
  testConnection: 'sept:test-connection',
  refreshConnection: 'sept:refresh-connection',
  deleteConnection: 'sept:delete-connection',
  previewRelation: 'sept:preview-relation',
  insertSelect: 'sept:insert-select',
  formatSql: 'sept:format-sql',
  convertSql: 'sept:convert-sql',
  nextSqlHint: 'sept:next-sql-hint'
} as const;
