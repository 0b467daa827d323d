import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  ICommandPalette,
  ISessionContextDialogs,
  IToolbarWidgetRegistry
} from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator } from '@jupyterlab/translation';
import type { Widget } from '@lumino/widgets';

import { DOMAIN } from '../shared/translation';
import {
  CommandIDs,
  ISeptApi,
  ISeptSessions,
  type ISeptSession
} from '../tokens';
import { addRunCommands } from './commands';
import { RunStaleButton } from './runButton';
import { PlanRunner } from './runner';
import { StaleStatus } from './statusItem';

export const runControlsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'sept-labextension:run-controls',
  description: 'Runs stale cells, all cells, or a cell with its upstream.',
  autoStart: true,
  requires: [ISeptSessions, ISeptApi, ITranslator],
  optional: [
    ISessionContextDialogs,
    IToolbarWidgetRegistry,
    ICommandPalette,
    IStatusBar
  ],
  activate: (
    app: JupyterFrontEnd,
    sessions: ISeptSessions,
    api: ISeptApi,
    translator: ITranslator,
    dialogs: ISessionContextDialogs | null,
    toolbars: IToolbarWidgetRegistry | null,
    palette: ICommandPalette | null,
    statusBar: IStatusBar | null
  ): void => {
    const trans = translator.load(DOMAIN);
    const runners = new WeakMap<ISeptSession, PlanRunner>();
    const services = { api, translator, trans, dialogs: dialogs ?? undefined };
    const runnerOf = (session: ISeptSession): PlanRunner => {
      const runner = runners.get(session) ?? new PlanRunner(session, services);
      runners.set(session, runner);
      return runner;
    };
    addRunCommands(app, sessions, runnerOf, trans);
    toolbars?.addFactory('Notebook', 'sept-run-stale', (panel: Widget) => {
      const ready = sessionOf(sessions, panel as NotebookPanel).then(runnerOf);
      return new RunStaleButton(ready, app.commands, trans);
    });
    statusBar?.registerStatusItem('sept-labextension:stale', {
      item: new StaleStatus(sessions, runnerOf, app.commands, trans),
      align: 'left',
      rank: 100
    });
    const category = trans.__('Notebook Dependencies');
    [
      CommandIDs.runStale,
      CommandIDs.runAll,
      CommandIDs.runWithUpstream,
      CommandIDs.cancelRun,
      CommandIDs.nextStale
    ].forEach(command => palette?.addItem({ command, category }));
    const refreshEnabled = (): void => app.commands.notifyCommandChanged();
    sessions.currentChanged.connect(refreshEnabled);
    sessions.added.connect((_, session) =>
      session.changed.connect(refreshEnabled)
    );
  }
};

/** The session of a panel whose toolbar is made before its model is ready. */
function sessionOf(
  sessions: ISeptSessions,
  panel: NotebookPanel
): Promise<ISeptSession> {
  const session = sessions.get(panel);
  if (session) {
    return Promise.resolve(session);
  }
  return new Promise(resolve => {
    const wait = (_: ISeptSessions, added: ISeptSession): void => {
      if (added.panel === panel) {
        sessions.added.disconnect(wait);
        resolve(added);
      }
    };
    sessions.added.connect(wait);
    panel.disposed.connect(() => sessions.added.disconnect(wait));
  });
}
