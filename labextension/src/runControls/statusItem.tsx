import { ReactWidget } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { CommandIDs, type ISeptSession, type ISeptSessions } from '../tokens';
import type { PlanRunner } from './runner';

/** "3 stale" in the status bar, or what keeps us from knowing. */
export class StaleStatus extends ReactWidget {
  private session: ISeptSession | null = null;

  constructor(
    sessions: ISeptSessions,
    private readonly runnerOf: (session: ISeptSession) => PlanRunner,
    private readonly commands: CommandRegistry,
    private readonly trans: TranslationBundle
  ) {
    super();
    this.addClass('sept-StaleStatus');
    sessions.currentChanged.connect(this.follow, this);
    this.follow(sessions, sessions.current);
  }

  override render(): JSX.Element | null {
    const { session, trans } = this;
    if (!session) {
      return null;
    }
    if (session.status === 'offline') {
      return (
        <span title={session.problem ?? ''}>
          {trans.__('Sept: no answer, trying again')}
        </span>
      );
    }
    const progress = this.runnerOf(session).progress;
    if (progress) {
      return <span>{trans.__('Running: %1', progress.plan.summary)}</span>;
    }
    if (session.notebook?.observation.status === 'NOT_OBSERVED') {
      return (
        <span title={session.notebook.observation.message ?? ''}>
          {trans.__('Runs not observed')}
        </span>
      );
    }
    return session.staleCount === 0 ? null : (
      <button
        type="button"
        className="sept-StaleStatus-button"
        title={trans.__('Go to the next stale cell')}
        onClick={() => void this.commands.execute(CommandIDs.nextStale)}
      >
        {trans.__('%1 stale', session.staleCount)}
      </button>
    );
  }

  private follow(_: ISeptSessions, session: ISeptSession | null): void {
    if (this.session) {
      this.session.changed.disconnect(this.update, this);
      this.runnerOf(this.session).changed.disconnect(this.update, this);
    }
    this.session = session;
    if (session) {
      session.changed.connect(this.update, this);
      this.runnerOf(session).changed.connect(this.update, this);
    }
    this.update();
  }
}
