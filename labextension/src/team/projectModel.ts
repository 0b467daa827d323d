import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

import { SeptRefusal } from '../api/errors';
import type { EventFields } from '../api/generated';
import { Retry } from './retry';
import type { ISeptApi, ISeptSession } from '../tokens';

/** unshared: the notebook is no project yet. Data of the last good answer stays while `problem` says what failed. */
export type ProjectPhase = 'unshared' | 'loading' | 'ready' | 'failed';

/**
 * Something of the project an open notebook is shared as: fetched when it becomes known, and again when it changed.
 *
 * Knows no DOM. Answers that come late, for a project that is not shown any more, are dropped.
 */
export class ProjectModel<Data> implements IDisposable {
  isDisposed = false;
  data: Data | null = null;
  problem: unknown = null;
  private projectId: string | null = null;
  /** What the session last said; null also while the store is away. */
  private known: string | null = null;
  private latest = 0;
  private readonly retry = new Retry(() => void this.load());
  private readonly changedSignal = new Signal<this, void>(this);

  /**
   * @param fetch - asks for the data of a project
   * @param concerns - whether an event about this project asks for fetching again
   */
  constructor(
    protected readonly api: ISeptApi,
    readonly session: ISeptSession,
    private readonly fetch: (projectId: string) => Promise<Data>,
    private readonly concerns: (event: EventFields) => boolean
  ) {
    session.changed.connect(this.follow, this);
    api.events.connect(this.onEvent, this);
    api.resumed.connect(this.reload, this);
    this.follow();
  }

  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  get project(): string | null {
    return this.projectId;
  }

  get phase(): ProjectPhase {
    if (this.projectId === null) {
      return 'unshared';
    }
    if (this.data !== null) {
      return 'ready';
    }
    return this.problem === null ? 'loading' : 'failed';
  }

  /** Fetch again. Never throws: `problem` says what went wrong, and what can pass is tried again. */
  async load(): Promise<void> {
    const { projectId } = this;
    if (projectId === null || this.isDisposed) {
      return;
    }
    const mine = ++this.latest;
    try {
      const data = await this.fetch(projectId);
      if (mine === this.latest) {
        this.data = data;
        this.problem = null;
        this.retry.worked();
      }
    } catch (error) {
      if (mine === this.latest) {
        this.fail(error);
      }
    }
    if (mine === this.latest && !this.isDisposed) {
      this.changedSignal.emit();
    }
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this.isDisposed = true;
    this.retry.stop();
    Signal.clearData(this);
  }

  /** The id of the project. @throws Error when the notebook is not shared */
  protected require(): string {
    if (this.projectId === null) {
      throw new Error('The notebook is not shared.');
    }
    return this.projectId;
  }

  protected notify(): void {
    this.changedSignal.emit();
  }

  private follow(): void {
    const id = this.session.notebook?.project?.id ?? null;
    if (id === this.known) {
      return;
    }
    this.known = id;
    if (id !== null && id !== this.projectId) {
      this.turnTo(id);
    }
    // Null may mean that the store is away just now: what is shown stays, until the project itself says that it is
    // gone. And when it is back, what was missed is fetched.
    void this.load();
  }

  private turnTo(id: string | null): void {
    this.projectId = id;
    this.data = null;
    this.problem = null;
    this.latest++;
    this.retry.worked();
    this.changedSignal.emit();
  }

  private fail(error: unknown): void {
    const isGone = error instanceof SeptRefusal && error.code === 'NOT_FOUND';
    if (isGone && this.known === null) {
      this.turnTo(null);
      return;
    }
    this.problem = error;
    if (!this.isDisposed) {
      this.retry.failed(error);
    }
  }

  private onEvent(_: ISeptApi, event: EventFields): void {
    if (event.projectId === this.projectId && this.concerns(event)) {
      void this.load();
    }
  }

  private reload(): void {
    void this.load();
  }
}
