import {
  ILabShell,
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator } from '@jupyterlab/translation';

import { DOMAIN } from '../shared/translation';
import { CommandIDs, ISeptSessions } from '../tokens';
import { GraphDock } from './dock';

const NO_ARGS = { args: { type: 'object', properties: {} } } as const;

export const graphPlugin: JupyterFrontEndPlugin<void> = {
  id: 'sept-labextension:graph',
  description: 'Shows how the cells of a notebook depend on each other.',
  autoStart: true,
  requires: [ISeptSessions, ITranslator],
  optional: [ICommandPalette, ILayoutRestorer, ILabShell],
  activate: (
    app: JupyterFrontEnd,
    sessions: ISeptSessions,
    translator: ITranslator,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    labShell: ILabShell | null
  ): void => {
    const trans = translator.load(DOMAIN);
    const panel = new GraphDock(sessions, trans);
    const dock = (): void => {
      panel.title.closable = false;
      panel.title.label = '';
      app.shell.add(panel, 'right', { rank: 601, type: 'Dependency Graph' });
    };
    dock();
    restorer?.add(panel, panel.id);
    panel.closed.connect(dock);
    app.commands.addCommand(CommandIDs.showGraph, {
      label: trans.__('Show Dependency Graph'),
      caption: trans.__('How the cells of this notebook depend on each other'),
      describedBy: NO_ARGS,
      execute: () => app.shell.activateById(panel.id)
    });
    app.commands.addCommand(CommandIDs.graphBeside, {
      label: trans.__('Show Dependency Graph Beside the Notebook'),
      describedBy: NO_ARGS,
      isEnabled: () => labShell !== null && sessions.current !== null,
      execute: () => {
        panel.title.closable = true;
        panel.title.label = trans.__('Graph');
        labShell?.add(panel, 'main', {
          mode: 'split-right',
          ref: sessions.current?.panel.id
        });
        labShell?.activateById(panel.id);
      }
    });
    [CommandIDs.showGraph, CommandIDs.graphBeside].forEach(command =>
      palette?.addItem({
        command,
        category: trans.__('Notebook Dependencies')
      })
    );
  }
};
