import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator } from '@jupyterlab/translation';

import { DOMAIN } from '../shared/translation';
import {
  CommandIDs,
  ISeptApi,
  ISeptSessions,
  IWorkspacePanel,
  type ISeptSession
} from '../tokens';
import { WorkspacesModel } from './model';
import { WorkspacePanel } from './panel';

export const workspacesPlugin: JupyterFrontEndPlugin<IWorkspacePanel> = {
  id: 'sept-labextension:workspaces',
  description: 'Workspaces: shared notebooks, members and their roles.',
  autoStart: true,
  provides: IWorkspacePanel,
  requires: [ISeptApi, ISeptSessions, ITranslator],
  optional: [ICommandPalette, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    api: ISeptApi,
    sessions: ISeptSessions,
    translator: ITranslator,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null
  ): IWorkspacePanel => {
    const trans = translator.load(DOMAIN);
    const model = new WorkspacesModel(api);
    const panel: WorkspacePanel = new WorkspacePanel(
      model,
      trans,
      path => void app.commands.execute('docmanager:open', { path }),
      () => app.shell.activateById(panel.id)
    );
    followNotebook(model, sessions);
    app.shell.add(panel, 'left', { rank: 600, type: 'Workspace' });
    restorer?.add(panel, panel.id);
    app.commands.addCommand(CommandIDs.showWorkspace, {
      label: trans.__('Show Workspace'),
      caption: trans.__('Shared notebooks, members and their roles'),
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => app.shell.activateById(panel.id)
    });
    palette?.addItem({
      command: CommandIDs.showWorkspace,
      category: trans.__('Notebook Team')
    });
    return panel;
  }
};

/** Keep the model at the workspace of the current notebook. */
function followNotebook(model: WorkspacesModel, sessions: ISeptSessions): void {
  const follow = (session: ISeptSession | null): void => {
    const id = session?.notebook?.project?.id;
    if (id !== undefined) {
      void model.follow(id);
    }
  };
  const watch = (session: ISeptSession): void => {
    session.changed.connect(() => {
      if (session === sessions.current) {
        follow(session);
      }
    });
  };
  for (const session of sessions.all) {
    watch(session);
  }
  sessions.added.connect((_, session) => watch(session));
  sessions.currentChanged.connect((_, session) => follow(session));
  follow(sessions.current);
}
