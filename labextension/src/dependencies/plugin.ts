import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator } from '@jupyterlab/translation';

import { DOMAIN } from '../shared/translation';
import { CommandIDs, INotebookPanelSections, ISeptSessions } from '../tokens';
import { DependenciesPanel } from './panel';

export const dependenciesPlugin: JupyterFrontEndPlugin<void> = {
  id: 'sept-labextension:dependencies',
  description: 'Shows what the active cell depends on, and why it is stale.',
  autoStart: true,
  requires: [ISeptSessions, INotebookPanelSections, ITranslator],
  optional: [ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    sessions: ISeptSessions,
    sections: INotebookPanelSections,
    translator: ITranslator,
    palette: ICommandPalette | null
  ): void => {
    const trans = translator.load(DOMAIN);
    const widget = new DependenciesPanel(sessions, trans);
    sections.add({ id: 'dependencies', rank: 10, widget });
    app.commands.addCommand(CommandIDs.showDependencies, {
      label: trans.__('Show Dependencies of This Cell'),
      caption: trans.__(
        'What it depends on, what depends on it, why it is stale'
      ),
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => sections.reveal('dependencies')
    });
    palette?.addItem({
      command: CommandIDs.showDependencies,
      category: trans.__('Notebook Dependencies')
    });
  }
};
