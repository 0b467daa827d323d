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
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
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
import { addModeCommand } from './modeCommand';
import { ModeMenu } from './modeMenu';
import { isMode, memoryDatabase, ModeStore, type Mode } from './modes';
import { Reactions } from './reactions';
import { RunStaleButton } from './runButton';
import { PlanRunner } from './runner';
import { StaleStatus } from './statusItem';

const ID = 'sept-labextension:run-controls';

export const runControlsPlugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Runs stale cells, all cells, or a cell with its upstream.',
  autoStart: true,
  requires: [ISeptSessions, ISeptApi, ITranslator],
  optional: [
    ISessionContextDialogs,
    IToolbarWidgetRegistry,
    ICommandPalette,
    IStatusBar,
    IStateDB,
    ISettingRegistry
  ],
  activate: (
    app: JupyterFrontEnd,
    sessions: ISeptSessions,
    api: ISeptApi,
    translator: ITranslator,
    dialogs: ISessionContextDialogs | null,
    toolbars: IToolbarWidgetRegistry | null,
    palette: ICommandPalette | null,
    statusBar: IStatusBar | null,
    database: IStateDB | null,
    registry: ISettingRegistry | null
  ): void => {
    const trans = translator.load(DOMAIN);
    const runners = new WeakMap<ISeptSession, PlanRunner>();
    const reactions = new WeakMap<ISeptSession, Reactions>();
    const services = { api, translator, trans, dialogs: dialogs ?? undefined };
    const runnerOf = (session: ISeptSession): PlanRunner => {
      const runner = runners.get(session) ?? new PlanRunner(session, services);
      runners.set(session, runner);
      return runner;
    };
    addRunCommands(app, sessions, runnerOf, trans);
    const modes = new ModeStore(database ?? memoryDatabase());
    const modeOf = (session: ISeptSession): Mode => modes.of(session.path);
    addModeCommand(app, sessions, modes, palette, trans);
    const modesChanged = (): void =>
      app.commands.notifyCommandChanged(CommandIDs.setMode);
    const begin = (session: ISeptSession): void => {
      // It lives as long as the notebook's panel.
      reactions.set(
        session,
        new Reactions(session, runnerOf(session), () => modeOf(session))
      );
      void modes.load(session.path).then(modesChanged);
    };
    for (const session of sessions.all) {
      begin(session);
    }
    sessions.added.connect((_, session) => begin(session));
    app.serviceManager.contents.fileChanged.connect((_, change) => {
      const [before, after] = [change.oldValue?.path, change.newValue?.path];
      if (change.type === 'rename' && before && after) {
        void modes.rename(before, after).then(modesChanged);
      }
    });
    void registry?.load(ID).then(settings => {
      const read = (): void => {
        const { composite } = settings.get('defaultMode');
        modes.defaultMode = isMode(composite) ? composite : 'MARK';
        modesChanged();
      };
      settings.changed.connect(read);
      read();
    });
    toolbars?.addFactory('Notebook', 'sept-run-mode', (panel: Widget) => {
      const ready = sessionOf(sessions, panel as NotebookPanel);
      return new ModeMenu(ready, modeOf, app.commands, trans);
    });
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
