import { CodeCell } from '@jupyterlab/cells';
import { NotebookActions } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import type { ISeptSession } from '../tokens';
import type { Mode } from './modes';
import { Reactor } from './reactor';
import type { PlanRunner } from './runner';
import { settled } from './settle';
import { isWorth } from './worth';

/** Hears what a person does in one notebook, in this tab, and lets the notebook's mode answer it. */
export class Reactions implements IDisposable {
  isDisposed = false;
  private readonly reactor: Reactor;

  constructor(
    private readonly session: ISeptSession,
    private readonly runner: PlanRunner,
    modeOf: () => Mode
  ) {
    this.reactor = new Reactor({
      mode: modeOf,
      isBusy: () => this.isBusy(),
      isWorth: async (cellId, cause) => {
        await session.flush();
        await settled(session, cellId);
        return isWorth(session.cells, cellId, cause);
      },
      run: cellId => runner.run('REACTIVE', cellId)
    });
    session.edited.connect(this.onEdited, this);
    session.panel.sessionContext.statusChanged.connect(this.onKernel, this);
    session.panel.disposed.connect(this.dispose, this);
    runner.changed.connect(this.onRunner, this);
    NotebookActions.executed.connect(this.onExecuted, this);
  }

  /** Forget what waits. */
  stop(): void {
    this.reactor.stop();
  }

  dispose(): void {
    if (!this.isDisposed) {
      this.isDisposed = true;
      this.reactor.stop();
      Signal.clearData(this);
    }
  }

  private isBusy(): boolean {
    const { panel } = this.session;
    return (
      this.runner.isBusy ||
      panel.sessionContext.session?.kernel?.status !== 'idle' ||
      panel.content.widgets.some(
        cell =>
          cell instanceof CodeCell && cell.model.executionState === 'running'
      )
    );
  }

  /** Text also changes by other tabs and by the server; a person's edit has the focus in this notebook. */
  private onEdited(session: ISeptSession, cellId: string): void {
    if (
      document.hasFocus() &&
      session.panel.node.contains(document.activeElement)
    ) {
      this.reactor.edited(cellId);
    }
  }

  private onExecuted(
    _: unknown,
    {
      notebook,
      cell,
      success
    }: { notebook: unknown; cell: unknown; success: boolean }
  ): void {
    if (
      notebook !== this.session.panel.content ||
      !(cell instanceof CodeCell)
    ) {
      return;
    }
    const id = this.session.idOf(cell);
    if (id !== undefined && id !== this.runner.progress?.runningCellId) {
      this.reactor.ran(id, success);
    }
  }

  private onKernel(_: unknown, status: string): void {
    if (
      ['restarting', 'autorestarting', 'dead', 'terminating'].includes(status)
    ) {
      this.reactor.stop();
      this.runner.cancel();
    } else if (status === 'idle') {
      this.reactor.next();
    }
  }

  private onRunner(): void {
    if (this.runner.isCancelled) {
      this.reactor.stop();
    } else if (!this.runner.isBusy) {
      this.reactor.next();
    }
  }
}
