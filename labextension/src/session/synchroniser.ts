import type { IDisposable } from '@lumino/disposable';

import { SeptRefusal } from '../api/errors';
import {
  NotebookStateSince,
  SyncNotebook,
  type CellInput,
  type NotebookStateFields,
  type SyncNotebookInput
} from '../api/generated';
import { Backoff } from '../shared/backoff';
import type { ISeptApi, SessionStatus } from '../tokens';
import { SyncLedger } from './ledger';

/** The document as the synchroniser sees it. */
export interface IDocumentSource {
  /** All ids in order, and the cells touched since the last call (all of them when `everything`). */
  take(everything: boolean): {
    readonly order: readonly string[];
    readonly cells: readonly CellInput[];
  };
  /** What goes with every request. */
  header(): Pick<
    SyncNotebookInput,
    'path' | 'clientId' | 'kernelId' | 'language' | 'notebookId'
  >;
}

/** What the synchroniser needs, and whom it tells. */
export interface ISynchroniserOptions {
  readonly api: Pick<ISeptApi, 'execute'>;
  readonly source: IDocumentSource;
  /** The revision we have; null: none. */
  revision(): number | null;
  onState(state: NotebookStateFields, isFull: boolean): void;
  onStatus(status: SessionStatus, problem: string | null): void;
  readonly backoff?: Backoff;
  /** Between the beginnings of two requests for edits at least, in milliseconds. */
  readonly spacingMs?: number;
  readonly now?: () => number;
}

/**
 * Keeps the server's view of one document as the document is. One request at a time; edits made meanwhile go
 * with the next. After any failure everything is sent again, so that a lost answer cannot leave a difference.
 */
export class Synchroniser implements IDisposable {
  isDisposed = false;
  private readonly ledger = new SyncLedger();
  private readonly backoff: Backoff;
  private lastSync = -Infinity;
  private mustReset = true;
  private wantsSync = false;
  private wantsFetch = false;
  private sendTimer: ReturnType<typeof setTimeout> | null = null;
  private retryTimer: ReturnType<typeof setTimeout> | null = null;
  private working: Promise<void> | null = null;

  constructor(private readonly options: ISynchroniserOptions) {
    this.backoff = options.backoff ?? new Backoff();
  }

  /**
   * The document changed. The first edit leaves before the browser draws it, which takes as long as an answer;
   * what follows quickly goes together.
   */
  schedule(): void {
    this.wantsSync = true;
    if (
      this.retryTimer !== null ||
      this.sendTimer !== null ||
      this.isDisposed
    ) {
      return;
    }
    const { spacingMs = 120 } = this.options;
    const wait = this.lastSync + spacingMs - this.now();
    if (wait <= 0) {
      queueMicrotask(() => {
        if (this.retryTimer === null) {
          void this.flush();
        }
      });
    } else {
      this.sendTimer = setTimeout(() => void this.work(), wait);
    }
  }

  /** Send what waits at once. Resolves when nothing waits any more, or when the server cannot be reached. */
  flush(): Promise<void> {
    return this.wantsSync || this.working ? this.work() : Promise.resolve();
  }

  /** Ask for states that changed on the server. */
  refresh(): void {
    this.wantsFetch = true;
    if (this.retryTimer === null) {
      void this.work();
    }
  }

  /** The server is to begin with this document anew (it has another path). */
  reset(): void {
    this.mustReset = true;
    this.schedule();
  }

  dispose(): void {
    this.isDisposed = true;
    clearTimeout(this.sendTimer ?? undefined);
    clearTimeout(this.retryTimer ?? undefined);
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
  }

  private work(): Promise<void> {
    clearTimeout(this.sendTimer ?? undefined);
    clearTimeout(this.retryTimer ?? undefined);
    this.sendTimer = null;
    this.retryTimer = null;
    this.working ??= this.loop().finally(() => {
      this.working = null;
    });
    return this.working;
  }

  private async loop(): Promise<void> {
    let resets = 0;
    while (!this.isDisposed && (this.wantsSync || this.wantsFetch)) {
      try {
        await (this.wantsSync || this.mustReset ? this.sync() : this.fetch());
        this.backoff.reset();
        this.options.onStatus('online', null);
      } catch (error) {
        this.mustReset = true;
        this.wantsSync = true;
        const isForgotten =
          error instanceof SeptRefusal && error.code === 'UNKNOWN_VIEW';
        resets += 1;
        if (!isForgotten || resets > 1) {
          this.retryLater(error);
          return;
        }
      }
    }
  }

  private async sync(): Promise<void> {
    const reset = this.mustReset;
    this.lastSync = this.now();
    const { source, revision } = this.options;
    this.wantsSync = false;
    this.wantsFetch = false;
    if (reset) {
      this.ledger.forget();
    }
    const { order, cells } = source.take(reset);
    const parts = this.ledger.take(order, cells);
    const since = reset ? null : revision();
    for (const [index, part] of parts.entries()) {
      const isComplete = index === parts.length - 1;
      const { syncNotebook } = await this.options.api.execute(SyncNotebook, {
        input: {
          ...source.header(),
          reset: reset && index === 0,
          order: part.order,
          changed: part.changed,
          isComplete,
          since
        }
      });
      if (isComplete) {
        this.mustReset = false;
        this.tell(syncNotebook, since === null);
      }
    }
  }

  private async fetch(): Promise<void> {
    this.wantsFetch = false;
    const { path, clientId } = this.options.source.header();
    const since = this.options.revision();
    const { notebookState } = await this.options.api.execute(
      NotebookStateSince,
      {
        path,
        clientId,
        since
      }
    );
    this.tell(notebookState, since === null);
  }

  private tell(state: NotebookStateFields, isFull: boolean): void {
    if (!this.isDisposed) {
      this.options.onState(state, isFull);
    }
  }

  private retryLater(error: unknown): void {
    if (this.isDisposed) {
      return;
    }
    this.options.onStatus(
      'offline',
      error instanceof Error ? error.message : String(error)
    );
    this.retryTimer = setTimeout(() => void this.work(), this.backoff.next());
  }
}
