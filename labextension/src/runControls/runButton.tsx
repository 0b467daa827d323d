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

  private renderProgress(runner: PlanRunner): JSX.Element {
    const { trans } = this;
    const tally = runner.progress && tallyOf(runner.progress);
    const summary = runner.progress?.plan.summary ?? '';
    const text = runner.isCancelled
      ? trans.__('Stopping…')
      : trans.__(
          'Running %1 of %2',
          Math.min((tally?.done ?? 0) + 1, tally?.total ?? 0),
          tally?.total ?? 0
        );
    return (
      <span className="sept-RunStale-progress" title={summary}>
        <Glyph look="running" />
        <span className="sept-RunStale-text">{text}</span>
        <span className="sept-RunStale-summary">{summary}</span>
        <button
          type="button"
          className="sept-RunStale-button"
          disabled={runner.isCancelled}
          title={trans.__('Stop after this cell')}
          onClick={() => void this.commands.execute(CommandIDs.cancelRun)}
        >
          {trans.__('Stop')}
        </button>
      </span>
    );
  }
}
