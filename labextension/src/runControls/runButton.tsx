import { ReactWidget } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { CommandIDs } from '../tokens';
import { Glyph } from '../shared/Glyph';
import { tallyOf } from './model';
import type { PlanRunner } from './runner';

/** "Run stale 3" in a notebook's toolbar; while a plan runs, its progress and "Stop". */
export class RunStaleButton extends ReactWidget {
  private runner: PlanRunner | null = null;

  constructor(
    runnerReady: Promise<PlanRunner>,
    private readonly commands: CommandRegistry,
    private readonly trans: TranslationBundle
  ) {
    super();
    this.addClass('sept-RunStale');
    void runnerReady.then(runner => {
      if (!this.isDisposed) {
        this.runner = runner;
        runner.changed.connect(this.update, this);
        runner.session.changed.connect(this.update, this);
        this.update();
      }
    });
  }

  override render(): JSX.Element {
    return this.runner?.progress
      ? this.renderProgress(this.runner)
      : this.renderButton();
  }

  private renderButton(): JSX.Element {
    const { trans } = this;
    const session = this.runner?.session;
    const count = session?.staleCount ?? 0;
    const isOffline = session?.status === 'offline';
    const isIdle = count === 0 || isOffline || (this.runner?.isBusy ?? true);
    const tooltip = isOffline
      ? trans.__('The Sept server does not answer')
      : count === 0
        ? trans.__('Everything is up to date')
        : trans._n(
            'Run %1 stale cell, and what it needs, in dependency order',
            'Run %1 stale cells, and what they need, in dependency order',
            count
          );
    return (
      <button
        type="button"
        className="sept-RunStale-button"
        disabled={isIdle}
        title={tooltip}
        onClick={() => void this.commands.execute(CommandIDs.runStale)}
      >
        <Glyph look={count > 0 ? 'stale' : 'idle'} />
        <span>{trans.__('Run stale')}</span>
        {count > 0 && <span className="sept-RunStale-count">{count}</span>}
      </button>
    );
  }

  /** As wide as the button: a wider item would fall into the toolbar's overflow menu just when it is needed. */
  private renderProgress(runner: PlanRunner): JSX.Element {
    const { trans } = this;
    const tally = runner.progress && tallyOf(runner.progress);
    const total = tally?.total ?? 0;
    const current = Math.min((tally?.done ?? 0) + 1, total);
    const tooltip = [
      trans.__('Running cell %1 of %2.', current, total),
      runner.progress?.plan.summary ?? '',
      trans.__('Click to stop after this cell.')
    ];
    return (
      <button
        type="button"
        className="sept-RunStale-button"
        disabled={runner.isCancelled}
        title={tooltip.filter(text => text !== '').join('\n')}
        onClick={() => void this.commands.execute(CommandIDs.cancelRun)}
      >
        <Glyph look="running" />
        <span>
          {runner.isCancelled ? trans.__('Stopping') : trans.__('Stop')}
        </span>
        <span className="sept-RunStale-count">
          {trans.__('%1 of %2', current, total)}
        </span>
      </button>
    );
  }
}
