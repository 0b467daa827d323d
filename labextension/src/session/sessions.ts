import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { NotebookActions } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal, type ISignal } from '@lumino/signaling';

import type { ISeptApi, ISeptSession, ISeptSessions } from '../tokens';
import { SeptSession } from './session';

/** Begins a session for every notebook panel of the tracker, when its model is ready. */
export class SeptSessions implements ISeptSessions {
  private readonly sessions = new Map<NotebookPanel, ISeptSession>();
  private readonly currentSignal = new Signal<
    ISeptSessions,
    ISeptSession | null
  >(this);
  private readonly addedSignal = new Signal<ISeptSessions, ISeptSession>(this);

  constructor(
    private readonly tracker: INotebookTracker,
    private readonly api: ISeptApi,
    private readonly trans: TranslationBundle
  ) {
    tracker.widgetAdded.connect((_, panel) => this.begin(panel));
    tracker.forEach(panel => this.begin(panel));
    tracker.currentChanged.connect(() => this.currentSignal.emit(this.current));
    NotebookActions.executionScheduled.connect((_, { notebook }) => {
      // The kernel's report of a run must find the text that ran.
      const panel = tracker.find(candidate => candidate.content === notebook);
      void (panel && this.get(panel)?.flush());
    });
  }

  get current(): ISeptSession | null {
    const panel = this.tracker.currentWidget;
    return (panel && this.sessions.get(panel)) ?? null;
  }

  get currentChanged(): ISignal<ISeptSessions, ISeptSession | null> {
    return this.currentSignal;
  }

  get added(): ISignal<ISeptSessions, ISeptSession> {
    return this.addedSignal;
  }

  get all(): Iterable<ISeptSession> {
    return this.sessions.values();
  }

  get(panel: NotebookPanel): ISeptSession | undefined {
    return this.sessions.get(panel);
  }

  private begin(panel: NotebookPanel): void {
    void panel.context.ready.then(() => {
      if (panel.isDisposed || this.sessions.has(panel)) {
        return;
      }
      const session = new SeptSession(panel, this.api, this.trans);
      this.sessions.set(panel, session);
      panel.disposed.connect(() => this.sessions.delete(panel));
      this.addedSignal.emit(session);
      if (panel === this.tracker.currentWidget) {
        this.currentSignal.emit(session);
      }
    });
  }
}
