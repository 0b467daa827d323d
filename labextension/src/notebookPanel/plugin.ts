import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ITranslator } from '@jupyterlab/translation';

import { DOMAIN } from '../shared/translation';
import { INotebookPanelSections } from '../tokens';
import { NotebookSidePanel } from './panel';

export const notebookPanelPlugin: JupyterFrontEndPlugin<INotebookPanelSections> =
  {
    id: 'sept-labextension:notebook-panel',
    description: 'The side panel "Notebook", to which features add sections.',
    autoStart: true,
    requires: [ITranslator],
    optional: [ILayoutRestorer],
    provides: INotebookPanelSections,
    activate: (
      app: JupyterFrontEnd,
      translator: ITranslator,
      restorer: ILayoutRestorer | null
    ): INotebookPanelSections => {
      const panel = new NotebookSidePanel(app.shell, translator.load(DOMAIN));
      app.shell.add(panel, 'right', { rank: 600, type: 'Notebook' });
      restorer?.add(panel, panel.id);
      return panel;
    }
  };
