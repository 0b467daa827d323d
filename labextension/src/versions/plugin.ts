import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator } from '@jupyterlab/translation';

import { LazyPanel } from '../shared/lazyPanel';
import { DOMAIN } from '../shared/translation';
import { modelPerSession } from '../team/modelPerSession';
import {
  CommandIDs,
  INotebookPanelSections,
  ISeptApi,
  ISeptSessions
} from '../tokens';

export const versionsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'sept-labextension:versions',
  description: 'Named versions of a notebook: save, compare, restore.',
  autoStart: true,
  requires: [ISeptApi, ISeptSessions, INotebookPanelSections, ITranslator],
  optional: [ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    api: ISeptApi,
    sessions: ISeptSessions,
    sections: INotebookPanelSections,
    translator: ITranslator,
    palette: ICommandPalette | null
  ): void => {
    const trans = translator.load(DOMAIN);
    const widget = new LazyPanel(async () => {
      const [{ VersionsModel }, { VersionsPanel }] = await Promise.all([
        import('./model'),
        import('./panel')
      ]);
      const modelOf = modelPerSession(
        session => new VersionsModel(api, session)
      );
      return new VersionsPanel(api, sessions, modelOf, trans);
    }, trans);
    widget.title.label = trans.__('Versions');
    sections.add({ id: 'versions', rank: 30, widget });
    app.commands.addCommand(CommandIDs.showVersions, {
      label: trans.__('Show Versions'),
      caption: trans.__('Save, compare and restore versions of this notebook'),
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => sections.reveal('versions')
    });
    palette?.addItem({
      command: CommandIDs.showVersions,
      category: trans.__('Notebook Team')
    });
  }
};
