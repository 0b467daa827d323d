import {
  ILabShell,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator } from '@jupyterlab/translation';
import { MenuSvg } from '@jupyterlab/ui-components';

import { DOMAIN } from '../shared/translation';
import {
  CommandIDs,
  ISeptApi,
  ISeptConnections,
  ISeptSessions,
  IWorkspacePanel
} from '../tokens';
import { addConnectionCommands } from './commands';
import { LazyConnections } from './lazySection';
import { ConnectionsModel } from './model';
import type { TreeRow } from './rows';

const ACTS = {
  connection: [
    CommandIDs.testConnection,
    CommandIDs.refreshConnection,
    CommandIDs.editConnection,
    CommandIDs.deleteConnection
  ],
  relation: [CommandIDs.insertSelect, CommandIDs.previewRelation]
} as const;

export const connectionsPlugin: JupyterFrontEndPlugin<ISeptConnections> = {
  id: 'sept-labextension:connections',
  description: 'Connections to databases, and a browser of what is in them.',
  autoStart: true,
  provides: ISeptConnections,
  requires: [ISeptApi, ISeptSessions, IWorkspacePanel, ITranslator],
  optional: [ICommandPalette, ILabShell],
  activate: (
    app: JupyterFrontEnd,
    api: ISeptApi,
    sessions: ISeptSessions,
    panel: IWorkspacePanel,
    translator: ITranslator,
    palette: ICommandPalette | null,
    labShell: ILabShell | null
  ): ISeptConnections => {
    const trans = translator.load(DOMAIN);
    const model = new ConnectionsModel(api);
    const offer = (row: TreeRow, x: number, y: number): void => {
      const menu = menuOf(app, row);
      menu?.open(x, y);
    };
    const section = new LazyConnections(async () => {
      const { ConnectionsSection } = await import('./section');
      return new ConnectionsSection(model, panel, trans, offer, () => {
        sessions.current?.panel.activate();
      });
    }, trans);
    section.title.label = trans.__('Connections');
    panel.add(section);
    const area = labShell ? 'main' : 'down';
    addConnectionCommands({
      app,
      model,
      panel,
      section,
      sessions,
      trans,
      area
    });
    const category = trans.__('Notebook Team');
    for (const command of [
      CommandIDs.showConnections,
      CommandIDs.addConnection
    ]) {
      palette?.addItem({ command, category });
    }
    return model;
  }
};

/** The acts on a line of the tree. */
function menuOf(app: JupyterFrontEnd, row: TreeRow): MenuSvg | null {
  if (row.type !== 'connection' && row.type !== 'relation') {
    return null;
  }
  const menu = new MenuSvg({ commands: app.commands });
  const args = {
    connectionId: row.connection.id,
    ...(row.type === 'relation'
      ? {
          relation: row.relation.name,
          ...(row.schema === null ? {} : { schema: row.schema })
        }
      : {})
  };
  for (const command of ACTS[row.type]) {
    menu.addItem({ command, args });
  }
  return menu;
}
