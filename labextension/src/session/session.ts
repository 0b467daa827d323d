import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal, type ISignal } from '@lumino/signaling';

import {
  CloseNotebook,
  type CellStateFields,
  type EventFields,
  type NotebookStateFields,
  type SyncNotebookInput
} from '../api/generated';
import { newId } from '../shared/uuid';
import type {
  ISeptApi,
  ISeptSession,
  ISessionChange,
  SessionStatus
} from '../tokens';
import { LiveRegion } from './liveRegion';
import { NotebookMirror } from './mirror';
import { CellStateStore } from './store';
import { Synchroniser } from './synchroniser';

/** Milliseconds between looks at the server while it cannot tell us what changed. */
const POLL_EVERY = 3000;

/** The session of one notebook panel whose model is ready. */
export class SeptSession implements ISeptSession {
  readonly clientId = newId();
  isDisposed = false;
  status: SessionStatus = 'starting';
  problem: string | null = null;
  commentCounts: ReadonlyMap<string, number> = new Map();
  private readonly store = new CellStateStore();
  private readonly changedSignal = new Signal<ISeptSession, ISessionChange>(
    this
  );
  private readonly editedSignal = new Signal<ISeptSession, string>(this);
  private readonly mirror: NotebookMirror;
  private readonly synchroniser: Synchroniser;
  private readonly liveRegion: LiveRegion;
  private readonly pollTimer: ReturnType<typeof setInterval>;
  /** Sent since the last answer: their looks may change though their states do not (too long). */
  private readonly sentIds = new Set<string>();
  private lastHeader = '';
  private lastPath: string;

  constructor(
    readonly panel: NotebookPanel,
    private readonly api: ISeptApi,
    private readonly trans: TranslationBundle
  ) {
    const model = panel.context.model;
    this.lastPath = this.path;
    this.mirror = new NotebookMirror(model);
    this.liveRegion = new LiveRegion(panel.node);
    this.synchroniser = new Synchroniser({
      api,
      source: {
        take: everything => this.take(everything),
        header: () => this.sentHeader()
      },
      revision: () => this.store.revision,
      onState: (state, isFull) => this.receive(state, isFull),
      onStatus: (status, problem) => this.setStatus(status, problem)
    });
    this.mirror.edited.connect(this.onEdited, this);
    model.metadataChanged.connect(this.onHeaderMayHaveChanged, this);
    panel.sessionContext.kernelChanged.connect(
      this.onHeaderMayHaveChanged,
      this
    );
    panel.sessionContext.statusChanged.connect(
      this.onHeaderMayHaveChanged,
      this
    );
    panel.context.pathChanged.connect(this.onPathChanged, this);
    panel.disposed.connect(this.dispose, this);
    api.events.connect(this.onEvent, this);
    api.resumed.connect(this.refresh, this);
    this.pollTimer = setInterval(() => this.poll(), POLL_EVERY);
    this.synchroniser.schedule();
    void this.synchroniser.flush();
  }

  get path(): string {
    return this.panel.context.localPath;
  }

  get cells(): ReadonlyMap<string, CellStateFields> {
    return this.store.cells;
  }

  get notebook(): Omit<NotebookStateFields, 'cells'> | null {
    return this.store.notebook;
  }

  get frames(): ISeptSession['frames'] {
    return this.store.frames;
  }

  get staleCount(): number {
    return this.store.notebook?.staleCount ?? 0;
  }

  get changed(): ISignal<ISeptSession, ISessionChange> {
    return this.changedSignal;
  }

  get edited(): ISignal<ISeptSession, string> {
    return this.editedSignal;
  }

  idOf(cell: Cell): string | undefined {
    return this.mirror.idOf(cell.model);
  }

  cellOf(id: string): Cell | undefined {
    return this.panel.content.widgets[this.mirror.allIds.indexOf(id)];
  }

  stateOf(cell: Cell): CellStateFields | undefined {
    const id = this.idOf(cell);
    return id === undefined ? undefined : this.store.cells.get(id);
  }

  isTooLong(cell: Cell): boolean {
    return this.mirror.tooLong.has(this.idOf(cell) ?? '');
  }

  flush(): Promise<void> {
    return this.synchroniser.flush();
  }

  refresh(): void {
    this.synchroniser.refresh();
  }

  setCommentCounts(counts: ReadonlyMap<string, number>): void {
    this.commentCounts = counts;
    this.changedSignal.emit({ cellIds: null });
  }

  announce(text: string): void {
    this.liveRegion.say(text);
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this.isDisposed = true;
    clearInterval(this.pollTimer);
    this.synchroniser.dispose();
    this.mirror.dispose();
    this.liveRegion.dispose();
    this.close(this.lastPath);
    Signal.clearData(this);
  }

  private header(): Pick<
    SyncNotebookInput,
    'path' | 'clientId' | 'kernelId' | 'language' | 'notebookId'
  > {
    const { model } = this.panel.context;
    const sept: unknown = model.getMetadata('sept');
    const notebookId =
      typeof sept === 'object' && sept !== null && 'notebook' in sept
        ? String(sept.notebook)
        : null;
    return {
      path: this.path,
      clientId: this.clientId,
      kernelId: this.panel.sessionContext.session?.kernel?.id ?? null,
      language: model.defaultKernelLanguage || null,
      notebookId
    };
  }

  private take(everything: boolean): ReturnType<NotebookMirror['take']> {
    const taken = this.mirror.take(everything);
    taken.cells.forEach(({ id }) => this.sentIds.add(id));
    return taken;
  }

  /** The header, remembered: another one later is a reason to send again. */
  private sentHeader(): ReturnType<SeptSession['header']> {
    const header = this.header();
    this.lastHeader = JSON.stringify(header);
    return header;
  }

  private receive(state: NotebookStateFields, isFull: boolean): void {
    const change = this.store.apply(state, isFull);
    if (change.newlyStale > 0) {
      this.announce(
        this.trans._n(
          '%1 cell became stale',
          '%1 cells became stale',
          change.newlyStale
        )
      );
    }
    const cellIds =
      change.cellIds && new Set([...change.cellIds, ...this.sentIds]);
    this.sentIds.clear();
    this.changedSignal.emit({ cellIds });
  }

  private setStatus(status: SessionStatus, problem: string | null): void {
    if (this.status !== status || this.problem !== problem) {
      this.status = status;
      this.problem = problem;
      this.changedSignal.emit({ cellIds: new Set() });
    }
  }

  private onEdited(_: NotebookMirror, cellId: string | null): void {
    this.synchroniser.schedule();
    if (cellId === null) {
      this.store.prune(this.mirror.allIds);
    } else {
      this.editedSignal.emit(cellId);
    }
  }

  private onHeaderMayHaveChanged(): void {
    if (JSON.stringify(this.header()) !== this.lastHeader) {
      this.synchroniser.schedule();
    }
  }

  private onPathChanged(): void {
    if (this.path !== this.lastPath) {
      this.close(this.lastPath);
      this.lastPath = this.path;
      this.synchroniser.reset();
    }
  }

  private onEvent(_: ISeptApi, event: EventFields): void {
    if (event.path === this.path && event.kind.startsWith('NOTEBOOK_')) {
      this.refresh();
    }
  }

  private poll(): void {
    if (!this.api.isLive && this.status === 'online') {
      this.refresh();
    }
  }

  private close(path: string): void {
    this.api
      .execute(CloseNotebook, { path, clientId: this.clientId })
      .catch(() => {
        // The server forgets clients by itself after a while; nobody is left to be told.
      });
  }
}
