import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator } from '@jupyterlab/translation';

import { LazyPanel } from '../shared/lazyPanel';
import { DOMAIN } from '../shared/translation';
import { CommandIDs, INotebookPanelSections, ISeptSessions } from '../tokens';

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
    const widget = new LazyPanel(async () => {
      const { DependenciesPanel } = await import('./panel');
      return new DependenciesPanel(sessions, trans);
    }, trans);
    widget.title.label = trans.__('Dependencies');
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
