import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator } from '@jupyterlab/translation';

import { DOMAIN } from '../shared/translation';
import { CommandIDs, ISeptApi } from '../tokens';
import { WorkspacesModel } from './model';
import { WorkspacePanel } from './panel';

export const workspacesPlugin: JupyterFrontEndPlugin<void> = {
  id: 'sept-labextension:workspaces',
  description: 'Workspaces: shared notebooks, members and their roles.',
  autoStart: true,
  requires: [ISeptApi, ITranslator],
  optional: [ICommandPalette, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    api: ISeptApi,
    translator: ITranslator,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null
  ): void => {
    const trans = translator.load(DOMAIN);
    const panel = new WorkspacePanel(new WorkspacesModel(api), trans, path => {
      void app.commands.execute('docmanager:open', { path });
    });
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
  }
};
