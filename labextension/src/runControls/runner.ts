import { Notification } from '@jupyterlab/apputils';
import type { ISessionContextDialogs } from '@jupyterlab/apputils';
import { NotebookActions } from '@jupyterlab/notebook';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import { Signal, type ISignal } from '@lumino/signaling';

import { RunPlan, type PlanFields, type PlanKind } from '../api/generated';
import type { ISeptApi, ISeptSession } from '../tokens';
import {
  deservesWord,
  goesOn,
  runSteps,
  tallyOf,
  type IProgress
} from './model';
import { settled } from './settle';

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

  /**
   * Ask the server what to run, and run it, until nothing is left. Does nothing while another run is on its way.
   *
   * @returns whether all went well: nothing failed and nobody stopped it
   */
  async run(kind: PlanKind, cellId: string | null = null): Promise<boolean> {
    if (this.isBusy) {
      return false;
    }
    this.isPlanning = true;
    this.isCancelled = false;
    try {
      return await this.carryOut(kind, cellId);
    } catch (error) {
      const { trans } = this.services;
      const reason = error instanceof Error ? error.message : String(error);
      Notification.error(trans.__('The run could not go on: %1', reason), {
        autoClose: TOAST_MS
      });
      return false;
    } finally {
      this.isPlanning = false;
      this.progress = null;
      this.changedSignal.emit();
    }
  }

  private async carryOut(
    kind: PlanKind,
    cellId: string | null
  ): Promise<boolean> {
    let before: PlanFields | null = null;
    let fresh = 0;
    for (let round = 1; ; round++) {
      const plan = await this.ask(kind, cellId);
      if (plan.steps.length === 0 || this.isStopped()) {
        break;
      }
      if (deservesWord(plan) || kind === 'REACTIVE') {
        this.session.announce(plan.summary);
      }
      const end = await this.runPlan(plan);
      fresh += tallyOf(end).fresh;
      if (!goesOn(kind, end, before, round)) {
        this.reportEnd(end);
        this.reportFresh(fresh);
        return tallyOf(end).failed === 0 && !this.isStopped();
      }
      before = plan;
      await settled(this.session, plan.steps[plan.steps.length - 1].cellId);
    }
    this.reportFresh(fresh);
    return !this.isStopped();
  }

  private async ask(
    kind: PlanKind,
    cellId: string | null
  ): Promise<PlanFields> {
    const { session, services } = this;
    await session.flush();
    const { plan } = await services.api.execute(RunPlan, {
      path: session.path,
      clientId: session.clientId,
      kind,
      cellId
    });
    return plan;
  }

  private runPlan(plan: PlanFields): Promise<IProgress> {
    let last: string | null = null;
    return runSteps(plan, {
      runStep: async step => {
        await this.forget(step.forgets);
        last = step.cellId;
        return this.runCell(step.cellId);
      },
      isStillStale: async ({ cellId }) => {
        if (last !== null) {
          await settled(this.session, last);
        }
        return this.session.cells.get(cellId)?.state !== 'SUCCESS';
      },
      isCancelled: () => this.isStopped(),
      onProgress: progress => {
        this.progress = progress;
        this.changedSignal.emit();
      }
    });
  }

  private isStopped(): boolean {
    return this.isCancelled || this.session.isDisposed;
  }

  /** Take names out of the kernel that a clean run would not know. */
  private async forget(names: readonly string[]): Promise<void> {
    const kernel = this.session.panel.sessionContext.session?.kernel;
    if (names.length === 0 || !kernel) {
      return;
    }
    const { content } = await kernel.requestExecute({
      code: `%sept_forget ${names.join(', ')}`,
      silent: true,
      store_history: false
    }).done;
    if (content.status !== 'ok') {
      throw new Error(
        this.services.trans.__(
          'the kernel still holds %1, which no cell writes any more.',
          names.join(', ')
        )
      );
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

  private reportFresh(count: number): void {
    if (count > 0 && !this.session.isDisposed) {
      this.session.announce(
        this.services.trans._n(
          '%1 cell was already up to date',
          '%1 cells were already up to date',
          count
        )
      );
    }
  }

  /** A failed cell shows its error itself; what it took along is worth a word. */
  private reportEnd(end: IProgress): void {
    const { trans } = this.services;
    const { failed, skipped } = tallyOf(end);
    if (skipped === 0 || this.session.isDisposed) {
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
