import { Notification } from '@jupyterlab/apputils';
import type { ISessionContextDialogs } from '@jupyterlab/apputils';
import { NotebookActions } from '@jupyterlab/notebook';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import { Signal, type ISignal } from '@lumino/signaling';

import { RunPlan, type PlanKind } from '../api/generated';
import type { ISeptApi, ISeptSession } from '../tokens';
import { hasRebuilds, runSteps, tallyOf, type IProgress } from './model';

/** Without a time a notification is only counted, not shown. */
const TOAST_MS = 10_000;

/** What the runners share. */
export interface IRunnerServices {
  readonly api: ISeptApi;
  readonly dialogs: ISessionContextDialogs | undefined;
  readonly translator: ITranslator;
  readonly trans: TranslationBundle;
}

/** Carries plans out in one notebook, at most one at a time. */
export class PlanRunner {
  /** The plan on its way; null when none is. */
  progress: IProgress | null = null;
  isCancelled = false;
  private isPlanning = false;
  private readonly changedSignal = new Signal<this, void>(this);

  constructor(
    readonly session: ISeptSession,
    private readonly services: IRunnerServices
  ) {}

  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  get isBusy(): boolean {
    return this.isPlanning || this.progress !== null;
  }

  /** No further step begins; the running cell goes on (the notebook's stop button interrupts it). */
  cancel(): void {
    this.isCancelled = true;
    this.changedSignal.emit();
  }

  /** Ask the server what to run, and run it. Does nothing while another run is on its way. */
  async run(kind: PlanKind, cellId: string | null = null): Promise<void> {
    if (this.isBusy) {
      return;
    }
    this.isPlanning = true;
    this.isCancelled = false;
    try {
      await this.carryOut(kind, cellId);
    } catch (error) {
      const { trans } = this.services;
      const reason = error instanceof Error ? error.message : String(error);
      Notification.error(trans.__('The run could not be planned: %1', reason), {
        autoClose: TOAST_MS
      });
    } finally {
      this.isPlanning = false;
      this.progress = null;
      this.changedSignal.emit();
    }
  }

  private async carryOut(kind: PlanKind, cellId: string | null): Promise<void> {
    const { session, services } = this;
    await session.flush();
    const { plan } = await services.api.execute(RunPlan, {
      path: session.path,
      clientId: session.clientId,
      kind,
      cellId
    });
    if (hasRebuilds(plan)) {
      session.announce(plan.summary);
    }
    const end = await runSteps(plan, {
      runCell: id => this.runCell(id),
      isCancelled: () => this.isCancelled || session.isDisposed,
      onProgress: progress => {
        this.progress = progress;
        this.changedSignal.emit();
      }
    });
    if (!session.isDisposed) {
      this.reportEnd(end);
    }
  }

  private async runCell(id: string): Promise<boolean> {
    const { session, services } = this;
    const cell = session.cellOf(id);
    if (!cell) {
      return false;
    }
    return NotebookActions.runCells(
      session.panel.content,
      [cell],
      session.panel.sessionContext,
      services.dialogs,
      services.translator
    );
  }

  /** A failed cell shows its error itself; what it took along is worth a word. */
  private reportEnd(end: IProgress): void {
    const { trans } = this.services;
    const { failed, skipped } = tallyOf(end);
    if (skipped === 0) {
      return;
    }
    const failedId = [...end.statuses].find(
      ([, status]) => status === 'ERROR'
    )?.[0];
    Notification.warning(
      [
        trans._n('%1 cell failed.', '%1 cells failed.', failed),
        trans._n(
          '%1 cell that depends on it was skipped.',
          '%1 cells that depend on it were skipped.',
          skipped
        )
      ].join(' '),
      {
        autoClose: TOAST_MS,
        actions: [
          {
            label: trans.__('Go to the failed cell'),
            callback: () => this.goTo(failedId)
          }
        ]
      }
    );
  }

  private goTo(id: string | undefined): void {
    const cell = id === undefined ? undefined : this.session.cellOf(id);
    if (cell) {
      void this.session.panel.content.scrollToCell(cell);
    }
  }
}
